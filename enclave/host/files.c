#include "enclave/host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "edge/cli/file.h"
#include "edge/cli/place.h"
#include "edge/cli/talk.h"
#include "edge/image/packed.h"

enum { PATH_ROOM = PLACE_ROOM + 64 };

static enum pobf_status refuse(struct files_defect *defect, const char *expected, const char *seen)
{
    defect->expected = expected;
    defect->seen = seen;
    return POBF_E_INPUT;
}

static enum pobf_status take(struct files *files, struct files_defect *defect, const char *path,
                             const json_t *source)
{
    if (!packed_is_path(path)) {
        return refuse(defect,
                      "paths of 1 to 111 printable letters, no / before or behind, no part "
                      "empty, . or ..",
                      path);
    }
    if (!json_is_string(source) ||
        json_string_length(source) != strlen(json_string_value(source)) ||
        !packed_is_path(json_string_value(source))) {
        return refuse(defect, "for each the path of a file of the project, as such a path", path);
    }
    if (files->count == IMAGE_FILES_MAX) {
        return refuse(defect, "at most 64 files", "more");
    }
    snprintf(files->at[files->count].path, IMAGE_PATH_ROOM, "%s", path);
    snprintf(files->at[files->count].source, IMAGE_PATH_ROOM, "%s", json_string_value(source));
    files->count++;
    return POBF_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(a, b); /* each begins with its path */
}

/* No file can be a folder of another. */
static enum pobf_status judge_tree(const struct files *files, struct files_defect *defect)
{
    for (size_t i = 0; i < files->count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (packed_is_below(files->at[i].path, files->at[k].path)) {
                return refuse(defect, "no file that is a folder of another too", files->at[k].path);
            }
        }
    }
    return POBF_OK;
}

enum pobf_status files_parse(struct files *files, struct files_defect *defect, json_t *value)
{
    enum pobf_status status = POBF_OK;
    const char *path;
    json_t *source;

    memset(files, 0, sizeof *files);
    if (value != NULL && !json_is_object(value)) {
        return refuse(defect, "an object: a path for the function, and the project's file",
                      "something else");
    }
    json_object_foreach(value, path, source)
    {
        status = take(files, defect, path, source);
        if (status != POBF_OK) {
            return status;
        }
    }
    qsort(files->at, files->count, sizeof files->at[0], by_path);
    return judge_tree(files, defect);
}

/* Below the folder, through no link, and never waiting for a pipe's other end. */
static int open_below(int folder, const char *source)
{
    const struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
    };

    return (int)syscall(SYS_openat2, folder, source, &how, sizeof how);
}

static const char *why_not_open(int error)
{
    return error == ENOENT  ? "it is not there"
           : error == ELOOP ? "it is a link, or behind one: only the project's own files are packed"
           : error == EXDEV ? "it is not below the project's folder"
                            : strerror(error);
}

/* All of an opened file, at most `left` bytes of it. Returns NULL, or what is wrong. */
static const char *copy(int from, const char *to, size_t *left)
{
    struct stat about;
    uint8_t *bytes;
    size_t size;
    enum pobf_status status;

    if (fstat(from, &about) != 0 || !S_ISREG(about.st_mode)) {
        return "it is no plain file";
    }
    status = file_read_open(&bytes, &size, from, *left);
    if (status == POBF_E_SPACE) {
        return "with it the files are more than 8 MiB";
    }
    if (status == POBF_OK) {
        status = file_place(to, bytes, size);
        file_free(bytes, size);
        *left -= size;
    }
    return status == POBF_OK ? NULL : "it cannot be copied";
}

static enum pobf_status copy_all(const struct files *files, int folder, const char *scratch)
{
    size_t left = FILES_BYTES_MAX;

    for (size_t i = 0; i < files->count; i++) {
        const char *source = files->at[i].source;
        const int opened = open_below(folder, source);
        const char *defect = opened < 0 ? why_not_open(errno) : NULL;
        char to[PATH_ROOM];

        snprintf(to, sizeof to, "%s/file-%zu", scratch, i);
        if (opened >= 0) {
            defect = copy(opened, to, &left);
            close(opened);
        }
        if (defect != NULL) {
            talk_error(POBF_E_INPUT, source, defect);
            return POBF_E_INPUT;
        }
    }
    return POBF_OK;
}

/* A path as it stands in a directory, whatever letters it has. */
static void write_entry(FILE *out, const struct files *files, size_t i)
{
    fprintf(out, "    .ascii \"");
    for (size_t k = 0; k < IMAGE_PATH_ROOM; k++) {
        fprintf(out, "\\%03o", (unsigned char)files->at[i].path[k]);
    }
    fprintf(out, "\"\n    .quad file_%zu, file_%zu_end - file_%zu\n", i, i, i);
}

static enum pobf_status write_source(const struct files *files, const char *scratch)
{
    char path[PATH_ROOM];
    FILE *out;

    snprintf(path, sizeof path, "%s/" FILES_SOURCE, scratch);
    out = fopen(path, "we");
    if (out == NULL) {
        return POBF_E_SYSTEM;
    }
    fprintf(out, "    .section .files.pobf, \"a\", @progbits\n    .balign 16\n");
    for (size_t i = 0; i < files->count; i++) {
        write_entry(out, files, i);
    }
    for (size_t i = 0; i < files->count; i++) {
        fprintf(out, "    .balign 16\nfile_%zu:\n    .incbin \"file-%zu\"\nfile_%zu_end:\n", i, i,
                i);
    }
    fprintf(out, "    .section .note.GNU-stack, \"\", @progbits\n");
    return fclose(out) == 0 ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status files_pack(const struct files *files, const char *folder, const char *scratch)
{
    const int opened = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    enum pobf_status status = opened < 0 ? POBF_E_SYSTEM : POBF_OK;

    if (status == POBF_OK) {
        status = copy_all(files, opened, scratch);
        close(opened);
    }
    if (status == POBF_OK) {
        status = write_source(files, scratch);
    }
    if (status == POBF_E_SYSTEM) {
        talk_error(status, folder, strerror(errno));
    }
    return status;
}
