#include "pobf_manifest.h"

/* The values come from the project's pobf.json, as macros. */
extern const struct image_note pobf_note;

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
            .name = POBF_MANIFEST_NAME,
        },
};

_Static_assert(sizeof POBF_MANIFEST_NAME <= IMAGE_NAME_ROOM, "the name fits its room");
