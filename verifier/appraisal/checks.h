#ifndef POBF_VERIFIER_APPRAISAL_CHECKS_H
#define POBF_VERIFIER_APPRAISAL_CHECKS_H

#include <stddef.h>

#include <jansson.h>

/*
 * The list of everything that was checked. Success is computed once, from the whole list, by
 * checks_verdict: there is no early "ok" to forget to take back. Zero means "not evaluated".
 */
enum check_result { CHECK_NOT_EVALUATED, CHECK_FAIL, CHECK_PASS };

enum checks_verdict {
    VERDICT_CANNOT_TELL, /* a mandatory check was not evaluated, or the list is empty or full */
    VERDICT_REFUSED,     /* a check failed                                                    */
    VERDICT_AFFIRMED,    /* every mandatory check passed, none failed                         */
};

enum { CHECKS_MAX = 96, CHECK_TEXT_ROOM = 160 };

struct check {
    const char *id;    /* "evidence.signature" */
    const char *field; /* the field that was looked at; NULL: the id says it all */
    enum check_result result;
    int mandatory;
    char expected[CHECK_TEXT_ROOM];
    char seen[CHECK_TEXT_ROOM];
    const char *advice; /* what to do where it did not pass; never NULL */
};

struct checks {
    struct check item[CHECKS_MAX];
    size_t count;
    int overflow; /* 1: a check found no room; the verdict is then "cannot tell" */
};

/* Append; returns the new item, not evaluated, or a spare one where the list is full. */
struct check *checks_add(struct checks *checks, const char *id, int mandatory, const char *advice);

/* The check of this name; NULL where there is none. */
const struct check *checks_find(const struct checks *checks, const char *id);

/* Judge one item, with both sides as text. */
void check_judge(struct check *check, int passed, const char *expected, const char *seen);
/* Judge by comparing bytes; both sides are shown in hex. */
void check_bytes(struct check *check, const unsigned char *expected, const unsigned char *seen,
                 size_t size);

enum checks_verdict checks_verdict(const struct checks *checks);
int checks_exit_code(enum checks_verdict verdict);            /* 0, 1 or 3 */
const char *checks_verdict_word(enum checks_verdict verdict); /* "affirmed", "refused", .. */

/* [{"id","result": "pass|fail|not-evaluated","expected","seen","why"}], and "field" where known */
json_t *checks_json(const struct checks *checks);
/* A line a check, to stderr; all of them, or only those that keep the verdict from affirming. */
void checks_print(const struct checks *checks, int all);

#endif
