#include "edge/cli/scratch.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "edge/cli/talk.h"

enum { REMOVE_ROUNDS = 20, REMOVE_PAUSE_NS = 50 * 1000 * 1000 };

enum pobf_status scratch_open(char path[PLACE_ROOM], const char *name)
{
    const char *parent = getenv("TMPDIR");
    const int length =
        snprintf(path, PLACE_ROOM, "%s/%s-XXXXXX", parent != NULL ? parent : "/tmp", name);

    if (length < 0 || length >= PLACE_ROOM || mkdtemp(path) == NULL) {
        path[0] = '\0';
        talk_error(POBF_E_SYSTEM, "TMPDIR", "no temporary folder can be made");
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

static void remove_once(const char *folder)
{
    char root[PLACE_ROOM];
    char *const roots[] = {root, NULL};
    FTSENT *entry;
    FTS *walk;

    snprintf(root, sizeof root, "%s", folder);
    walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    while (walk != NULL && (entry = fts_read(walk)) != NULL) {
        if (entry->fts_info != FTS_D) {
            (void)remove(entry->fts_accpath);
        }
    }
    if (walk != NULL) {
        fts_close(walk);
    }
}

/* What is killed may write for a moment longer: then a later round finds the rest. */
void scratch_close(char *path)
{
    for (int round = 0; *path != '\0' && round < REMOVE_ROUNDS && access(path, F_OK) == 0;
         round++) {
        if (round > 0) {
            nanosleep(&(struct timespec){.tv_nsec = REMOVE_PAUSE_NS}, NULL);
        }
        remove_once(path);
    }
    path[0] = '\0';
}
