#ifndef POBF_EDGE_TLOG_INCLUSION_H
#define POBF_EDGE_TLOG_INCLUSION_H

#include "edge/tlog/checkpoint.h"
#include "edge/tlog/proof.h"

/*
 * A proof that an entry is in a log, in one file that needs no network.      C2SP tlog-proof.
 *
 *   c2sp.org/tlog-proof@v1
 *   index N
 *   base64 of each hash, a line each
 *   (empty line)
 *   the checkpoint, with all its signatures
 */
struct inclusion {
    uint64_t index;
    struct proof proof;
    const char *checkpoint; /* points into the parsed bytes */
    size_t checkpoint_size;
};

enum { INCLUSION_MAX = NOTE_MAX + 8192 };

/* 1 where the bytes begin as such a proof does. */
int inclusion_is(const uint8_t *bytes, size_t size);

/* Free the text with free(). */
POBF_MUST_CHECK enum pobf_status inclusion_print(char **text, size_t *size,
                                                 const struct inclusion *inclusion);

/*
 * POBF_E_INPUT, and all zeros, where it is not exactly of this form. An `extra` line, which the
 * format allows, is refused: we have no use for one, so nobody could say what it means.
 */
POBF_MUST_CHECK enum pobf_status inclusion_parse(struct inclusion *inclusion, const char *bytes,
                                                 size_t size);

/*
 * Such a proof, of this entry, by this log? Where it is not, *checkpoint is all zeros:
 *   POBF_E_INPUT    it is no proof, or holds no checkpoint
 *   POBF_E_MISSING  the log's key has not signed the checkpoint
 *   POBF_E_REFUSED  it has, but under another origin than its own
 *   POBF_E_AUTH     the signature does not verify, or the path does not lead from the entry to the root
 * As for inclusion_parse, `bytes` are followed by one zero.
 */
POBF_MUST_CHECK enum pobf_status inclusion_verify(struct checkpoint *checkpoint, const char *bytes,
                                                  size_t size, const uint8_t *entry,
                                                  size_t entry_size, const struct note_key *log);

#endif
