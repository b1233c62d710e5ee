#ifndef POBF_ENCLAVE_HOST_WASI_H
#define POBF_ENCLAVE_HOST_WASI_H

#include <limits.h>

#include "enclave/host/gcc.h"

struct project {
    char path[PATH_MAX]; /* a folder, or a module */
    struct image_manifest manifest;
    int is_module;
};

/*
 * Find the module of a project, or make it of the folder's *.c with clang and wasi-libc; translate
 * it into `scratch`, and add that and the runtime (enclave/wasm) to gcc's command line.
 * Tells people on stderr what is wrong.
 */
POBF_MUST_CHECK enum pobf_status wasi_add_sources(struct gcc *gcc, const struct project *project,
                                                  const char *share, const char *scratch);

#endif
