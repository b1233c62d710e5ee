#ifndef POBF_FRAMEWORK_WIRE_MANIFEST_H
#define POBF_FRAMEWORK_WIRE_MANIFEST_H

#include <stdint.h>

/*
 * The manifest of a function: the descriptor of an ELF note, owner "pobf", type 1. Its SHA-256 is
 * the policy. Little-endian, no padding. It is part of the measured image, so nobody can give a
 * function more time or memory than its measurement says.
 */
enum { IMAGE_NAME_ROOM = 64, IMAGE_NOTE_TYPE = 1, IMAGE_MANIFEST_VERSION = 1 };
#define IMAGE_NOTE_OWNER "pobf"

struct image_manifest {
    uint32_t version; /* 1 */
    uint32_t deadline_ms;
    uint64_t input_max;  /* bytes in clear */
    uint64_t output_max; /* bytes in clear */
    uint64_t arena;      /* bytes */
    uint64_t stack;      /* bytes */
    char name[IMAGE_NAME_ROOM];
};

/* A note as it stands in the file: the owner is padded to four bytes, the manifest follows. */
struct image_note {
    uint32_t owner_size;
    uint32_t manifest_size;
    uint32_t type;
    char owner[8];
    struct image_manifest manifest;
} __attribute__((packed, aligned(4)));

_Static_assert(sizeof(struct image_manifest) == 104, "the manifest has no padding");
_Static_assert(sizeof(struct image_note) == 124, "the note has no padding");

#endif
