#ifndef POBF_ENCLAVE_TRANSLATE_MODULE_H
#define POBF_ENCLAVE_TRANSLATE_MODULE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * A WebAssembly module, looked at before any other tool sees it. Source: WebAssembly Core
 * Specification 2.0, section 5.5 (modules). Only what is said here is judged; whether the code is
 * valid is for wasm2c to find, which reads nothing but what has passed here.
 *
 *   imports   calls of WASI preview 1 by their very names and signatures; nothing else
 *   exports   _start, () -> (); all names of letters, digits and few signs, for names are printed
 *             into C, and wasm2c 1.0.32 does not look at them
 *   memory    one at most, and not more than the budget at the start
 *   names     a name section is kept where all its names are harmless; other custom sections go
 */
enum {
    MODULE_BYTES_MAX = 16 * 1024 * 1024,
    MODULE_SIGNATURE_MAX = 64,
    MODULE_NAME_MAX = 255,
    MODULE_DEFECT_ROOM = 512
};

struct module {
    uint32_t types;     /* how many                                                 */
    uint32_t elements;  /* of all tables together                                   */
    uint32_t functions; /* of its own                                               */
    uint32_t pages;     /* of memory at the start                                   */
    uint32_t pages_max; /* UINT32_MAX: it says nothing                              */
    int has_imports;
    int has_memory;
    int has_names; /* a name section that is harmless                          */
    char defect[MODULE_DEFECT_ROOM];
};

/*
 * Judge all of it, and leave in `bytes` what is to be translated, *kept bytes of it. POBF_E_INPUT
 * with `defect` set, and *kept 0, otherwise.
 *   budget  of linear memory, in bytes
 */
POBF_MUST_CHECK enum pobf_status module_check(struct module *module, size_t *kept, uint8_t *bytes,
                                              size_t size, uint64_t budget);

#endif
