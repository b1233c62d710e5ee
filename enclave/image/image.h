#ifndef POBF_ENCLAVE_IMAGE_IMAGE_H
#define POBF_ENCLAVE_IMAGE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "enclave/function/pobf_manifest.h"
#include "framework/core/status.h"
#include "framework/wire/evidence.h"

/*
 * The image of a function: a static ELF of three loadable segments at fixed addresses, and a note
 * with its manifest. It is untrusted input: everything in it is checked before it is used.
 *
 *   0x10000000  text, R-X
 *   ..          read-only data, R--
 *   0x20000000  the zone, RW-: all memory that the function can write, one stretch
 *
 *   zone        call | guard | data, bss | guard | stack | guard | input window (input_max + 16) |
 *               guard | output window (output_max + 16) | guard | arena | guard
 *
 * Each part begins on a page. A guard is one page that the function cannot touch. The first page
 * is the call: struct pobf_call, written by the monitor. Behind the arena there is nothing, as far
 * as an index of 32 bits and an offset of 32 bits reach (enclave/wasm/instructions.h).
 */
enum { IMAGE_PAGE = 4096 };
#define IMAGE_TEXT_AT UINT64_C(0x10000000)
#define IMAGE_ZONE_AT UINT64_C(0x20000000)
#define IMAGE_FILE_MAX ((size_t)16 << 20)
#define IMAGE_ZONE_MAX (UINT64_C(1) << 30)
#define IMAGE_STACK_MIN (UINT64_C(16) << 10)
#define IMAGE_WASM_PAGE (UINT64_C(64) << 10)
#define IMAGE_FUEL_MAX (UINT64_C(1) << 60)
#define IMAGE_DEADLINE_MAX_MS (UINT32_C(3600) * 1000)

struct image_part {
    uint64_t at;   /* offset in the zone, in bytes; a multiple of a page */
    uint64_t size; /* bytes; a multiple of a page */
};

struct image_segment {
    uint64_t address;
    uint64_t file_at;
    uint64_t file_size;
    uint64_t memory_size;
};

struct image {
    const uint8_t *bytes; /* the whole file, owned by the caller */
    size_t size;
    struct image_manifest manifest;
    struct image_segment text, constants, data;
    uint64_t entry;
    struct image_part call, variables, stack, arena, input, output;
    uint64_t zone_size;
    uint8_t measurement[POBF_DIGEST_BYTES]; /* SHA-256 of the file */
    uint8_t policy[POBF_DIGEST_BYTES];
    const char *defect; /* where parsing fails: which field, in words */
};

/* Parse and check all of it. POBF_E_INPUT, with `defect` set and the rest zero, otherwise. */
POBF_MUST_CHECK enum pobf_status image_parse(struct image *image, const uint8_t *bytes,
                                             size_t size);

#endif
