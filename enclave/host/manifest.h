#ifndef POBF_ENCLAVE_HOST_MANIFEST_H
#define POBF_ENCLAVE_HOST_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "enclave/function/pobf_manifest.h"
#include "framework/core/status.h"

/*
 * The manifest of a function project, pobf.json: one object of exactly these members, each once.
 *
 *   name         1 to 63 of a-z A-Z 0-9 . _ -, neither . nor - first
 *   input_max    bytes in clear, 1 to 1 GiB
 *   output_max   bytes in clear, 1 to 1 GiB
 *   arena        bytes, 0 to 1 GiB
 *   stack        bytes, 16 KiB to 1 GiB
 *   deadline_ms  1 to 3600000
 */
#define MANIFEST_FILE "pobf.json"

struct manifest_defect {
    char field[64];
    char expected[96];
    char seen[96];
};

/* POBF_E_INPUT, a zero manifest, and the first defect, where it is not that. */
POBF_MUST_CHECK enum pobf_status manifest_parse(struct image_manifest *manifest,
                                                struct manifest_defect *defect, const uint8_t *text,
                                                size_t size);

/* Read and parse FOLDER/pobf.json; tells people on stderr what is wrong. */
POBF_MUST_CHECK enum pobf_status manifest_read(struct image_manifest *manifest, const char *folder);

/* 1 where `name` can name a function. */
int manifest_is_name(const char *name);

#endif
