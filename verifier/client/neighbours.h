#ifndef POBF_VERIFIER_CLIENT_NEIGHBOURS_H
#define POBF_VERIFIER_CLIENT_NEIGHBOURS_H

#include <jansson.h>

#include "verifier/appraisal/appraisal.h"
#include "verifier/client/input.h"

/*
 * The other receipts of a call's boot, from a folder: is a number missing among them? Only what
 * the evidence's receipt key has signed counts; a receipt of the boot that it has not is told on
 * stderr, and so is what cannot be read.
 */
struct neighbours {
    json_t *gaps;    /* {"receipts": n, "gaps": [..]} */
    uint64_t alarms; /* gaps: each a call, or a chain, that is not what it has to be */
    json_t *others;  /* their bytes, in base64, for the page; at most a thousand of them */
};

/* INPUT_GO_ON, or the exit code to end with. Free it either way. */
int neighbours_find(struct neighbours *neighbours, const char *folder,
                    const struct appraisal *appraisal, const struct input *receipt);
void neighbours_free(struct neighbours *neighbours);

#endif
