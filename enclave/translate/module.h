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
 *   imports   calls of WASI preview 1 by their very names and signatures; those of extism_calls.h, which
 *             make it a plug-in; of the engine of JavaScript, which is ours to choose, those of
 *             engine_calls.h as well; nothing else
 *   exports   of a command _start; of a reactor pobf_alloc and pobf_handle, and pobf_init where it has
 *             one: enclave/wasm/reactor.c says what each is for; of a plug-in functions without
 *             parameters that give a number. All names of letters, digits and few
 *             signs, for names are printed into C, and wasm2c 1.0.32 does not look at them
 *   code      known instructions; sizes, locals and depth that no tool chokes on
 *   memory    one at most, and not more than the budget at the start
 *   names     a name section is kept where all its names are harmless; other custom sections go
 */
enum {
    MODULE_BYTES_MAX = 16 * 1024 * 1024,
    MODULE_SIGNATURE_MAX = 64,
    MODULE_NAME_MAX = 400, /* mangled names are long */
    MODULE_DEFECT_ROOM = 512
};

/* What a module exports that somebody calls, by its name and signature: see module.c. */
#define MODULE_CALLED(X)                                                                           \
    X(START, "_start", ":")                                                                        \
    X(INITIALIZE, "_initialize", ":")                                                              \
    X(INIT, "pobf_init", ":")                                                                      \
    X(ALLOC, "pobf_alloc", "i:i")                                                                  \
    X(HANDLE, "pobf_handle", "ii:I")

enum module_called {
#define X(name, text, signature) MODULE_##name,
    MODULE_CALLED(X)
#undef X
        MODULE_CALLED_COUNT
};

enum module_kind {
    MODULE_COMMAND,
    MODULE_REACTOR,
    MODULE_ENGINE,
    MODULE_PLUGIN,
    MODULE_KIND_COUNT
};

/* Functions of a plug-in that are looked at. */
enum { MODULE_PLUGS_MAX = 32 };

struct module {
    uint32_t types;     /* how many                                                 */
    uint32_t elements;  /* of all tables together                                   */
    uint32_t functions; /* of its own                                               */
    uint32_t pages;     /* of memory at the start                                   */
    uint32_t pages_max; /* UINT32_MAX: it says nothing                              */
    int imports_wasi;
    int imports_env;    /* what engine_calls.h lists                                */
    int imports_extism; /* what extism_calls.h lists                                */
    int has_memory;
    enum module_kind kind;
    int calls[MODULE_CALLED_COUNT]; /* 1: it exports that                           */
    char plugs[MODULE_PLUGS_MAX][MODULE_NAME_MAX + 1]; /* what it exports of type (:i)      */
    uint32_t plug_count;
    int has_names; /* a name section that is harmless                          */
    char defect[MODULE_DEFECT_ROOM];
};

/*
 * Judge all of it, and leave in `bytes` what is to be translated, *kept bytes of it. POBF_E_INPUT
 * with `defect` set, and *kept 0, otherwise.
 *   budget     of linear memory, in bytes
 *   is_engine  1: it is known for the engine of JavaScript
 */
POBF_MUST_CHECK enum pobf_status module_check(struct module *module, size_t *kept, uint8_t *bytes,
                                              size_t size, uint64_t budget, int is_engine);

#endif
