#include "pobf_manifest.h"

/* The values come from the project's pobf.json, as macros. */
extern const struct image_note pobf_note;

#ifndef POBF_MANIFEST_INTERFACE
#define POBF_MANIFEST_INTERFACE IMAGE_NATIVE
#define POBF_MANIFEST_FUEL 0
#define POBF_MANIFEST_STDERR_SEALED 0
#define POBF_MANIFEST_ARGUMENTS ""
#define POBF_MANIFEST_ENVIRONMENT ""
#endif
#ifndef POBF_MANIFEST_FILES
#define POBF_MANIFEST_FILES 0
#endif

__attribute__((section(".note.pobf"), used, aligned(4))) const struct image_note pobf_note = {
    .owner_size = sizeof IMAGE_NOTE_OWNER,
    .manifest_size = sizeof(struct image_manifest),
    .type = IMAGE_NOTE_TYPE,
    .owner = IMAGE_NOTE_OWNER,
    .manifest =
        {
            .version = IMAGE_MANIFEST_VERSION,
            .deadline_ms = POBF_MANIFEST_DEADLINE_MS,
            .input_max = POBF_MANIFEST_INPUT_MAX,
            .output_max = POBF_MANIFEST_OUTPUT_MAX,
            .arena = POBF_MANIFEST_ARENA,
            .stack = POBF_MANIFEST_STACK,
            .fuel = POBF_MANIFEST_FUEL,
            .files = POBF_MANIFEST_FILES,
            .interface = POBF_MANIFEST_INTERFACE,
            .stderr_sealed = POBF_MANIFEST_STDERR_SEALED,
            .arguments = POBF_MANIFEST_ARGUMENTS,
            .environment = POBF_MANIFEST_ENVIRONMENT,
            .name = POBF_MANIFEST_NAME,
        },
};

_Static_assert(sizeof POBF_MANIFEST_NAME <= IMAGE_NAME_ROOM, "the name fits its room");
_Static_assert(sizeof POBF_MANIFEST_ARGUMENTS <= IMAGE_TEXTS_ROOM, "the arguments fit theirs");
_Static_assert(sizeof POBF_MANIFEST_ENVIRONMENT <= IMAGE_TEXTS_ROOM, "the environment fits its");
