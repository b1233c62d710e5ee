#include "verifier/log/tile.h"

#include <inttypes.h>
#include <stdio.h>

enum { GROUP = 1000, GROUPS_MAX = 7 };

void tile_path(char path[TILE_PATH_ROOM], int level, uint64_t index, uint32_t width)
{
    uint32_t groups[GROUPS_MAX];
    size_t count = 0, at;

    do {
        groups[count++] = (uint32_t)(index % GROUP);
        index /= GROUP;
    } while (index > 0 && count < GROUPS_MAX);
    if (level == TILE_ENTRIES) {
        at = (size_t)snprintf(path, TILE_PATH_ROOM, "tile/entries");
    } else {
        at = (size_t)snprintf(path, TILE_PATH_ROOM, "tile/%d", level);
    }
    while (count > 0) {
        count--;
        at += (size_t)snprintf(path + at, TILE_PATH_ROOM - at, "/%s%03" PRIu32,
                               count > 0 ? "x" : "", groups[count]);
    }
    if (width < TILE_WIDTH) {
        snprintf(path + at, TILE_PATH_ROOM - at, ".p/%" PRIu32, width);
    }
}

uint32_t tile_width(int level, uint64_t index, uint64_t size)
{
    const int height = level == TILE_ENTRIES ? 0 : level * TILE_HEIGHT;
    const uint64_t hashes = height >= 64 ? 0 : size >> height;
    const uint64_t before = index > UINT64_MAX / TILE_WIDTH ? UINT64_MAX : index * TILE_WIDTH;

    if (before >= hashes) {
        return 0;
    }
    return hashes - before < TILE_WIDTH ? (uint32_t)(hashes - before) : TILE_WIDTH;
}
