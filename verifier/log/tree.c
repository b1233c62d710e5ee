#include "verifier/log/tree.h"

#include <string.h>

#include <sodium.h>

/* The entries begin .. end - 1 of the tree that is being read; begin < end. */
struct range {
    struct mirror *mirror;
    uint64_t size;
    uint64_t begin;
    uint64_t end;
};

/* Where a range splits: the left part is the largest power of two that is smaller than it. */
static struct range left_of(struct range range)
{
    uint64_t width = 1;

    while (width < range.end - range.begin - width) {
        width *= 2;
    }
    range.end = range.begin + width;
    return range;
}

static struct range right_of(struct range range)
{
    range.begin = left_of(range).end;
    return range;
}

/* The level of the node that is this range, or -1 where no node is. */
static int level_of(struct range range)
{
    const uint64_t width = range.end - range.begin;

    if ((width & (width - 1)) != 0 || range.begin % width != 0) {
        return -1;
    }
    return __builtin_ctzll(width);
}

static enum pobf_status range_root(struct range range, uint8_t root[POBF_MERKLE_BYTES])
{
    const int level = level_of(range);
    uint8_t left[POBF_MERKLE_BYTES], right[POBF_MERKLE_BYTES];
    enum pobf_status status;

    if (level >= 0) {
        return mirror_node(range.mirror, root, level, range.begin >> level, range.size);
    }
    memset(root, 0, POBF_MERKLE_BYTES);
    status = range_root(left_of(range), left);
    if (status == POBF_OK) {
        status = range_root(right_of(range), right);
    }
    return status == POBF_OK ? pobf_merkle_node(root, left, right) : status;
}

enum pobf_status tree_root(struct mirror *mirror, uint8_t root[POBF_MERKLE_BYTES], uint64_t size)
{
    if (size == 0) {
        crypto_hash_sha256(root, NULL, 0);
        return POBF_OK;
    }
    return range_root((struct range){mirror, size, 0, size}, root);
}

/* Proofs grow from the leaf to the root, the walk goes from the root to the leaf. */
static void reverse(struct proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        uint8_t hash[POBF_MERKLE_BYTES];
        uint8_t *other = proof->hashes[proof->count - 1 - i];

        memcpy(hash, proof->hashes[i], sizeof hash);
        memcpy(proof->hashes[i], other, sizeof hash);
        memcpy(other, hash, sizeof hash);
    }
}

static enum pobf_status add(struct proof *proof, struct range range)
{
    if (proof->count == POBF_MERKLE_PATH_MAX) {
        return POBF_E_SPACE;
    }
    return range_root(range, proof->hashes[proof->count++]);
}

static enum pobf_status finish(struct proof *proof, enum pobf_status status)
{
    if (status != POBF_OK) {
        memset(proof, 0, sizeof *proof);
    }
    reverse(proof);
    return status;
}

enum pobf_status tree_inclusion(struct mirror *mirror, struct proof *proof, uint64_t index,
                                uint64_t size)
{
    struct range range = {mirror, size, 0, size};
    enum pobf_status status = index < size ? POBF_OK : POBF_E_MISSING;

    memset(proof, 0, sizeof *proof);
    while (status == POBF_OK && range.end - range.begin > 1) {
        const int is_left = index < left_of(range).end;

        status = add(proof, is_left ? right_of(range) : left_of(range));
        range = is_left ? left_of(range) : right_of(range);
    }
    return finish(proof, status);
}

enum pobf_status tree_consistency(struct mirror *mirror, struct proof *proof, uint64_t old,
                                  uint64_t size)
{
    struct range range = {mirror, size, 0, size};
    enum pobf_status status = old > 0 && old <= size ? POBF_OK : POBF_E_MISSING;

    memset(proof, 0, sizeof *proof);
    while (status == POBF_OK && range.end != old) {
        const int is_left = old <= left_of(range).end;

        status = add(proof, is_left ? right_of(range) : left_of(range));
        range = is_left ? left_of(range) : right_of(range);
    }
    if (status == POBF_OK && range.begin != 0) { /* else it is the old root, which is known */
        status = add(proof, range);
    }
    return finish(proof, status);
}
