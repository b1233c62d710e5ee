#ifndef POBF_EDGE_TLOG_PROOF_H
#define POBF_EDGE_TLOG_PROOF_H

#include <stddef.h>

#include "framework/crypto/merkle.h"

/* The hashes of a proof, of inclusion or of consistency, in the order of RFC 9162. */
struct proof {
    uint8_t hashes[POBF_MERKLE_PATH_MAX][POBF_MERKLE_BYTES];
    size_t count;
};

/* As framework/crypto/merkle.h checks it; it points into the proof. */
struct pobf_merkle_path proof_path(const struct proof *proof);

/* As text: base64 of each hash, a line each. */
enum { PROOF_LINE_BYTES = 45, PROOF_TEXT_ROOM = POBF_MERKLE_PATH_MAX * PROOF_LINE_BYTES + 1 };

/* Returns the length; a zero follows. */
size_t proof_print(char text[PROOF_TEXT_ROOM], const struct proof *proof);

/*
 * The lines up to an empty one, or to the end; returns what comes then. NULL, and no hashes, where
 * a line is none or there are too many.
 */
const char *proof_parse(struct proof *proof, const char *text, size_t size);

#endif
