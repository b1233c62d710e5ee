#ifndef POBF_VERIFIER_LOG_WITNESS_H
#define POBF_VERIFIER_LOG_WITNESS_H

#include "edge/tlog/checkpoint.h"
#include "verifier/key/key.h"

/*
 * Who has seen a log grow, and signs that it only ever grew.              C2SP tlog-witness.
 * Of each log it remembers the newest checkpoint, in its folder, before it signs: it never signs
 * two that contradict each other, whatever crashes.
 */
enum { WITNESS_LOGS_MAX = 64, WITNESS_BODY_MAX = NOTE_MAX + 8192, WITNESS_REPLY_ROOM = 512 };

struct witness;

/*
 * `name` is that of the witness's key, which signs cosignature/v1.
 *   POBF_E_KEY      not a private Ed25519 key
 *   POBF_E_INPUT    no name of a key
 *   POBF_E_REFUSED  another witness runs on the folder
 */
POBF_MUST_CHECK enum pobf_status witness_open(struct witness **witness, const char *path,
                                              const char *name, const struct key *key);
void witness_close(struct witness *witness);

/* Vouch for this log from now on. POBF_E_SPACE: there are WITNESS_LOGS_MAX. */
POBF_MUST_CHECK enum pobf_status witness_follow(struct witness *witness,
                                                const struct note_key *log);

const struct note_key *witness_key(const struct witness *witness);

/*
 * What POST /add-checkpoint is answered.
 *
 *   200  a line of cosignature/v1 over the checkpoint
 *   400  the body is malformed, or the old size is above the new one
 *   403  the log's key has not signed the checkpoint
 *   404  a log that is not followed
 *   409  the old size is not the newest seen, which is the text; or other entries of that size
 *   422  the proof does not lead from the old to the new
 *   500  it could not be remembered, so it was not signed
 */
struct witness_reply {
    int code;
    char text[WITNESS_REPLY_ROOM];
    size_t size;
};

void witness_add_checkpoint(struct witness *witness, struct witness_reply *reply,
                            const uint8_t *body, size_t size, uint64_t now_s);

/* "old N", the hashes of the proof, an empty line, the checkpoint. Free with free(). */
struct proof;
POBF_MUST_CHECK enum pobf_status witness_request(char **body, size_t *size, uint64_t old,
                                                 const struct proof *proof, const char *checkpoint,
                                                 size_t checkpoint_size);

#endif
