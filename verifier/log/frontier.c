#include "verifier/log/frontier.h"

#include <string.h>

#include <sodium.h>

uint32_t frontier_width(const struct frontier *frontier, int level)
{
    return (uint32_t)((frontier->size >> (level * TILE_HEIGHT)) % TILE_WIDTH);
}

/* The root of `count` neighbours, a power of two; they are left as they are. */
static enum pobf_status root_of(uint8_t root[POBF_MERKLE_BYTES],
                                const uint8_t (*hashes)[POBF_MERKLE_BYTES], size_t count)
{
    uint8_t row[TILE_WIDTH][POBF_MERKLE_BYTES];
    enum pobf_status status = POBF_OK;

    memcpy(row, hashes, count * POBF_MERKLE_BYTES);
    for (; count > 1 && status == POBF_OK; count /= 2) {
        for (size_t i = 0; i < count / 2 && status == POBF_OK; i++) {
            status = pobf_merkle_node(row[i], row[2 * i], row[2 * i + 1]);
        }
    }
    memcpy(root, row[0], POBF_MERKLE_BYTES);
    return status;
}

enum pobf_status frontier_append(struct frontier *frontier, const uint8_t leaf[POBF_MERKLE_BYTES],
                                 frontier_full *full, void *context)
{
    enum pobf_status status = POBF_OK;
    uint8_t hash[POBF_MERKLE_BYTES];
    uint64_t before = frontier->size; /* hashes of the level */
    int carries = 1;

    memcpy(hash, leaf, sizeof hash);
    for (int level = 0; level < TILE_LEVELS && carries && status == POBF_OK; level++) {
        uint8_t(*tile)[POBF_MERKLE_BYTES] = frontier->hashes[level];

        memcpy(tile[before % TILE_WIDTH], hash, sizeof hash);
        carries = before % TILE_WIDTH == TILE_WIDTH - 1;
        before /= TILE_WIDTH;
        if (carries) {
            status = full(context, level, before, tile);
        }
        if (carries && status == POBF_OK) {
            status = root_of(hash, (const uint8_t(*)[POBF_MERKLE_BYTES])tile, TILE_WIDTH);
        }
    }
    frontier->size += status == POBF_OK;
    return status;
}

/* Put the perfect trees of one level, from the right, to the left of what is there. */
static enum pobf_status gather(uint8_t root[POBF_MERKLE_BYTES], int *is_empty,
                               const uint8_t (*hashes)[POBF_MERKLE_BYTES], uint32_t width)
{
    enum pobf_status status = POBF_OK;

    for (uint32_t count = 1; count <= width && status == POBF_OK; count *= 2) {
        uint8_t left[POBF_MERKLE_BYTES];

        if ((width & count) == 0) {
            continue;
        }
        width -= count;
        status = root_of(left, hashes + width, count);
        if (status == POBF_OK && *is_empty) {
            memcpy(root, left, sizeof left);
        } else if (status == POBF_OK) {
            status = pobf_merkle_node(root, left, root);
        }
        *is_empty = 0;
    }
    return status;
}

enum pobf_status frontier_root(const struct frontier *frontier, uint8_t root[POBF_MERKLE_BYTES])
{
    enum pobf_status status = POBF_OK;
    int is_empty = 1;

    crypto_hash_sha256(root, NULL, 0);
    for (int level = 0; level < TILE_LEVELS && status == POBF_OK; level++) {
        status =
            gather(root, &is_empty, (const uint8_t(*)[POBF_MERKLE_BYTES])frontier->hashes[level],
                   frontier_width(frontier, level));
    }
    return status;
}

enum pobf_status frontier_load(struct frontier *frontier, struct mirror *mirror, uint64_t size)
{
    enum pobf_status status = POBF_OK;

    memset(frontier, 0, sizeof *frontier);
    frontier->size = size;
    for (int level = 0; level < TILE_LEVELS && status == POBF_OK; level++) {
        const uint64_t hashes = size >> (level * TILE_HEIGHT);

        if (hashes % TILE_WIDTH != 0) {
            status = mirror_tile(mirror, frontier->hashes[level], level, hashes / TILE_WIDTH, size);
        }
    }
    if (status != POBF_OK) {
        memset(frontier, 0, sizeof *frontier);
    }
    return status;
}
