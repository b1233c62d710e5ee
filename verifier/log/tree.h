#ifndef POBF_VERIFIER_LOG_TREE_H
#define POBF_VERIFIER_LOG_TREE_H

#include "edge/tlog/proof.h"
#include "verifier/log/mirror.h"

/*
 * Proofs out of a log's tiles. They are checked against a checkpoint's root by whoever is to
 * believe them: a wrong tile gives a proof that does not hold.
 */

/* The root of the first `size` entries; of none: SHA-256 of nothing. */
POBF_MUST_CHECK enum pobf_status tree_root(struct mirror *mirror, uint8_t root[POBF_MERKLE_BYTES],
                                           uint64_t size);

/* POBF_E_MISSING where index is not below size, or old not within 1 .. size. RFC 9162, 2.1.3.1. */
POBF_MUST_CHECK enum pobf_status tree_inclusion(struct mirror *mirror, struct proof *proof,
                                                uint64_t index, uint64_t size);
POBF_MUST_CHECK enum pobf_status tree_consistency(struct mirror *mirror, struct proof *proof,
                                                  uint64_t old, uint64_t size);

#endif
