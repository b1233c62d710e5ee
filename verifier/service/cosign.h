#ifndef POBF_VERIFIER_SERVICE_COSIGN_H
#define POBF_VERIFIER_SERVICE_COSIGN_H

#include "verifier/log/quorum.h"
#include "verifier/log/sequencer.h"

/*
 * Ask the witnesses of a policy, where it names their URLs, to sign the newest checkpoint, and
 * publish it with what they signed. `old` is the size that they are likely to have seen last.
 * Returns INPUT_GO_ON where the quorum holds, else the exit code 3, after it told why.
 */
int cosign(struct sequencer *log, const char *path, const struct quorum *quorum, uint64_t old);

/* What a witness is asked to sign: the newest checkpoint. */
struct cosigner_plea;
void cosign_plead(struct cosigner_plea *plea, const struct sequencer *log);

/* The members of the policy, a bit each, that have signed it. */
uint32_t cosign_signers(const struct sequencer *log, const struct quorum *quorum);

#endif
