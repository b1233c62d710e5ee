#ifndef POBF_VERIFIER_APPRAISAL_VERDICT_H
#define POBF_VERIFIER_APPRAISAL_VERDICT_H

#include <stddef.h>

/*
 * The list of everything that was checked, and the verdict on it. Success is computed once, from the
 * whole list, by checks_verdict: there is no early "ok" to forget to take back. Zero means "not
 * evaluated".
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
    struct check spare; /* what found no room: it is looked at by nobody */
    size_t count;
    int overflow; /* 1: a check found no room; the verdict is then "cannot tell" */
};

/*@
  predicate valid_checks{L}(struct checks *checks) =
    \valid_read{L}(checks) && \at(checks->count, L) <= CHECKS_MAX;

  // Something was checked, and all of it is in the list.
  predicate whole{L}(struct checks *checks) =
    0 < \at(checks->count, L) && \at(checks->overflow, L) == 0;

  predicate one_failed{L}(struct checks *checks) =
    \exists integer i; 0 <= i < \at(checks->count, L) &&
                       \at(checks->item[i].result, L) == CHECK_FAIL;

  predicate mandatory_passed{L}(struct checks *checks) =
    \forall integer i; 0 <= i < \at(checks->count, L) && \at(checks->item[i].mandatory, L) != 0 ==>
                       \at(checks->item[i].result, L) == CHECK_PASS;
*/

/* Append; returns the new item, not evaluated, or a spare one where the list is full. */
/*@
  requires checks:     \valid(checks) && valid_checks(checks);
  terminates           \true;
  exits                \false;
  assigns              \result \from checks;
  assigns              checks->item[checks->count], checks->spare;
  assigns              checks->count, checks->overflow;
  ensures  valid:      valid_checks(checks);
  ensures  added:      \old(checks->count) < CHECKS_MAX ==>
                       \result == &checks->item[\old(checks->count)] &&
                       checks->count == \old(checks->count) + 1 &&
                       checks->overflow == \old(checks->overflow);
  ensures  full:       \old(checks->count) == CHECKS_MAX ==>
                       \result == &checks->spare && checks->overflow == 1 &&
                       checks->count == CHECKS_MAX;
  ensures  untouched:  \result->result == CHECK_NOT_EVALUATED;
  ensures  weight:     \result->mandatory == mandatory;
  ensures  named:      \result->id == id && \result->advice == advice;
  ensures  silent:     \result->field == \null && \result->expected[0] == 0 &&
                       \result->seen[0] == 0;
*/
struct check *checks_add(struct checks *checks, const char *id, int mandatory, const char *advice);

/* A failure weighs more than a gap: what was seen to be wrong stays wrong. */
/*@
  requires checks:     valid_checks(checks);
  terminates           \true;
  exits                \false;
  assigns              \nothing;
  ensures  affirmed:   \result == VERDICT_AFFIRMED <==>
                       whole(checks) && mandatory_passed(checks) && !one_failed(checks);
  ensures  refused:    \result == VERDICT_REFUSED <==> one_failed(checks);
  ensures  range:      VERDICT_CANNOT_TELL <= \result <= VERDICT_AFFIRMED;
*/
enum checks_verdict checks_verdict(const struct checks *checks);

/* 0 yes, 1 no, 3 cannot tell. */
/*@
  terminates           \true;
  exits                \false;
  assigns              \nothing;
  ensures  yes:        \result == 0 <==> verdict == VERDICT_AFFIRMED;
  ensures  no:         \result == 1 <==> verdict == VERDICT_REFUSED;
  ensures  else:       \result == 0 || \result == 1 || \result == 3;
*/
int checks_exit_code(enum checks_verdict verdict);

#endif
