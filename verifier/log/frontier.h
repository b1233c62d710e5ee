#ifndef POBF_VERIFIER_LOG_FRONTIER_H
#define POBF_VERIFIER_LOG_FRONTIER_H

#include "verifier/log/mirror.h"

/*
 * The growing edge of a tree: the partial tile of each level. All that is needed to append and to
 * compute the root, whatever the size: 64 KiB.
 */
struct frontier {
    uint64_t size; /* entries */
    uint8_t hashes[TILE_LEVELS][TILE_WIDTH][POBF_MERKLE_BYTES];
};

/* Called for each tile that has become full, from the lowest level up. */
typedef enum pobf_status frontier_full(void *context, int level, uint64_t index,
                                       uint8_t hashes[TILE_WIDTH][POBF_MERKLE_BYTES]);

/* The hashes of level `level` that stand in its partial tile. */
uint32_t frontier_width(const struct frontier *frontier, int level);

POBF_MUST_CHECK enum pobf_status frontier_append(struct frontier *frontier,
                                                 const uint8_t leaf[POBF_MERKLE_BYTES],
                                                 frontier_full *full, void *context);

POBF_MUST_CHECK enum pobf_status frontier_root(const struct frontier *frontier,
                                               uint8_t root[POBF_MERKLE_BYTES]);

/* Read it back from the tiles of a tree of `size` entries. */
POBF_MUST_CHECK enum pobf_status frontier_load(struct frontier *frontier, struct mirror *mirror,
                                               uint64_t size);

#endif
