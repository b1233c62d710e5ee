#ifndef POBF_ENCLAVE_HOST_GCC_H
#define POBF_ENCLAVE_HOST_GCC_H

#include <stddef.h>

#include "enclave/image/image.h"

enum { GCC_ARGUMENTS_MAX = 256 };

/* Absolute paths: the project's, which must not show in what is made; what place.h says; to write to. */
struct gcc_places {
    const char *folder;
    const char *share;
    const char *scratch;
};

/* gcc's command line; every argument is owned. `overflow`: one did not fit, or memory ran out. */
struct gcc {
    char *at[GCC_ARGUMENTS_MAX + 1];
    size_t count;
    int overflow;
    const struct gcc_places *places;
};

void gcc_add(struct gcc *gcc, const char *format, ...) __attribute__((format(printf, 2, 3)));
void gcc_release(struct gcc *gcc);

/* What is the same for everything that is compiled. */
void gcc_add_fixed(struct gcc *gcc);

/* What is the same for every image, in the order of function.ld's comment. `made`: what is made. */
void gcc_begin(struct gcc *gcc, const char *made, const struct gcc_places *places,
               const struct image_manifest *manifest);
void gcc_add_link(struct gcc *gcc);

/* Run it at its places, as any tool (translate/tool.h). POBF_E_SPACE: see `overflow`. */
POBF_MUST_CHECK enum pobf_status gcc_run(struct gcc *gcc);

#endif
