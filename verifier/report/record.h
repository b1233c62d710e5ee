#ifndef POBF_VERIFIER_REPORT_RECORD_H
#define POBF_VERIFIER_REPORT_RECORD_H

#include <jansson.h>

#include "verifier/report/paper.h"

/* A report on one call, for people and their records: the same sentences as on its page. */
struct record {
    const json_t *claims;
    const json_t
        *gaps; /* {"receipts": n, "gaps": [..]}, as pobf log gaps has it; NULL: not known */
    const char *command; /* the line that does it again; NULL: none */
};

/* *text is a string to free; on any error it is NULL. */
POBF_MUST_CHECK enum pobf_status record_print(char **text, size_t *size,
                                              const struct record *record);

/* Each of the gaps, as an alarm, and each call that is open, as such. */
void record_alarms(struct paper *paper, const json_t *gaps);

#endif
