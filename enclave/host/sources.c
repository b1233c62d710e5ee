#include "enclave/host/sources.h"

#include <stdlib.h>
#include <string.h>

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int sources_has_ending(const char *name, const char *ending)
{
    const size_t length = strlen(name);

    return length > strlen(ending) && name[0] != '.' &&
           strcmp(name + length - strlen(ending), ending) == 0;
}

int sources_list(struct dirent ***entries, const char *folder, const char *ending)
{
    int count = scandir(folder, entries, NULL, by_bytes);
    int kept = 0;

    if (count < 0) {
        *entries = NULL;
    }
    for (int i = 0; i < count; i++) {
        if (sources_has_ending((*entries)[i]->d_name, ending)) {
            (*entries)[kept++] = (*entries)[i];
        } else {
            free((*entries)[i]);
        }
    }
    return count < 0 ? count : kept;
}

void sources_free(struct dirent **entries, int count)
{
    for (int i = 0; i < count; i++) {
        free(entries[i]);
    }
    free(entries);
}
