#ifndef POBF_ENCLAVE_HOST_MANIFEST_H
#define POBF_ENCLAVE_HOST_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "enclave/function/pobf_manifest.h"
#include "enclave/host/files.h"
#include "framework/core/status.h"

/*
 * The manifest of a function project, pobf.json: one object of exactly these members, each once.
 *
 *   name         1 to 63 of a-z A-Z 0-9 . _ -, neither . nor - first
 *   interface    "native" (where it is left out) or "wasi"
 *   input_max    bytes in clear, 1 to 1 GiB
 *   output_max   bytes in clear, 1 to 1 GiB
 *   stack        bytes, 16 KiB to 1 GiB
 *   deadline_ms  1 to 3600000
 *   files        an object: paths for the function, each with the project's file that is packed there;
 *                where it is left out, none
 *
 *   arena        native: bytes, 0 to 1 GiB
 *
 *   memory       WASI: bytes of linear memory, a multiple of 64 KiB, to 1 GiB
 *   fuel         WASI: steps, 1 to 2^60; see enclave/translate/meter.h
 *   stderr       WASI: "drop" (where it is left out), or "seal": into the answer where it fails
 *   arguments    WASI: a list of texts; where it is left out, the name alone
 *   environment  WASI: an object of texts; where it is left out, none
 */
#define MANIFEST_FILE "pobf.json"

struct manifest_defect {
    char field[64];
    char expected[160];
    char seen[96];
};

/* POBF_E_INPUT, a zero manifest, no files, and the first defect, where it is not that. */
POBF_MUST_CHECK enum pobf_status manifest_parse(struct image_manifest *manifest,
                                                struct files *files, struct manifest_defect *defect,
                                                const uint8_t *text, size_t size);

/* Read and parse FOLDER/pobf.json. Both tell people on stderr what is wrong. */
POBF_MUST_CHECK enum pobf_status manifest_read(struct image_manifest *manifest, struct files *files,
                                               const char *folder);

/*
 * The manifest of a module or a script alone: in FILE.json beside FILE.wasm or FILE.js. Where there is
 * none: its name is the file's; 1 MiB in, 1 MiB out, 16 MiB of memory, 256 KiB of stack (a script has
 * 1 MiB), ten seconds, 10^10 steps.
 */
POBF_MUST_CHECK enum pobf_status manifest_of_module(struct image_manifest *manifest,
                                                    struct files *files, const char *module);

/* 1 where `name` can name a function. */
int manifest_is_name(const char *name);

#endif
