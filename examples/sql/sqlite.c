/*
 * SQLite (fetch.sh brings it) for a machine that has memory and nothing else: one thread, no files,
 * no clock. Other databases than the one in memory cannot be opened.
 */
#define SQLITE_OS_OTHER 1
#define SQLITE_THREADSAFE 0
#define SQLITE_TEMP_STORE 3
#define SQLITE_DQS 0
#define SQLITE_DEFAULT_MEMSTATUS 0
#define SQLITE_OMIT_LOAD_EXTENSION
#define SQLITE_OMIT_WAL
#define SQLITE_OMIT_DEPRECATED

/* What is said of others' code is not for us. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#include "amalgamation.h"
#pragma GCC diagnostic pop

static int open_none(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *seen)
{
    (void)vfs, (void)name, (void)flags, (void)seen;
    file->pMethods = NULL;
    return SQLITE_CANTOPEN;
}

static int delete_none(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs, (void)name, (void)sync;
    return SQLITE_IOERR_DELETE;
}

static int find_none(sqlite3_vfs *vfs, const char *name, int flags, int *found)
{
    (void)vfs, (void)name, (void)flags;
    *found = 0;
    return SQLITE_OK;
}

static int full_name(sqlite3_vfs *vfs, const char *name, int room, char *full)
{
    (void)vfs;
    sqlite3_snprintf(room, full, "%s", name);
    return SQLITE_OK;
}

/* SQLite's own generator begins with these: random() is the same for the same input. */
static int fill_random(sqlite3_vfs *vfs, int size, char *bytes)
{
    (void)vfs;
    memset(bytes, 0, (size_t)size);
    return size;
}

static int sleep_not(sqlite3_vfs *vfs, int us)
{
    (void)vfs, (void)us;
    return 0;
}

/* The first of January 1970, as a Julian day: there is no clock. */
static int tell_time(sqlite3_vfs *vfs, double *day)
{
    (void)vfs;
    *day = 2440587.5;
    return SQLITE_OK;
}

int sqlite3_os_init(void)
{
    static sqlite3_vfs none = {
        .iVersion = 1,
        .szOsFile = sizeof(sqlite3_file),
        .mxPathname = 64,
        .zName = "none",
        .xOpen = open_none,
        .xDelete = delete_none,
        .xAccess = find_none,
        .xFullPathname = full_name,
        .xRandomness = fill_random,
        .xSleep = sleep_not,
        .xCurrentTime = tell_time,
    };

    return sqlite3_vfs_register(&none, 1);
}

int sqlite3_os_end(void)
{
    return SQLITE_OK;
}
