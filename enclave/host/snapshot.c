#include "enclave/host/snapshot.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "edge/cli/file.h"
#include "edge/cli/place.h"
#include "edge/cli/run.h"
#include "edge/cli/talk.h"
#include "enclave/host/exits.h"
#include "enclave/translate/tool.h"

#define FIRST "first.image"
#define SNAPSHOT "snapshot"
#define LOG "first.log"
#define RESULT "first.json"
#define ASSEMBLY "snapshot.s"

enum { PATH_ROOM = PLACE_ROOM + 32 };

static void place(char path[PATH_ROOM], const struct wasi *wasi, const char *name)
{
    snprintf(path, PATH_ROOM, "%s/%s", wasi->places.scratch, name);
}

/* The image that only initialises: its output is the snapshot, and everybody may see its stderr. */
static enum pobf_status link_first(const struct wasi *wasi)
{
    struct image_manifest manifest = wasi->project->manifest;
    char path[PATH_ROOM];

    manifest.output_max = IMAGE_FILE_MAX;
    manifest.stderr_sealed = 1;
    place(path, wasi, FIRST);
    return wasi_link(path, wasi, &manifest, NULL);
}

/* How it ended: as `pobf-host run --json` says. */
static int is_exit(const struct wasi *wasi, enum pobf_exit exit)
{
    char path[PATH_ROOM];
    json_t *result;
    const char *word;
    int is;

    place(path, wasi, RESULT);
    result = json_load_file(path, 0, NULL);
    word = json_string_value(json_object_get(result, "exit"));
    is = word != NULL && strcmp(word, exits_word(exit)) == 0;
    json_decref(result);
    return is;
}

/* What its maker can do about it. */
static const char *advice(const struct wasi *wasi)
{
    return is_exit(wasi, POBF_EXIT_FUEL)
               ? "it cannot be initialised: it used up all of its \"fuel\" before any call; does "
                 "something outside of its function go on without end?"
           : is_exit(wasi, POBF_EXIT_DEADLINE)
               ? "it cannot be initialised: \"deadline_ms\" was over before it had ended; does "
                 "something outside of its function go on without end?"
               : "it cannot be initialised";
}

/* Its own message, where it failed by itself; else what ended it. */
static void explain(const struct wasi *wasi)
{
    char log[PATH_ROOM];
    char message[PATH_ROOM];
    uint8_t *text;
    size_t size = 0;

    place(log, wasi, LOG);
    place(message, wasi, SNAPSHOT);
    if (file_read(&text, &size, message, IMAGE_FILE_MAX) == POBF_OK) {
        file_free(text, size);
    }
    tool_show(size > 0 ? message : log);
    talk_error(POBF_E_FUNCTION, wasi->project->path, advice(wasi));
}

static enum pobf_status run_first(const struct wasi *wasi)
{
    char host[PLACE_ROOM];
    char log[PATH_ROOM];
    char result[PATH_ROOM];
    const char *const arguments[] = {host,    "run",    FIRST,    "--in", "/dev/null",
                                     "--out", SNAPSHOT, "--json", NULL};
    const struct run run = {
        .arguments = arguments, .folder = wasi->places.scratch, .output = result, .log = log};
    enum pobf_status status = place_program(host, "pobf-host");

    if (status != POBF_OK) {
        talk_error(status, "pobf-host", "it is not found");
        return status;
    }
    place(log, wasi, LOG);
    place(result, wasi, RESULT);
    status = run_program(&run);
    if (status != POBF_OK && !run_interrupted()) {
        explain(wasi);
    }
    return status;
}

static enum pobf_status write_assembly(const struct wasi *wasi)
{
    static const char text[] = "    .section .rodata.pobf_snapshot, \"a\", @progbits\n"
                               "    .balign 16\n"
                               "    .globl pobf_snapshot\n"
                               "pobf_snapshot:\n"
                               "    .incbin \"" SNAPSHOT "\"\n"
                               "    .section .note.GNU-stack, \"\", @progbits\n";
    char path[PATH_ROOM];
    enum pobf_status status;

    place(path, wasi, ASSEMBLY);
    status = file_write(path, (const uint8_t *)text, sizeof text - 1, 0);
    if (status != POBF_OK) {
        file_error(status, path);
    }
    return status;
}

static enum pobf_status read_shape(struct image *image, const char *path)
{
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, path, IMAGE_FILE_MAX);

    if (status == POBF_OK) {
        status = image_parse(image, bytes, size);
        file_free(bytes, size);
        image->bytes = NULL;
    }
    return status;
}

/* A snapshot points into code and variables of the image that gave it: are they in the same place? */
static enum pobf_status compare_shapes(const char *made, const struct wasi *wasi)
{
    struct image before;
    struct image after;
    char first[PATH_ROOM];
    enum pobf_status status;

    place(first, wasi, FIRST);
    status = read_shape(&before, first);
    if (status == POBF_OK) {
        status = read_shape(&after, made);
    }
    if (status == POBF_OK && (before.text.memory_size != after.text.memory_size ||
                              before.data.memory_size != after.data.memory_size)) {
        status = POBF_E_SYSTEM;
    }
    if (status != POBF_OK) {
        talk_error(status, wasi->project->path,
                   "the initialised memory does not fit the image that it is for");
    }
    return status;
}

enum pobf_status snapshot_link(const char *made, const struct wasi *wasi)
{
    char assembly[PATH_ROOM];
    enum pobf_status status = link_first(wasi);

    place(assembly, wasi, ASSEMBLY);
    if (status == POBF_OK) {
        status = run_first(wasi);
    }
    if (status == POBF_OK) {
        status = write_assembly(wasi);
    }
    if (status == POBF_OK) {
        status = wasi_link(made, wasi, &wasi->project->manifest, assembly);
    }
    return status == POBF_OK ? compare_shapes(made, wasi) : status;
}
