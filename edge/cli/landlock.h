#ifndef POBF_EDGE_CLI_LANDLOCK_H
#define POBF_EDGE_CLI_LANDLOCK_H

#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/* What may be done with a file, or below a folder. A path that is NULL stands for nothing. */
struct landlock_grant {
    const char *path;
    uint64_t access;
};

#define LANDLOCK_READ LANDLOCK_ACCESS_FS_READ_FILE
#define LANDLOCK_PROGRAM (LANDLOCK_READ | LANDLOCK_ACCESS_FS_EXECUTE)
#define LANDLOCK_DEVICE (LANDLOCK_READ | LANDLOCK_ACCESS_FS_WRITE_FILE)
/* Folders: to read and run from, to put files into, to work in. */
#define LANDLOCK_BROWSE (LANDLOCK_PROGRAM | LANDLOCK_ACCESS_FS_READ_DIR)
#define LANDLOCK_KEEP                                                                              \
    (LANDLOCK_DEVICE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |              \
     LANDLOCK_ACCESS_FS_MAKE_REG)
#define LANDLOCK_WORK                                                                              \
    (LANDLOCK_BROWSE | LANDLOCK_KEEP | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR)

/*
 * From now on, here and in all that is started, no file can be opened but those. Where the kernel
 * has no Landlock this does nothing: `pobf-host doctor` says so. POBF_E_SYSTEM where a path is not
 * there, or the kernel has it and cannot be asked.
 */
POBF_MUST_CHECK enum pobf_status landlock_confine(const struct landlock_grant *grants,
                                                  size_t count);

#endif
