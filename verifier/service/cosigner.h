#ifndef POBF_VERIFIER_SERVICE_COSIGNER_H
#define POBF_VERIFIER_SERVICE_COSIGNER_H

#include "verifier/log/quorum.h"

/*
 * One witness of a policy, and the way to it. Asking takes its time; a thread may do it beside the
 * loop, one at a time.
 */
struct cosigner;

enum { COSIGNER_TIMEOUT_S = 10 };

/* A checkpoint to be signed: the note, and what it says of its size. */
struct cosigner_plea {
    char note[NOTE_MAX];
    size_t note_size;
    uint64_t size;
};

/*
 * `witness` names its URL and is to outlive it; `path` is the log's folder, whose tiles give the
 * proofs; `seen` is the size that the witness is likely to have seen last. Returns INPUT_GO_ON, or
 * an exit code after it told why.
 */
int cosigner_open(struct cosigner **cosigner, const struct quorum_member *witness, const char *path,
                  uint64_t seen);
void cosigner_close(struct cosigner *cosigner); /* NULL is fine */

/*
 * Ask it: POBF_OK and its line, which verifies and is no other's. Else people were told:
 *   POBF_E_SYSTEM   no answer
 *   POBF_E_REFUSED  it does not sign this checkpoint
 */
POBF_MUST_CHECK enum pobf_status cosigner_ask(struct cosigner *cosigner, char line[NOTE_LINE_ROOM],
                                              size_t *line_size, const struct cosigner_plea *plea);

#endif
