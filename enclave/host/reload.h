#ifndef POBF_ENCLAVE_HOST_RELOAD_H
#define POBF_ENCLAVE_HOST_RELOAD_H

#include "enclave/host/opener.h"
#include "enclave/host/service.h"

/*
 * SIGHUP: the files of all functions are read again, one after the other beside the event loop, and what has
 * changed takes the place of what serves. What cannot is told, and the one that serves goes on.
 */
struct reload;

/* Files that a function comes from; the opener knows them as 2 * number and 2 * number + 1. */
struct reload_files {
    const char *image;
    const char *certificate; /* NULL: none */
};

struct reload_options {
    struct service *service;
    struct opener *opener;
    const struct reload_files *files; /* of each function */
    size_t input_max; /* bytes that the server takes at most; images may want less */
    size_t output_max;
    const char *never; /* why nothing can be replaced here, to people; NULL: it can */
};

/* What the options name must stay valid. */
POBF_MUST_CHECK enum pobf_status reload_open(struct reload **reload,
                                             const struct reload_options *options);
/* NULL is fine. */
void reload_close(struct reload *reload);

#endif
