#include "verifier/log/mirror.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/file.h"

enum {
    MIRROR_PATH_ROOM = 4096,
    NAMES_ROOM = 112,
    TILE_BYTES = TILE_WIDTH * POBF_MERKLE_BYTES,
    BUNDLE_MAX = TILE_WIDTH * (TILE_ENTRY_MAX + 2)
};

/* The last tile read of each level: proofs and audits come back to it. */
struct cached {
    int is_full; /* 1: `index` and `width` say what is in it */
    uint64_t index;
    uint32_t width;
    uint8_t hashes[TILE_WIDTH][POBF_MERKLE_BYTES];
};

struct mirror {
    char path[MIRROR_PATH_ROOM];
    struct cached cached[TILE_LEVELS];
    char names[NAMES_ROOM];
};

enum pobf_status mirror_open(struct mirror **mirror, const char *path)
{
    if (strlen(path) + TILE_PATH_ROOM >= MIRROR_PATH_ROOM) {
        *mirror = NULL;
        return POBF_E_SPACE;
    }
    *mirror = calloc(1, sizeof **mirror);
    if (*mirror == NULL) {
        return POBF_E_SYSTEM;
    }
    memcpy((*mirror)->path, path, strlen(path));
    return POBF_OK;
}

void mirror_close(struct mirror *mirror)
{
    free(mirror);
}

static enum pobf_status read_file(const struct mirror *mirror, uint8_t **bytes, size_t *size,
                                  const char *name, size_t limit)
{
    char path[MIRROR_PATH_ROOM + TILE_PATH_ROOM];

    snprintf(path, sizeof path, "%s/%s", mirror->path, name);
    return file_read(bytes, size, path, limit);
}

enum pobf_status mirror_checkpoint(const struct mirror *mirror, char **bytes, size_t *size)
{
    uint8_t *read = NULL;
    const enum pobf_status status = read_file(mirror, &read, size, "checkpoint", NOTE_MAX);

    *bytes = (char *)read;
    return status;
}

/* A piece of the width that a tree of `size` gives it, or the full one. */
static enum pobf_status read_piece(const struct mirror *mirror, uint8_t **bytes, size_t *size,
                                   int level, uint64_t index, uint32_t *width)
{
    const size_t limit = level == TILE_ENTRIES ? BUNDLE_MAX : TILE_BYTES;
    char name[TILE_PATH_ROOM];
    enum pobf_status status;

    tile_path(name, level, index, *width);
    status = read_file(mirror, bytes, size, name, limit);
    if (status == POBF_E_MISSING && *width < TILE_WIDTH) {
        *width = TILE_WIDTH;
        tile_path(name, level, index, *width);
        status = read_file(mirror, bytes, size, name, limit);
    }
    return status == POBF_E_SPACE ? POBF_E_INPUT : status;
}

static void note_name(struct mirror *mirror, int level, uint64_t index, uint32_t width)
{
    const size_t length = strlen(mirror->names);
    char name[TILE_PATH_ROOM];

    tile_path(name, level, index, width);
    if (length + strlen(name) + 3 <= NAMES_ROOM && strstr(mirror->names, name) == NULL) {
        snprintf(mirror->names + length, NAMES_ROOM - length, "%s%s", length > 0 ? ", " : "", name);
    }
}

const char *mirror_names(const struct mirror *mirror)
{
    return mirror->names;
}

/* Fill a level's place with tile `index`, of at least `width` hashes. */
static enum pobf_status load(struct mirror *mirror, int level, uint64_t index, uint32_t width)
{
    struct cached *cached = &mirror->cached[level];
    uint8_t *bytes;
    size_t size;
    enum pobf_status status;

    if (cached->is_full && cached->index == index && cached->width >= width) {
        return POBF_OK;
    }
    cached->is_full = 0;
    note_name(mirror, level, index, width);
    status = read_piece(mirror, &bytes, &size, level, index, &width);
    if (status == POBF_OK && size != (size_t)width * POBF_MERKLE_BYTES) {
        status = POBF_E_INPUT;
    }
    if (status == POBF_OK) {
        memcpy(cached->hashes, bytes, size);
        cached->index = index;
        cached->width = width;
        cached->is_full = 1;
    }
    file_free(bytes, size);
    return status;
}

enum pobf_status mirror_tile(struct mirror *mirror, uint8_t hashes[TILE_WIDTH][POBF_MERKLE_BYTES],
                             int level, uint64_t index, uint64_t size)
{
    const uint32_t width = tile_width(level, index, size);
    const enum pobf_status status = width == 0 ? POBF_E_MISSING : load(mirror, level, index, width);

    memset(hashes, 0, TILE_BYTES);
    if (status == POBF_OK) {
        memcpy(hashes, mirror->cached[level].hashes, (size_t)width * POBF_MERKLE_BYTES);
    }
    return status;
}

/* u16be length, entry, and again; `wanted` of them, and where they are all, nothing left over. */
static enum pobf_status take_entries(struct bundle *bundle, uint32_t wanted, int is_all)
{
    size_t at = 0;

    while (bundle->count < wanted) {
        size_t size;

        if (bundle->size - at < 2) {
            return POBF_E_INPUT;
        }
        size = (size_t)bundle->bytes[at] << 8 | bundle->bytes[at + 1];
        at += 2;
        if (bundle->size - at < size) {
            return POBF_E_INPUT;
        }
        bundle->entry[bundle->count] = bundle->bytes + at;
        bundle->entry_size[bundle->count++] = size;
        at += size;
    }
    return is_all && at != bundle->size ? POBF_E_INPUT : POBF_OK;
}

enum pobf_status mirror_bundle(struct mirror *mirror, struct bundle *bundle, uint64_t index,
                               uint64_t size)
{
    const uint32_t wanted = tile_width(TILE_ENTRIES, index, size);
    uint32_t width = wanted;
    enum pobf_status status = POBF_E_MISSING;

    memset(bundle, 0, sizeof *bundle);
    if (wanted > 0) {
        status = read_piece(mirror, &bundle->bytes, &bundle->size, TILE_ENTRIES, index, &width);
    }
    if (status == POBF_OK) {
        status = take_entries(bundle, wanted, width == wanted);
    }
    if (status != POBF_OK) {
        bundle_free(bundle);
    }
    return status;
}

void bundle_free(struct bundle *bundle)
{
    file_free(bundle->bytes, bundle->size);
    memset(bundle, 0, sizeof *bundle);
}

/* The root of 2^height neighbours, in place. */
static enum pobf_status fold(uint8_t hashes[][POBF_MERKLE_BYTES], int height)
{
    enum pobf_status status = POBF_OK;

    for (size_t count = (size_t)1 << height; count > 1 && status == POBF_OK; count /= 2) {
        for (size_t i = 0; i < count / 2 && status == POBF_OK; i++) {
            status = pobf_merkle_node(hashes[i], hashes[2 * i], hashes[2 * i + 1]);
        }
    }
    return status;
}

enum pobf_status mirror_node(struct mirror *mirror, uint8_t node[POBF_MERKLE_BYTES], int level,
                             uint64_t index, uint64_t size)
{
    const int tile_level = level / TILE_HEIGHT;
    const int height = level % TILE_HEIGHT;
    const uint64_t first = index << height;
    uint8_t hashes[TILE_WIDTH][POBF_MERKLE_BYTES];
    enum pobf_status status;

    memset(node, 0, POBF_MERKLE_BYTES);
    if (tile_level >= TILE_LEVELS || (index + 1) > size >> level) {
        return POBF_E_MISSING;
    }
    status = mirror_tile(mirror, hashes, tile_level, first / TILE_WIDTH, size);
    if (status == POBF_OK) {
        status = fold(hashes + first % TILE_WIDTH, height);
    }
    if (status == POBF_OK) {
        memcpy(node, hashes + first % TILE_WIDTH, POBF_MERKLE_BYTES);
    }
    return status;
}
