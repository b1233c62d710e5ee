#include "verifier/log/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char fresh[] = "state/new";

/* A name is only as durable as the folder that holds it. */
static enum pobf_status sync_parent(int folder, const char *name)
{
    const char *slash = strrchr(name, '/');
    char parent[STORE_NAME_ROOM];
    int descriptor, result;

    snprintf(parent, sizeof parent, "%.*s", slash == NULL ? 1 : (int)(slash - name),
             slash == NULL ? "." : name);
    descriptor = openat(folder, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return POBF_E_SYSTEM;
    }
    result = fsync(descriptor);
    close(descriptor);
    return result == 0 ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status store_folder(int folder, const char *name)
{
    if (mkdirat(folder, name, 0755) != 0) {
        return errno == EEXIST ? POBF_OK : POBF_E_SYSTEM;
    }
    return sync_parent(folder, name);
}

static enum pobf_status make_parents(int folder, const char *name)
{
    enum pobf_status status = POBF_OK;
    char parent[STORE_NAME_ROOM];

    for (const char *slash = strchr(name, '/'); slash != NULL && status == POBF_OK;
         slash = strchr(slash + 1, '/')) {
        snprintf(parent, sizeof parent, "%.*s", (int)(slash - name), name);
        status = store_folder(folder, parent);
    }
    return status;
}

enum pobf_status store_put(int file, const uint8_t *bytes, size_t size, off_t at)
{
    while (size > 0) {
        const ssize_t put = pwrite(file, bytes, size, at);

        if (put <= 0 && !(put < 0 && errno == EINTR)) {
            return POBF_E_SYSTEM;
        }
        if (put > 0) {
            bytes += put;
            size -= (size_t)put;
            at += put;
        }
    }
    return POBF_OK;
}

static enum pobf_status write_fresh(int folder, const uint8_t *bytes, size_t size)
{
    const int file = openat(folder, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    enum pobf_status status;

    if (file < 0) {
        return POBF_E_SYSTEM;
    }
    status = store_put(file, bytes, size, 0);
    if (status == POBF_OK && fsync(file) != 0) {
        status = POBF_E_SYSTEM;
    }
    if (close(file) != 0) {
        status = POBF_E_SYSTEM;
    }
    return status;
}

enum pobf_status store_write(int folder, const char *name, const uint8_t *bytes, size_t size)
{
    enum pobf_status status = make_parents(folder, name);

    if (status == POBF_OK) {
        status = write_fresh(folder, bytes, size);
    }
    if (status == POBF_OK && renameat(folder, fresh, folder, name) != 0) {
        status = POBF_E_SYSTEM;
    }
    return status == POBF_OK ? sync_parent(folder, name) : status;
}
