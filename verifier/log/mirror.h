#ifndef POBF_VERIFIER_LOG_MIRROR_H
#define POBF_VERIFIER_LOG_MIRROR_H

#include "edge/tlog/checkpoint.h"
#include "verifier/log/tile.h"

/*
 * A log to read: the folder that its sequencer writes, or a copy of it. Nothing in it is believed:
 * a tile is right where the hashes that were made of it lead to the root of a checkpoint.
 */
struct mirror;

POBF_MUST_CHECK enum pobf_status mirror_open(struct mirror **mirror, const char *path);
void mirror_close(struct mirror *mirror);

/* The bytes of the checkpoint; free with file_free. */
POBF_MUST_CHECK enum pobf_status mirror_checkpoint(const struct mirror *mirror, char **bytes,
                                                   size_t *size);

/*
 * The hashes of a tile in the tree of `size` entries: tile_width of them. A partial tile that is
 * gone is read from the full one. POBF_E_MISSING where there is none, POBF_E_INPUT where it is
 * shorter or longer than its name says.
 */
POBF_MUST_CHECK enum pobf_status mirror_tile(struct mirror *mirror,
                                             uint8_t hashes[TILE_WIDTH][POBF_MERKLE_BYTES],
                                             int level, uint64_t index, uint64_t size);

/* The names of the tiles of hashes that were asked for since it was opened, as many as fit. */
const char *mirror_names(const struct mirror *mirror);

/* Entries of a bundle, in order. */
struct bundle {
    uint8_t *bytes;
    size_t size;
    uint32_t count;
    const uint8_t *entry[TILE_WIDTH];
    size_t entry_size[TILE_WIDTH];
};

/* As mirror_tile. Free with bundle_free, also after a failure. */
POBF_MUST_CHECK enum pobf_status mirror_bundle(struct mirror *mirror, struct bundle *bundle,
                                               uint64_t index, uint64_t size);
void bundle_free(struct bundle *bundle);

/* The hash of a node: level 0 are the leaves. The node must be complete in a tree of `size`. */
POBF_MUST_CHECK enum pobf_status mirror_node(struct mirror *mirror, uint8_t node[POBF_MERKLE_BYTES],
                                             int level, uint64_t index, uint64_t size);

#endif
