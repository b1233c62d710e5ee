#include "verifier/inspect/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "edge/image/packed.h"
#include "framework/wire/manifest.h"

/* The limits that enclave/image/image.c holds an image to. */
#define SIZE_LIMIT (UINT64_C(1) << 30)
#define STACK_LEAST (UINT64_C(16) << 10)
#define FUEL_LIMIT (UINT64_C(1) << 60)
#define DEADLINE_MOST_MS (UINT32_C(3600) * 1000)

static const char *const rebuild = "change pobf.json, and build the image again";

static void judge_range(struct checks *checks, const char *id, uint64_t seen, uint64_t least,
                        uint64_t most)
{
    char expected[64];
    char text[32];

    snprintf(expected, sizeof expected, "%" PRIu64 " to %" PRIu64, least, most);
    snprintf(text, sizeof text, "%" PRIu64, seen);
    check_judge(checks_add(checks, id, 1, rebuild), seen >= least && seen <= most, expected, text);
}

/* Printable letters, and then zeros to the end of its room. */
static int is_name(const char name[IMAGE_NAME_ROOM])
{
    size_t length = 0;

    while (length < IMAGE_NAME_ROOM && name[length] > ' ' && name[length] <= '~') {
        length++;
    }
    for (size_t i = length; i < IMAGE_NAME_ROOM; i++) {
        if (name[i] != 0) {
            return 0;
        }
    }
    return length > 0 && length < IMAGE_NAME_ROOM;
}

static void judge_interface(struct checks *checks, const struct image_manifest *manifest)
{
    const uint64_t is_wasi = manifest->interface == IMAGE_WASI;

    judge_range(checks, "manifest.interface", manifest->interface, 0, IMAGE_INTERFACE_COUNT - 1);
    judge_range(checks, "manifest.fuel", manifest->fuel, is_wasi, is_wasi * FUEL_LIMIT);
    judge_range(checks, "manifest.stderr_sealed", manifest->stderr_sealed, 0, is_wasi);
}

static void judge_fields(struct checks *checks, const struct image_manifest *manifest)
{
    check_judge(checks_add(checks, "manifest.name", 1, rebuild), is_name(manifest->name),
                "1 to 63 printable letters", is_name(manifest->name) ? manifest->name : "another");
    judge_range(checks, "manifest.version", manifest->version, IMAGE_MANIFEST_VERSION,
                IMAGE_MANIFEST_VERSION);
    judge_range(checks, "manifest.deadline_ms", manifest->deadline_ms, 1, DEADLINE_MOST_MS);
    judge_range(checks, "manifest.input_max", manifest->input_max, 0, SIZE_LIMIT);
    judge_range(checks, "manifest.output_max", manifest->output_max, 0, SIZE_LIMIT);
    judge_range(checks, "manifest.arena", manifest->arena, 0, SIZE_LIMIT);
    judge_range(checks, "manifest.stack", manifest->stack, STACK_LEAST, SIZE_LIMIT);
    judge_interface(checks, manifest);
}

/* Texts as a list; one that is no UTF-8 cannot be told, and is left out. */
static json_t *list(const char texts[IMAGE_TEXTS_ROOM])
{
    json_t *all = json_array();
    size_t at = 0;

    while (at < IMAGE_TEXTS_ROOM && texts[at] != '\0') {
        const size_t length = strnlen(texts + at, IMAGE_TEXTS_ROOM - at);

        json_array_append_new(all, json_stringn(texts + at, length));
        at += length + 1;
    }
    return all;
}

/* What only a WASI command has. */
static void tell_wasi(json_t *facts, const struct image_manifest *manifest)
{
    json_object_set_new(facts, "fuel", json_integer((json_int_t)manifest->fuel));
    json_object_set_new(facts, "stderr", json_string(manifest->stderr_sealed ? "seal" : "drop"));
    json_object_set_new(facts, "arguments", list(manifest->arguments));
    json_object_set_new(facts, "environment", list(manifest->environment));
}

static json_t *told(const struct image_manifest *manifest)
{
    const int is_wasi = manifest->interface == IMAGE_WASI;
    json_t *facts =
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "name",
                  is_name(manifest->name) ? manifest->name : "", "interface",
                  is_wasi ? "wasi" : "native", "deadline_ms", (json_int_t)manifest->deadline_ms,
                  "input_max", (json_int_t)manifest->input_max, "output_max",
                  (json_int_t)manifest->output_max, is_wasi ? "memory" : "arena",
                  (json_int_t)manifest->arena, "stack", (json_int_t)manifest->stack);

    if (is_wasi) {
        tell_wasi(facts, manifest);
    }
    return facts;
}

static void judge_files(struct checks *checks, json_t *facts, uint64_t count,
                        const struct elf_segment *segment)
{
    const struct packed_constants constants = {
        .bytes = segment->bytes, .size = segment->file_size, .address = segment->address};
    json_t *files;
    const int is_directory = packed_list(&files, &constants, count) == POBF_OK;

    check_judge(checks_add(checks, "manifest.files", 1, rebuild), is_directory,
                "a directory of files that are among the constants",
                is_directory ? "so" : "something else");
    if (is_directory && count > 0) {
        json_object_set(facts, "files", files);
    }
    json_decref(files);
}

void manifest_judge(struct checks *checks, json_t *facts, const struct elf_segment *segment,
                    const struct elf_segment *constants)
{
    static const struct image_note wanted = {
        .owner_size = sizeof IMAGE_NOTE_OWNER,
        .manifest_size = sizeof(struct image_manifest),
        .type = IMAGE_NOTE_TYPE,
        .owner = IMAGE_NOTE_OWNER,
    };
    struct image_note note;
    int is_whole = segment->file_size == sizeof note && segment->bytes == constants->bytes;

    if (is_whole) {
        memcpy(&note, segment->bytes, sizeof note);
        is_whole = memcmp(&note, &wanted, offsetof(struct image_note, manifest)) == 0;
    }
    check_judge(checks_add(checks, "manifest.note", 1, rebuild), is_whole,
                "one manifest, of owner pobf and type 1, before the constants",
                is_whole ? "so" : "another note");
    if (is_whole) {
        const struct image_manifest manifest = note.manifest;

        judge_fields(checks, &manifest);
        judge_files(checks, facts, manifest.files, constants);
        json_object_set_new(facts, "manifest", told(&manifest));
    }
}
