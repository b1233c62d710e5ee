#ifndef POBF_VERIFIER_CLIENT_LOGGED_H
#define POBF_VERIFIER_CLIENT_LOGGED_H

#include "verifier/client/input.h"

/* With a policy the receipt must be in the log: without a proof nobody can tell. Adds the checks. */
void logged_judge(struct checks *checks, const struct quorum *quorum, const struct input *receipt,
                  const struct input *proof);

#endif
