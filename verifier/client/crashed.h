#ifndef POBF_VERIFIER_CLIENT_CRASHED_H
#define POBF_VERIFIER_CLIENT_CRASHED_H

#include "verifier/client/input.h"

/*
 * What a host states of a task that a crash forgot can be false, never proof: "crash.receipt" is
 * mandatory and is not evaluated, or fails where `receipt` is the one that there is said to be none
 * of. With an exchange "crash.commitment" says whether it is about that sealed input. Adds the checks.
 */
void crashed_judge(struct checks *checks, const struct input *statement,
                   const struct input *receipt, const struct input *exchange);

/* The sentence where the statement is all that there is. */
extern const char crashed_sentence[];

#endif
