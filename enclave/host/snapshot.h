#ifndef POBF_ENCLAVE_HOST_SNAPSHOT_H
#define POBF_ENCLAVE_HOST_SNAPSHOT_H

#include "enclave/host/wasi.h"

/*
 * Initialise a reactor, and link the image that begins each call with what that left: see
 * enclave/wasm/snapshot.c. It is initialised by an image of its own that `pobf-host run` runs, so
 * confined and under the same limits as a call. Tells people what is wrong, and all that it wrote to
 * stderr: there is no secret yet.
 */
POBF_MUST_CHECK enum pobf_status snapshot_link(const char *made, const struct wasi *wasi);

#endif
