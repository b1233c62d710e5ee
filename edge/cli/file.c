#include "edge/cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/talk.h"

enum { FILE_CHUNK = 64 * 1024, FILE_PATH_ROOM = 4096 };

int file_is_folder(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* 0 where the path names no folder, or the one that it names is there. */
static int lacks_folder(char why[FILE_PATH_ROOM], const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[FILE_PATH_ROOM];

    if (slash == NULL || slash == path) {
        return 0;
    }
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    snprintf(why, FILE_PATH_ROOM, "there is no folder %.4000s", folder);
    return !file_is_folder(folder);
}

/* Of a file that may be there, or was to be made. */
static int is_forbidden(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[FILE_PATH_ROOM];

    snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
             slash == NULL ? "." : path);
    return (access(path, R_OK) != 0 && errno == EACCES) ||
           (access(folder, W_OK | X_OK) != 0 && errno == EACCES);
}

int file_error(enum pobf_status status, const char *path)
{
    const char *name = strcmp(path, "-") == 0 ? "stdin or stdout" : path;
    char why[FILE_PATH_ROOM];

    if ((status == POBF_E_MISSING || status == POBF_E_SYSTEM) && lacks_folder(why, path)) {
        return talk_error(status, name, why);
    }
    switch ((int)status) {
    case POBF_E_MISSING:
        return talk_error(status, name, "there is no such file or folder");
    case POBF_E_SPACE:
        return talk_error(POBF_E_MISSING, name, "it is longer than it may be");
    case POBF_E_INPUT:
        return talk_error(POBF_E_MISSING, name, "it is no plain file");
    case POBF_E_SYSTEM:
        return talk_error(status, name,
                          file_is_folder(path) ? "it is a folder; a file is needed here"
                          : is_forbidden(path) ? "this user may not read it, or write it there"
                                               : "it cannot be read or written");
    case POBF_E_USAGE:
        return talk_error(status, name, NULL);
    default:
        return talk_error(POBF_E_MISSING, name, talk_sentence(status));
    }
}

enum pobf_status file_unread(enum pobf_status status, const char *path)
{
    file_error(status, path);
    return status == POBF_E_SYSTEM ? POBF_E_SYSTEM : POBF_E_MISSING;
}

void file_free(uint8_t *bytes, size_t size)
{
    if (bytes != NULL) {
        sodium_memzero(bytes, size);
        free(bytes);
    }
}

/* A buffer of twice the size with the same content; the old one is wiped: realloc would not. */
static uint8_t *grow(uint8_t *bytes, size_t size, size_t room)
{
    uint8_t *larger = malloc(room + 1);

    if (larger != NULL && size > 0) {
        memcpy(larger, bytes, size);
    }
    file_free(bytes, size);
    return larger;
}

static enum pobf_status read_all(uint8_t **bytes, size_t *size, int descriptor, size_t limit)
{
    size_t room = 0;

    for (;;) {
        ssize_t got;

        if (*size == room) {
            room = room == 0 ? FILE_CHUNK : 2 * room;
            *bytes = grow(*bytes, *size, room);
            if (*bytes == NULL) {
                return POBF_E_SYSTEM;
            }
        }
        got = read(descriptor, *bytes + *size, room - *size);
        if (got == 0) {
            (*bytes)[*size] = 0;
            return POBF_OK;
        }
        if (got < 0 && errno != EINTR) {
            return POBF_E_SYSTEM;
        }
        *size += got > 0 ? (size_t)got : 0;
        if (*size > limit) {
            return POBF_E_SPACE;
        }
    }
}

enum pobf_status file_read_open(uint8_t **bytes, size_t *size, int descriptor, size_t limit)
{
    enum pobf_status status;

    *bytes = NULL;
    *size = 0;
    status = read_all(bytes, size, descriptor, limit);
    if (status != POBF_OK) {
        file_free(*bytes, *size);
        *bytes = NULL;
        *size = 0;
    }
    return status;
}

static enum pobf_status open_to_read(int *descriptor, const char *path, int flags)
{
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (*descriptor >= 0) {
        return POBF_OK;
    }
    return errno == ENOENT || errno == ENOTDIR ? POBF_E_MISSING : POBF_E_SYSTEM;
}

enum pobf_status file_read(uint8_t **bytes, size_t *size, const char *path, size_t limit)
{
    int descriptor;
    enum pobf_status status;

    *bytes = NULL;
    *size = 0;
    if (strcmp(path, "-") == 0) {
        return file_read_open(bytes, size, STDIN_FILENO, limit);
    }
    status = open_to_read(&descriptor, path, 0);
    if (status == POBF_OK) {
        status = file_read_open(bytes, size, descriptor, limit);
        close(descriptor);
    }
    return status;
}

enum pobf_status file_read_plain(uint8_t **bytes, size_t *size, const char *path, size_t limit)
{
    struct stat facts = {.st_mode = 0};
    int descriptor;
    enum pobf_status status = open_to_read(&descriptor, path, O_NONBLOCK | O_NOCTTY);

    *bytes = NULL;
    *size = 0;
    if (status != POBF_OK) {
        return status;
    }
    if (fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode)) {
        status = file_read_open(bytes, size, descriptor, limit);
    } else {
        status = S_ISDIR(facts.st_mode) ? POBF_E_SYSTEM : POBF_E_INPUT;
    }
    close(descriptor);
    return status;
}

static int write_all(int descriptor, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t put = write(descriptor, bytes, size);

        if (put < 0 && errno != EINTR) {
            return -1;
        }
        bytes += put > 0 ? put : 0;
        size -= put > 0 ? (size_t)put : 0;
    }
    return 0;
}

/* The rename is only as durable as the folder that it stands in. */
static int sync_folder_of(const char *path)
{
    char folder[FILE_PATH_ROOM];
    const char *slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    int descriptor;
    int result;

    snprintf(folder, sizeof folder, "%.*s", (int)length, path);
    descriptor = open(length == 0 ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return -1;
    }
    result = fsync(descriptor);
    close(descriptor);
    return result;
}

/* Devices and pipes cannot be replaced; they are written to. */
static int is_replaceable(const char *path)
{
    struct stat facts;

    return stat(path, &facts) != 0 || S_ISREG(facts.st_mode);
}

static enum pobf_status write_in_place(const char *path, const uint8_t *bytes, size_t size)
{
    const int is_stdout = strcmp(path, "-") == 0;
    const int descriptor = is_stdout ? STDOUT_FILENO : open(path, O_WRONLY | O_CLOEXEC);
    int result;

    if (descriptor < 0) {
        return POBF_E_SYSTEM;
    }
    result = write_all(descriptor, bytes, size);
    if (!is_stdout) {
        close(descriptor);
    }
    return result == 0 ? POBF_OK : POBF_E_SYSTEM;
}

/* A whole file beside it takes the old one's place. */
static enum pobf_status replace(const char *path, const uint8_t *bytes, size_t size, mode_t mode,
                                int durable)
{
    char temporary[FILE_PATH_ROOM];
    int descriptor;
    int written;

    if ((size_t)snprintf(temporary, sizeof temporary, "%s.%ld.part", path, (long)getpid()) >=
        sizeof temporary) {
        return POBF_E_SPACE;
    }
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0) {
        return errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
    }
    written = write_all(descriptor, bytes, size) == 0 && (!durable || fsync(descriptor) == 0);
    if (close(descriptor) != 0 || !written || rename(temporary, path) != 0) {
        unlink(temporary);
        return POBF_E_SYSTEM;
    }
    return !durable || sync_folder_of(path) == 0 ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status file_write(const char *path, const uint8_t *bytes, size_t size, int private_file)
{
    if (strcmp(path, "-") == 0 || !is_replaceable(path)) {
        return write_in_place(path, bytes, size);
    }
    return replace(path, bytes, size, private_file ? 0600 : 0644, 1);
}

enum pobf_status file_place(const char *path, const uint8_t *bytes, size_t size)
{
    return replace(path, bytes, size, 0644, 0);
}
