#include "enclave/tee/tsm_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contracts/sodium.h"

enum { PATH_ROOM = TSM_ENTRY_ROOM + 32 };

enum pobf_status tsm_entry_make(char entry[TSM_ENTRY_ROOM], const char *reports)
{
    uint8_t name[16];
    char hex[2 * sizeof name + 1];

    randombytes_buf(name, sizeof name);
    sodium_bin2hex(hex, sizeof hex, name, sizeof name);
    if ((size_t)snprintf(entry, TSM_ENTRY_ROOM, "%s/pobf-%s", reports, hex) >= TSM_ENTRY_ROOM) {
        return POBF_E_SPACE;
    }
    if (mkdir(entry, 0700) == 0) {
        return POBF_OK;
    }
    return errno == ENOENT || errno == ENOTDIR || errno == ENXIO ? POBF_E_MISSING : POBF_E_SYSTEM;
}

void tsm_entry_remove(const char *entry)
{
    rmdir(entry);
}

static int open_attribute(const char *entry, const char *attribute, int how)
{
    char path[PATH_ROOM];

    if ((size_t)snprintf(path, sizeof path, "%s/%s", entry, attribute) >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(path, how | O_CLOEXEC);
}

enum pobf_status tsm_entry_write(const char *entry, const char *attribute, const uint8_t *bytes,
                                 size_t size)
{
    const int file = open_attribute(entry, attribute, O_WRONLY);
    int good;

    if (file < 0) {
        return errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
    }
    good = write(file, bytes, size) == (ssize_t)size;
    return close(file) == 0 && good ? POBF_OK : POBF_E_SYSTEM; /* binary ones are taken at close */
}

/* Up to `limit` bytes, and one more to see whether there are more. -1, and errno, on an error. */
static ssize_t read_all(int file, uint8_t *bytes, size_t limit)
{
    size_t size = 0;
    ssize_t got = 1;

    while (got > 0 && size <= limit) {
        got = read(file, bytes + size, limit + 1 - size);
        size += got > 0 ? (size_t)got : 0;
    }
    return got < 0 ? -1 : (ssize_t)size;
}

enum pobf_status tsm_entry_read(uint8_t **bytes, size_t *size, const char *entry,
                                const char *attribute, size_t limit)
{
    const int file = open_attribute(entry, attribute, O_RDONLY);
    enum pobf_status status = POBF_E_SYSTEM;
    ssize_t got = -1;

    *bytes = NULL;
    *size = 0;
    if (file < 0) {
        return errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
    }
    *bytes = calloc(1, limit + 2);
    if (*bytes != NULL) {
        got = read_all(file, *bytes, limit);
        status = got < 0 && errno != EFBIG ? POBF_E_SYSTEM : POBF_E_SPACE;
    }
    close(file);
    if (got < 0 || (size_t)got > limit) {
        free(*bytes);
        *bytes = NULL;
        return status;
    }
    *size = (size_t)got;
    return POBF_OK;
}
