#ifndef POBF_TESTS_VERIFIER_LOG_DISK_H
#define POBF_TESTS_VERIFIER_LOG_DISK_H

#include "tests/verifier/log/fixture.h"

#include <fcntl.h>

#include "verifier/log/store.h"

/*
 * What a sequencer asks of the system, recorded call by call, and the file system that any part of
 * these calls leaves. The test that includes this wraps the calls.
 */
enum {
    OPS_MAX = 8192,
    FILES_MAX = 1024,
    OPEN_MAX_HERE = 1024,
    MEMO_MAX = 1 << 16,
    TORN_STEP = 8, /* of the journal: the only torn file that recovery reads */
    PENDING_MAX = 6,
    ZEROS_KEPT = 16 * 1024
};

enum op_kind {
    OP_CREATE,
    OP_TRUNCATE,
    OP_WRITE,
    OP_SYNC,
    OP_SYNC_FOLDER,
    OP_RENAME,
    OP_MKDIR,
    OP_TOLD
};

struct op {
    enum op_kind kind;
    int file; /* number of the file, as the recorder counts them */
    char name[STORE_NAME_ROOM];
    char to[STORE_NAME_ROOM];
    uint8_t *bytes;
    size_t size;
    off_t at;
    uint64_t taken; /* OP_TOLD: so many entries were acknowledged */
};

static struct op ops[OPS_MAX];
static size_t op_count;
static int records; /* 1: calls are recorded */
static int files;   /* files made so far */

/* What a descriptor stands for while it is open. */
static struct open_file {
    int is_folder;
    int file;
    char name[STORE_NAME_ROOM];
} opened[OPEN_MAX_HERE];

/* Where each name leads now, for the recorder. */
static struct {
    char name[STORE_NAME_ROOM];
    int file;
} names[FILES_MAX];
static size_t name_count;

static struct op *record(enum op_kind kind, int file, const char *name)
{
    struct op *op = &ops[op_count++];

    assert_true(op_count < OPS_MAX);
    memset(op, 0, sizeof *op);
    op->kind = kind;
    op->file = file;
    snprintf(op->name, sizeof op->name, "%s", name);
    return op;
}

static int file_named(const char *name)
{
    for (size_t i = 0; i < name_count; i++) {
        if (strcmp(names[i].name, name) == 0) {
            return names[i].file;
        }
    }
    return -1;
}

static void set_name(const char *name, int file)
{
    size_t i = 0;

    while (i < name_count && strcmp(names[i].name, name) != 0) {
        i++;
    }
    assert_true(i < FILES_MAX);
    name_count += i == name_count;
    snprintf(names[i].name, sizeof names[i].name, "%s", name);
    names[i].file = file;
}

int __real_openat(int folder, const char *name, int flags, mode_t mode);
int __wrap_openat(int folder, const char *name, int flags, mode_t mode);
int __wrap_openat(int folder, const char *name, int flags, mode_t mode)
{
    const int descriptor = __real_openat(folder, name, flags, mode);
    struct open_file *file = &opened[descriptor];

    if (!records || descriptor < 0) {
        return descriptor;
    }
    assert_true(descriptor < OPEN_MAX_HERE);
    file->is_folder = (flags & O_DIRECTORY) != 0;
    file->file = file_named(name);
    snprintf(file->name, sizeof file->name, "%s", name);
    if ((flags & O_CREAT) != 0 && file->file < 0) {
        file->file = files++;
        set_name(name, file->file);
        record(OP_CREATE, file->file, name);
    } else if ((flags & O_TRUNC) != 0) {
        record(OP_TRUNCATE, file->file, name);
    }
    return descriptor;
}

ssize_t __real_pwrite(int file, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t at)
{
    if (records) {
        struct op *op = record(OP_WRITE, opened[file].file, opened[file].name);

        /* The zeros that lay out the journal: recovery stops at the first of them. */
        op->size = size > ZEROS_KEPT && sodium_is_zero(bytes, size) ? ZEROS_KEPT : size;
        op->bytes = malloc(op->size);
        memcpy(op->bytes, bytes, op->size);
        op->at = at;
    }
    return __real_pwrite(file, bytes, size, at);
}

int __real_fsync(int file);
int __wrap_fsync(int file);
int __wrap_fsync(int file)
{
    if (records) {
        record(opened[file].is_folder ? OP_SYNC_FOLDER : OP_SYNC, opened[file].file,
               opened[file].name);
    }
    return __real_fsync(file);
}

int __real_fdatasync(int file);
int __wrap_fdatasync(int file);
int __wrap_fdatasync(int file)
{
    return __wrap_fsync(file);
}

int __real_renameat(int from, const char *old, int to, const char *new);
int __wrap_renameat(int from, const char *old, int to, const char *new);
int __wrap_renameat(int from, const char *old, int to, const char *new)
{
    if (records) {
        struct op *op = record(OP_RENAME, file_named(old), old);

        snprintf(op->to, sizeof op->to, "%s", new);
        set_name(new, op->file);
        set_name(old, -1);
    }
    return __real_renameat(from, old, to, new);
}

int __real_mkdirat(int folder, const char *name, mode_t mode);
int __wrap_mkdirat(int folder, const char *name, mode_t mode);
int __wrap_mkdirat(int folder, const char *name, mode_t mode)
{
    const int result = __real_mkdirat(folder, name, mode);

    if (records && result == 0) {
        record(OP_MKDIR, -1, name);
    }
    return result;
}

/* A file system as it would be found: names, and what is in the files. */
struct image {
    struct {
        char name[STORE_NAME_ROOM];
        int file;
    } names[FILES_MAX];
    size_t name_count;
    struct {
        uint8_t *bytes;
        size_t size;
    } files[FILES_MAX];
    char folders[FILES_MAX][STORE_NAME_ROOM];
    size_t folder_count;
};

static struct image image;

static void image_clear(void)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        free(image.files[i].bytes);
    }
    memset(&image, 0, sizeof image);
}

static void image_name(const char *name, int file)
{
    size_t i = 0;

    while (i < image.name_count && strcmp(image.names[i].name, name) != 0) {
        i++;
    }
    image.name_count += i == image.name_count;
    snprintf(image.names[i].name, sizeof image.names[i].name, "%s", name);
    image.names[i].file = file;
}

static void image_write(const struct op *op, size_t size)
{
    const size_t end = (size_t)op->at + size;

    if (end > image.files[op->file].size) {
        image.files[op->file].bytes = realloc(image.files[op->file].bytes, end);
        memset(image.files[op->file].bytes + image.files[op->file].size, 0,
               end - image.files[op->file].size);
        image.files[op->file].size = end;
    }
    memcpy(image.files[op->file].bytes + op->at, op->bytes, size);
}

/* What this call left on the disk: all of it, or the first `torn` bytes of a write. */
static void image_apply(const struct op *op, size_t torn)
{
    switch (op->kind) {
    case OP_CREATE:
        image_name(op->name, op->file);
        break;
    case OP_TRUNCATE:
        image.files[op->file].size = 0;
        break;
    case OP_WRITE:
        image_write(op, torn < op->size ? torn : op->size);
        break;
    case OP_RENAME:
        image_name(op->name, -1);
        image_name(op->to, op->file);
        break;
    case OP_MKDIR:
        snprintf(image.folders[image.folder_count++], STORE_NAME_ROOM, "%s", op->name);
        break;
    case OP_SYNC:
    case OP_SYNC_FOLDER:
    case OP_TOLD:
    default:
        break;
    }
}

static int is_in(const char *name, const char *folder)
{
    const char *slash = strrchr(name, '/');
    const size_t length = slash == NULL ? 0 : (size_t)(slash - name);

    if (strcmp(folder, ".") == 0) {
        return slash == NULL;
    }
    return length == strlen(folder) && strncmp(name, folder, length) == 0;
}

/* Does `sync`, which came later, make `op` durable? */
static int covers(const struct op *sync, const struct op *op)
{
    switch (op->kind) {
    case OP_TRUNCATE:
    case OP_WRITE:
        return sync->kind == OP_SYNC && sync->file == op->file;
    case OP_CREATE:
    case OP_MKDIR:
        return sync->kind == OP_SYNC_FOLDER && is_in(op->name, sync->name);
    case OP_RENAME:
        return sync->kind == OP_SYNC_FOLDER && is_in(op->to, sync->name);
    case OP_SYNC:
    case OP_SYNC_FOLDER:
    case OP_TOLD:
    default:
        return 1; /* leaves nothing */
    }
}

#endif
