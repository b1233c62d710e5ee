#ifndef POBF_EDGE_CLI_FILE_H
#define POBF_EDGE_CLI_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * Read all of a file; "-" is stdin. The bytes are followed by one zero that is not counted.
 *   POBF_E_MISSING  there is no such file
 *   POBF_E_SPACE    it is longer than `limit` bytes
 *   POBF_E_SYSTEM   anything else the system says
 * On any failure *bytes is NULL and *size 0. Free with file_free.
 */
POBF_MUST_CHECK enum pobf_status file_read(uint8_t **bytes, size_t *size, const char *path,
                                           size_t limit);

/* The same of one that is open already. */
POBF_MUST_CHECK enum pobf_status file_read_open(uint8_t **bytes, size_t *size, int descriptor,
                                                size_t limit);

/*
 * The same, of a plain file alone: it never waits for the other end of a pipe. POBF_E_INPUT: it is
 * something else.
 */
POBF_MUST_CHECK enum pobf_status file_read_plain(uint8_t **bytes, size_t *size, const char *path,
                                                 size_t limit);

/* Also by a link. */
int file_is_folder(const char *path);

/*
 * Say on stderr what is the matter with a file that was to be read or written: returns exit code 3, since
 * what was not read was not judged; of POBF_E_USAGE 2.
 */
int file_error(enum pobf_status status, const char *path);
/* The same, for who returns a status: one that has this exit code. */
enum pobf_status file_unread(enum pobf_status status, const char *path);

/* Wipe and free. NULL is fine. */
void file_free(uint8_t *bytes, size_t size);

/*
 * Write all of a file at once: a temporary file beside it, fsync, rename, fsync of the folder.
 * So the old file or the whole new one is there, never a part. "-" is stdout.
 *   private_file  1: readable by its owner alone (0600), else 0644 less the umask
 */
POBF_MUST_CHECK enum pobf_status file_write(const char *path, const uint8_t *bytes, size_t size,
                                            int private_file);

/*
 * The same for whoever makes it durable later: the file is whole as long as the power stays on. `path`
 * is a file's, or nothing's.
 */
POBF_MUST_CHECK enum pobf_status file_place(const char *path, const uint8_t *bytes, size_t size);

#endif
