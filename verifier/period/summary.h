#ifndef POBF_VERIFIER_PERIOD_SUMMARY_H
#define POBF_VERIFIER_PERIOD_SUMMARY_H

#include "verifier/appraisal/checks.h"
#include "verifier/period/collection.h"
#include "verifier/report/paper.h"

/*
 * What a period comes to: one object, which is the report as JSON, and which the report for people
 * is printed from. It has {verdict, sentence, exit_code, period, calls, receipts, missing, crashes,
 * crashes_denied, open, open_calls, outside, repeated, boots, gaps, ends, failures, unproved, files,
 * bad_files, measurements, fuel, certificates, hardware, hardware_results, log_alarms, sanitization,
 * not_claimed}; alarms counts gaps and log_alarms.
 *
 * Refused: a receipt, a gap, an alarm of a log, or a file that is damaged or unknown. Cannot tell: a receipt without
 * what it takes to judge it, a file that cannot be read, or no receipt at all.
 */
json_t *summary_make(struct collection *collection, const struct span *span);

enum checks_verdict summary_verdict(const json_t *summary);

/* *text is a string to free; NULL where memory ran out. `command` does the same again. */
POBF_MUST_CHECK enum pobf_status summary_print(char **text, size_t *size, enum paper_form form,
                                               const json_t *summary, const char *command);

#endif
