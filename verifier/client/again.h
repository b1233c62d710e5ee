#ifndef POBF_VERIFIER_CLIENT_AGAIN_H
#define POBF_VERIFIER_CLIENT_AGAIN_H

#include <stdio.h>

#include "verifier/client/policy.h"

/*
 * The command line that comes to the same verdict again, with the names of the files as they were
 * given but not where they were, for a reader who has them in a folder of their own.
 */

/* " NAME", or " --option NAME"; nothing where path is NULL. */
void again_file(FILE *out, const char *option, const char *path, const char *suffix);

/* The options of a policy. */
void again_policy(FILE *out, const struct policy *policy);

#endif
