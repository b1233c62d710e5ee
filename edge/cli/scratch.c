#include "edge/cli/scratch.h"

#include <fcntl.h>
#include <fts.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "edge/cli/talk.h"

enum { NEW_S = 60, REMOVE_ROUNDS = 20, REMOVE_PAUSE_NS = 50 * 1000 * 1000 };

static int held = -1; /* the folder of this process, of which there is one at a time */

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

/*
 * Whoever works in a folder holds a lock on it, and all that it starts holds it too. So a folder that
 * nobody holds has been left by somebody who was killed; a new one may not be held yet.
 */
static int is_left(const char *path)
{
    struct stat about;
    int left;
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (folder < 0) {
        return 0;
    }
    left = fstat(folder, &about) == 0 && about.st_uid == geteuid() &&
           about.st_mtime + NEW_S < time(NULL) && flock(folder, LOCK_EX | LOCK_NB) == 0;
    close(folder);
    return left;
}

static void remove_left(const char *parent, const char *name)
{
    char pattern[PLACE_ROOM];
    glob_t found;

    snprintf(pattern, sizeof pattern, "%s/%s-??????", parent, name);
    if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            if (is_left(found.gl_pathv[i])) {
                remove_once(found.gl_pathv[i]);
            }
        }
        globfree(&found);
    }
}

/* Not to be closed before the folder is gone. Without a lock, too, there is a folder to work in. */
static void hold(const char *path)
{
    held = open(path, O_RDONLY | O_DIRECTORY);
    if (held >= 0) {
        (void)flock(held, LOCK_EX | LOCK_NB);
    }
}

enum pobf_status scratch_open(char path[PLACE_ROOM], const char *name)
{
    const char *parent = getenv("TMPDIR");
    int length;

    parent = parent != NULL ? parent : "/tmp";
    remove_left(parent, name);
    length = snprintf(path, PLACE_ROOM, "%s/%s-XXXXXX", parent, name);
    if (length < 0 || length >= PLACE_ROOM || mkdtemp(path) == NULL) {
        path[0] = '\0';
        talk_error(POBF_E_SYSTEM, "TMPDIR", "no temporary folder can be made");
        return POBF_E_SYSTEM;
    }
    hold(path);
    return POBF_OK;
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
    if (held >= 0) {
        close(held);
        held = -1;
    }
}
