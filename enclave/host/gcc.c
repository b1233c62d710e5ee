#include "enclave/host/gcc.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "edge/cli/talk.h"
#include "enclave/host/files.h"
#include "enclave/translate/tool.h"

void gcc_add(struct gcc *gcc, const char *format, ...)
{
    char *text = NULL;
    va_list values;

    va_start(values, format);
    if (gcc->count == GCC_ARGUMENTS_MAX || vasprintf(&text, format, values) < 0) {
        gcc->overflow = 1;
    } else {
        gcc->at[gcc->count++] = text;
    }
    va_end(values);
}

void gcc_release(struct gcc *gcc)
{
    for (size_t i = 0; i < gcc->count; i++) {
        free(gcc->at[i]);
    }
}

void gcc_add_fixed(struct gcc *gcc)
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
        gcc_add(gcc, "%s", fixed[i]);
    }
}

/* A text as C's literal, whatever is in it: each byte by its number. */
static void add_texts(struct gcc *gcc, const char *name, const char texts[IMAGE_TEXTS_ROOM])
{
    enum { ESCAPE_BYTES = 4 }; /* \ooo */
    char literal[ESCAPE_BYTES * IMAGE_TEXTS_ROOM + 1];
    size_t size = IMAGE_TEXTS_ROOM;

    while (size > 0 && texts[size - 1] == '\0') {
        size--;
    }
    literal[0] = '\0';
    for (size_t i = 0; i < size; i++) {
        snprintf(literal + ESCAPE_BYTES * i, ESCAPE_BYTES + 1, "\\%03o", (unsigned char)texts[i]);
    }
    gcc_add(gcc, "-DPOBF_MANIFEST_%s=\"%s\"", name, literal);
}

static void add_wasi(struct gcc *gcc, const struct image_manifest *manifest)
{
    gcc_add(gcc, "-DPOBF_MANIFEST_INTERFACE=IMAGE_WASI");
    gcc_add(gcc, "-DPOBF_MANIFEST_FUEL=%" PRIu64, manifest->fuel);
    gcc_add(gcc, "-DPOBF_MANIFEST_STDERR_SEALED=%" PRIu32, manifest->stderr_sealed);
    add_texts(gcc, "ARGUMENTS", manifest->arguments);
    add_texts(gcc, "ENVIRONMENT", manifest->environment);
}

static void add_manifest(struct gcc *gcc, const struct image_manifest *manifest)
{
    gcc_add(gcc, "-DPOBF_MANIFEST_NAME=\"%s\"", manifest->name);
    gcc_add(gcc, "-DPOBF_MANIFEST_DEADLINE_MS=%" PRIu32, manifest->deadline_ms);
    gcc_add(gcc, "-DPOBF_MANIFEST_INPUT_MAX=%" PRIu64, manifest->input_max);
    gcc_add(gcc, "-DPOBF_MANIFEST_OUTPUT_MAX=%" PRIu64, manifest->output_max);
    gcc_add(gcc, "-DPOBF_MANIFEST_ARENA=%" PRIu64, manifest->arena);
    gcc_add(gcc, "-DPOBF_MANIFEST_STACK=%" PRIu64, manifest->stack);
    if (manifest->interface == IMAGE_WASI) {
        add_wasi(gcc, manifest);
    }
    if (manifest->files > 0) {
        gcc_add(gcc, "-DPOBF_MANIFEST_FILES=%" PRIu64, manifest->files);
        gcc_add(gcc, "%s/" FILES_SOURCE, gcc->places->scratch);
    }
}

void gcc_begin(struct gcc *gcc, const char *made, const struct gcc_places *places,
               const struct image_manifest *manifest)
{
    gcc->places = places;
    gcc_add_fixed(gcc);
    gcc_add(gcc, "-ffile-prefix-map=%s=.", places->share);
    gcc_add(gcc, "-ffile-prefix-map=%s=.", places->folder);
    add_manifest(gcc, manifest);
    gcc_add(gcc, "-I%s/enclave/function", places->share);
    gcc_add(gcc, "-o");
    gcc_add(gcc, "%s", made);
}

void gcc_add_link(struct gcc *gcc)
{
    const char *share = gcc->places->share;

    gcc_add(gcc, "%s/enclave/function/arena.c", share);
    gcc_add(gcc, "%s/enclave/function/manifest.c", share);
    gcc_add(gcc, "%s/enclave/function/file.c", share);
    gcc_add(gcc, "%s/enclave/function/memory.c", share);
    gcc_add(gcc, "-lgcc");
    gcc_add(gcc, "-Wl,-T,%s/enclave/function/function.ld", share);
    gcc_add(gcc, "-Wl,--build-id=none");
    gcc_add(gcc, "-Wl,-s");
    gcc_add(gcc, "-Wl,-z,max-page-size=4096");
    gcc_add(gcc, "-Wl,-z,noexecstack");
    gcc_add(gcc, "-Wl,--orphan-handling=error");
    gcc_add(gcc, "-Wl,--fatal-warnings");
}

enum pobf_status gcc_run(struct gcc *gcc)
{
    const struct tool tool = {
        .arguments = (const char *const *)gcc->at,
        .scratch = gcc->places->scratch,
        .readable = {gcc->places->share, gcc->places->folder},
        .from = "it cannot be run; it is in Debian's package gcc",
    };
    enum pobf_status status;

    if (gcc->overflow) {
        talk_error(POBF_E_SPACE, "gcc", "too many sources");
        return POBF_E_SPACE;
    }
    status = tool_run(&tool);
    if (status == POBF_E_REFUSED) {
        talk_error(status, gcc->places->folder, "gcc does not build it: what it says is above");
    }
    return status;
}
