#include "verifier/log/prune.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "verifier/log/tile.h"

/* Remove a file. 1: it is gone now, 0: it was not there, -1: it cannot be removed. */
static int remove_file(int folder, const char *name)
{
    if (unlinkat(folder, name, 0) == 0) {
        return 1;
    }
    return errno == ENOENT ? 0 : -1;
}

/* "tile/0/007.p/" and all in it. */
static enum pobf_status remove_partials(struct prune_sum *sum, int folder, const char *name)
{
    const int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = inner < 0 ? NULL : fdopendir(inner);
    enum pobf_status status = POBF_OK;
    const struct dirent *item;

    if (inner < 0) {
        return errno == ENOENT ? POBF_OK : POBF_E_SYSTEM;
    }
    if (list == NULL) {
        close(inner);
        return POBF_E_SYSTEM;
    }
    while ((item = readdir(list)) != NULL && status == POBF_OK) {
        if (item->d_name[0] != '.') {
            status = remove_file(inner, item->d_name) < 0 ? POBF_E_SYSTEM : POBF_OK;
            sum->partial_tiles += status == POBF_OK;
        }
    }
    closedir(list);
    return status == POBF_OK && unlinkat(folder, name, AT_REMOVEDIR) != 0 ? POBF_E_SYSTEM : status;
}

static enum pobf_status prune_level(struct prune_sum *sum, int folder, int level, uint64_t size)
{
    enum pobf_status status = POBF_OK;

    for (uint64_t index = 0; tile_width(level, index, size) == TILE_WIDTH && status == POBF_OK;
         index++) {
        char name[TILE_PATH_ROOM + 2];

        tile_path(name, level, index, TILE_WIDTH);
        if (faccessat(folder, name, F_OK, 0) == 0) {
            strcat(name, ".p");
            status = remove_partials(sum, folder, name);
        }
    }
    return status;
}

static enum pobf_status prune_entries(struct prune_sum *sum, int folder, uint64_t before)
{
    for (uint64_t index = 0; (index + 1) * TILE_WIDTH <= before; index++) {
        char name[TILE_PATH_ROOM];
        int removed;

        tile_path(name, TILE_ENTRIES, index, TILE_WIDTH);
        removed = remove_file(folder, name);
        if (removed < 0) {
            return POBF_E_SYSTEM;
        }
        sum->bundles += (uint64_t)removed;
    }
    return POBF_OK;
}

enum pobf_status prune(struct prune_sum *sum, int folder, uint64_t size, uint64_t entries_before)
{
    enum pobf_status status = POBF_OK;

    memset(sum, 0, sizeof *sum);
    for (int level = TILE_ENTRIES; level < TILE_LEVELS && status == POBF_OK; level++) {
        status = prune_level(sum, folder, level, size);
    }
    if (status == POBF_OK) {
        status = prune_entries(sum, folder, entries_before < size ? entries_before : size);
    }
    return status;
}
