#ifndef POBF_VERIFIER_APPRAISAL_CHECKS_H
#define POBF_VERIFIER_APPRAISAL_CHECKS_H

#include <jansson.h>

#include "verifier/appraisal/verdict.h"

/* The check of this name; NULL where there is none. */
const struct check *checks_find(const struct checks *checks, const char *id);

/*
 * The first check of this result that keeps the verdict from affirming; NULL where none does. What is
 * not evaluated counts where it is mandatory.
 */
const struct check *checks_reason(const struct checks *checks, enum check_result result);

/* Judge one item, with both sides as text. */
void check_judge(struct check *check, int passed, const char *expected, const char *seen);
/* Judge by comparing bytes; both sides are shown in hex. */
void check_bytes(struct check *check, const unsigned char *expected, const unsigned char *seen,
                 size_t size);

const char *checks_verdict_word(enum checks_verdict verdict); /* "affirmed", "refused", .. */

/* [{"id","result": "pass|fail|not-evaluated","expected","seen","why"}], and "field" where known */
json_t *checks_json(const struct checks *checks);
/* A line a check, to stderr; all of them, or only those that keep the verdict from affirming. */
void checks_print(const struct checks *checks, int all);

#endif
