#include "edge/cli/place.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Resolve `folder`/`rest` and take it where `proof`, below it, is there. */
static int take(char path[PLACE_ROOM], const char *folder, const char *rest, const char *proof)
{
    char joined[PLACE_ROOM];
    char resolved[PATH_MAX];

    if ((size_t)snprintf(joined, sizeof joined, "%s/%s%s", folder, rest, proof) >= sizeof joined ||
        access(joined, R_OK) != 0) {
        return 0;
    }
    joined[strlen(joined) - strlen(proof)] = '\0';
    if (realpath(joined, resolved) == NULL || strlen(resolved) >= PLACE_ROOM) {
        return 0;
    }
    memcpy(path, resolved, strlen(resolved) + 1);
    return 1;
}

/* The folder of this program; empty where /proc does not tell. */
static void own_folder(char folder[PLACE_ROOM])
{
    const ssize_t size = readlink("/proc/self/exe", folder, PLACE_ROOM - 1);
    char *slash;

    folder[size > 0 ? size : 0] = '\0';
    slash = strrchr(folder, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
}

enum pobf_status place_program(char path[PLACE_ROOM], const char *name)
{
    char folder[PLACE_ROOM];
    char below[PLACE_ROOM];

    own_folder(folder);
    path[0] = '\0';
    snprintf(below, sizeof below, "../libexec/pobf/%s", name);
    return take(path, folder, name, "") || take(path, folder, below, "") ? POBF_OK : POBF_E_MISSING;
}

enum pobf_status place_share(char path[PLACE_ROOM])
{
    static const char proof[] = "/enclave/function/function.ld";
    const char *chosen = getenv("POBF_SHARE");
    char folder[PLACE_ROOM];
    int found;

    own_folder(folder);
    path[0] = '\0';
    if (chosen != NULL) {
        found = take(path, chosen, ".", proof);
    } else {
        found = take(path, folder, "..", proof) || take(path, folder, "../share/pobf", proof) ||
                take(path, POBF_SHARE, ".", proof);
    }
    return found ? POBF_OK : POBF_E_MISSING;
}
