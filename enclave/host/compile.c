#include "enclave/host/compile.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/host/manifest.h"
#include "enclave/image/image.h"

enum { ARGUMENTS_MAX = 256 };

/* gcc's command line; every argument is owned. `overflow`: one did not fit, or memory ran out. */
struct arguments {
    char *at[ARGUMENTS_MAX + 1];
    size_t count;
    int overflow;
};

__attribute__((format(printf, 2, 3))) static void add(struct arguments *arguments,
                                                      const char *format, ...)
{
    char *text = NULL;
    va_list values;

    va_start(values, format);
    if (arguments->count == ARGUMENTS_MAX || vasprintf(&text, format, values) < 0) {
        arguments->overflow = 1;
    } else {
        arguments->at[arguments->count++] = text;
    }
    va_end(values);
}

static void release(struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->count; i++) {
        free(arguments->at[i]);
    }
}

/* What is the same for every function, in the order of function.ld's comment. */
static void add_fixed(struct arguments *arguments)
{
    static const char *const fixed[] = {
        "gcc",
        "-std=c11",
        "-O2",
        "-g0",
        "-Wall",
        "-Wextra",
        "-ffreestanding",
        "-fno-pic",
        "-no-pie",
        "-static",
        "-nostdlib",
        "-fno-stack-protector",
        "-fstack-clash-protection", /* or a large frame could step over the guard page */
        "-fcf-protection=none",
        "-fno-asynchronous-unwind-tables",
        "-fno-ident",
        "-fno-tree-loop-distribute-patterns",
    };

    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        add(arguments, "%s", fixed[i]);
    }
}

static void add_manifest(struct arguments *arguments, const struct image_manifest *manifest)
{
    add(arguments, "-DPOBF_MANIFEST_NAME=\"%s\"", manifest->name);
    add(arguments, "-DPOBF_MANIFEST_DEADLINE_MS=%" PRIu32, manifest->deadline_ms);
    add(arguments, "-DPOBF_MANIFEST_INPUT_MAX=%" PRIu64, manifest->input_max);
    add(arguments, "-DPOBF_MANIFEST_OUTPUT_MAX=%" PRIu64, manifest->output_max);
    add(arguments, "-DPOBF_MANIFEST_ARENA=%" PRIu64, manifest->arena);
    add(arguments, "-DPOBF_MANIFEST_STACK=%" PRIu64, manifest->stack);
}

static void add_link(struct arguments *arguments, const char *share)
{
    add(arguments, "%s/enclave/function/arena.c", share);
    add(arguments, "%s/enclave/function/manifest.c", share);
    add(arguments, "%s/enclave/function/memory.c", share);
    add(arguments, "-lgcc");
    add(arguments, "-Wl,-T,%s/enclave/function/function.ld", share);
    add(arguments, "-Wl,--build-id=none");
    add(arguments, "-Wl,-s");
    add(arguments, "-Wl,-z,max-page-size=4096");
    add(arguments, "-Wl,-z,noexecstack");
    add(arguments, "-Wl,--orphan-handling=error");
    add(arguments, "-Wl,--fatal-warnings");
}

static int is_source(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);

    return length > 2 && entry->d_name[0] != '.' && strcmp(entry->d_name + length - 2, ".c") == 0;
}

/* By bytes: the order must not depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_sources(struct arguments *arguments, const char *folder)
{
    struct dirent **entries;
    const int count = scandir(folder, &entries, is_source, by_name);

    for (int i = 0; i < count; i++) {
        add(arguments, "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
    return count;
}

/* Run gcc, without a shell. Of our environment it gets only where to find itself. */
static enum pobf_status run_compiler(struct arguments *arguments)
{
    static char locale[] = "LC_ALL=C";
    static char epoch[] = "SOURCE_DATE_EPOCH=0";
    char path[PLACE_ROOM];
    char *environment[] = {locale, epoch, path, NULL};
    const char *own_path = getenv("PATH");
    int status;
    pid_t process;
    int error;

    snprintf(path, sizeof path, "PATH=%s", own_path == NULL ? "/usr/bin:/bin" : own_path);
    error = posix_spawnp(&process, "gcc", NULL, NULL, arguments->at, environment);
    if (error != 0) {
        talk_error(POBF_E_MISSING, "gcc", strerror(error));
        return POBF_E_MISSING;
    }
    while (waitpid(process, &status, 0) < 0) {
        if (errno != EINTR) {
            return POBF_E_SYSTEM;
        }
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? POBF_OK : POBF_E_REFUSED;
}

/* The image as gcc made it, read back. What is wrong is told of the project: the file goes. */
static enum pobf_status check_image(const char *made, const char *folder)
{
    struct image image = {.defect = NULL};
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, made, IMAGE_FILE_MAX);

    if (status != POBF_OK) {
        file_error(status, folder);
        return status;
    }
    status = image_parse(&image, bytes, size);
    if (status != POBF_OK) {
        talk_error(status, folder, image.defect);
    }
    file_free(bytes, size);
    return status;
}

/* Compile into `made`; where that fails nothing of it is left. */
static enum pobf_status compile(const char *made, const char *folder, const char *share,
                                const struct image_manifest *manifest)
{
    struct arguments arguments = {{NULL}, 0, 0};
    enum pobf_status status = POBF_E_SYSTEM;
    int sources;

    add_fixed(&arguments);
    add(&arguments, "-ffile-prefix-map=%s=.", share);
    add(&arguments, "-ffile-prefix-map=%s=.", folder);
    add_manifest(&arguments, manifest);
    add(&arguments, "-I%s/enclave/function", share);
    add(&arguments, "-o");
    add(&arguments, "%s", made);
    sources = add_sources(&arguments, folder);
    add_link(&arguments, share);
    if (sources < 1) {
        status = POBF_E_MISSING;
        talk_error(status, folder, "there is no *.c in it");
    } else if (arguments.overflow) {
        status = POBF_E_SPACE;
        talk_error(status, folder, "too many sources");
    } else {
        status = run_compiler(&arguments);
    }
    release(&arguments);
    return status == POBF_OK ? check_image(made, folder) : status;
}

static enum pobf_status make_image(const char *path, const char *folder,
                                   const struct image_manifest *manifest)
{
    char made[PLACE_ROOM + 32];
    char share[PLACE_ROOM];
    enum pobf_status status = place_share(share);

    if (status != POBF_OK) {
        talk_error(status, "enclave/function", "it is not found; POBF_SHARE can say where it is");
        return status;
    }
    snprintf(made, sizeof made, "%s.%ld.part", path, (long)getpid());
    status = compile(made, folder, share, manifest);
    if (status == POBF_OK && rename(made, path) != 0) {
        status = POBF_E_SYSTEM;
        talk_error(status, path, strerror(errno));
    }
    if (status != POBF_OK) {
        unlink(made);
    }
    return status;
}

enum pobf_status compile_project(char image_path[PLACE_ROOM], const char *folder,
                                 const char *wanted)
{
    char resolved[PATH_MAX];
    struct image_manifest manifest;
    enum pobf_status status;
    int length;

    image_path[0] = '\0';
    if (realpath(folder, resolved) == NULL) {
        status = errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
        talk_error(status, folder, strerror(errno));
        return status;
    }
    status = manifest_read(&manifest, folder);
    if (status != POBF_OK) {
        return status;
    }
    length = wanted != NULL
                 ? snprintf(image_path, PLACE_ROOM, "%s", wanted)
                 : snprintf(image_path, PLACE_ROOM, "%s/%s.image", folder, manifest.name);
    if (length >= PLACE_ROOM) {
        talk_error(POBF_E_SPACE, folder, "the path is too long");
        return POBF_E_SPACE;
    }
    return make_image(image_path, resolved, &manifest);
}
