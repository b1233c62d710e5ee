#ifndef POBF_EDGE_TLOG_PROOF_H
#define POBF_EDGE_TLOG_PROOF_H

#include "framework/crypto/merkle.h"

/* The hashes of a proof, of inclusion or of consistency, in the order of RFC 9162. */
struct proof {
    uint8_t hashes[POBF_MERKLE_PATH_MAX][POBF_MERKLE_BYTES];
    size_t count;
};

/* As framework/crypto/merkle.h checks it; it points into the proof. */
struct pobf_merkle_path proof_path(const struct proof *proof);

#endif
