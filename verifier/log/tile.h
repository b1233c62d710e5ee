#ifndef POBF_VERIFIER_LOG_TILE_H
#define POBF_VERIFIER_LOG_TILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Where the pieces of a log stand.                                        C2SP tlog-tiles.
 * A tile is 256 hashes of one level of the tree, a bundle the 256 entries below a lowest tile.
 * The last of each level is partial; its name says how wide it is, so that no file ever changes.
 */
enum {
    TILE_WIDTH = 256,
    TILE_HEIGHT = 8,
    TILE_LEVELS = 8,
    TILE_ENTRIES = -1, /* as a level: the entries themselves */
    TILE_ENTRY_MAX = 65535,
    TILE_PATH_ROOM = 64
};

/* "tile/0/x001/x234/067.p/17"; a width of 256 is a full tile, which has no suffix. */
void tile_path(char path[TILE_PATH_ROOM], int level, uint64_t index, uint32_t width);

/* How wide tile `index` of a level is in a tree of `size` entries: 0 where there is none. */
uint32_t tile_width(int level, uint64_t index, uint64_t size);

#endif
