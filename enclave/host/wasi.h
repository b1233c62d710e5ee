#ifndef POBF_ENCLAVE_HOST_WASI_H
#define POBF_ENCLAVE_HOST_WASI_H

#include <limits.h>

#include "enclave/host/files.h"
#include "enclave/host/gcc.h"
#include "enclave/translate/module.h"

struct project {
    char path[PATH_MAX]; /* a folder, or a module */
    struct image_manifest manifest;
    struct files files; /* that are packed with it */
    int is_module;      /* a *.wasm or a *.js, alone */
    int is_explained;   /* it is to tell what went wrong in it, whatever that takes */
    const char *image;  /* where its image is to be */
};

/*
 * Find the module of a project: it may be made of its sources (frontend.h), or be the engine
 * (engine.h) of a script. Translate it into their `scratch`, and make the image `made` of that and
 * the runtime (enclave/wasm). A reactor is initialised on the way: by an image that does nothing
 * else, run as any other.
 * Tells people on stderr what is wrong.
 */
POBF_MUST_CHECK enum pobf_status wasi_compile(const char *made, const struct project *project,
                                              const struct gcc_places *places);

/* A module that is compiled, in `places.scratch`, and all that an image of it is linked from. */
struct wasi {
    struct module module;
    const struct project *project;
    struct gcc_places places;
    int is_script;
};

/* Link an image. `snapshot`: an assembly source with it; NULL: none. */
POBF_MUST_CHECK enum pobf_status wasi_link(const char *made, const struct wasi *wasi,
                                           const struct image_manifest *manifest,
                                           const char *snapshot);

#endif
