#ifndef POBF_FRAMEWORK_WIRE_MANIFEST_H
#define POBF_FRAMEWORK_WIRE_MANIFEST_H

#include <stdint.h>

/*
 * The manifest of a function: the descriptor of an ELF note, owner "pobf", type 1. Its SHA-256 is
 * the policy. Little-endian, no padding. It is part of the measured image, so nobody can give a
 * function more time or memory than its measurement says.
 */
enum {
    IMAGE_NAME_ROOM = 64,
    IMAGE_TEXTS_ROOM = 256,
    IMAGE_PATH_ROOM = 112,
    IMAGE_FILES_MAX = 64,
    IMAGE_NOTE_TYPE = 1,
    IMAGE_MANIFEST_VERSION = 3
};
#define IMAGE_NOTE_OWNER "pobf"

/* What the function was built from, and so what its limits mean. */
enum image_interface {
    IMAGE_NATIVE, /* C, against pobf_function.h                                        */
    IMAGE_WASI,   /* a WebAssembly module, a command of WASI preview 1                 */
    IMAGE_INTERFACE_COUNT
};

/*
 * Fuel, stderr_sealed, arguments and environment are of a WASI command alone, and zero elsewhere.
 * Texts each end with a zero, the last is followed by zeros to the end of the room.
 */
struct image_manifest {
    uint32_t version; /* 3 */
    uint32_t deadline_ms;
    uint64_t input_max;     /* bytes in clear */
    uint64_t output_max;    /* bytes in clear */
    uint64_t arena;         /* bytes; of a WASI command, its linear memory */
    uint64_t stack;         /* bytes */
    uint64_t fuel;          /* steps */
    uint64_t files;         /* how many are packed with it: see struct image_file */
    uint32_t interface;     /* enum image_interface */
    uint32_t stderr_sealed; /* 1: what it writes there follows a failure's message; 0: it is lost */
    char name[IMAGE_NAME_ROOM];
    char arguments[IMAGE_TEXTS_ROOM];
    char environment[IMAGE_TEXTS_ROOM];
};

/* A note as it stands in the file: the owner is padded to four bytes, the manifest follows. */
struct image_note {
    uint32_t owner_size;
    uint32_t manifest_size;
    uint32_t type;
    char owner[8];
    struct image_manifest manifest;
} __attribute__((packed, aligned(4)));

/*
 * A file that is packed in the image, and read only there. Behind the note is a directory of them, in
 * the order of their paths, 16 bytes aligned. A path is 1 to 111 printable letters, parts with a
 * slash between them, none of them empty, . or ..; zeros fill its room.
 */
struct image_file {
    char path[IMAGE_PATH_ROOM];
    uint64_t address; /* among the image's constants, as the directory is */
    uint64_t size;    /* bytes */
};

_Static_assert(sizeof(struct image_manifest) == 640, "the manifest has no padding");
_Static_assert(sizeof(struct image_note) == 660, "the note has no padding");
_Static_assert(sizeof(struct image_file) == 128, "a directory has no padding");

/* Where the directory is, in bytes from the note. */
enum { IMAGE_FILES_AT = (sizeof(struct image_note) + 15) / 16 * 16 };

#endif
