#ifndef POBF_ENCLAVE_HOST_REUSE_H
#define POBF_ENCLAVE_HOST_REUSE_H

#include "edge/cli/place.h"
#include "enclave/host/wasi.h"

/*
 * A script's image that is there is not made again: the cache (cache.h) knows by a digest of all that
 * goes into one (this program, the runtime, gcc, manifest and script) which image came of it.
 *
 *   record  out: the file of the cache that says so, there or not
 */
POBF_MUST_CHECK enum pobf_status reuse_find(char record[PLACE_ROOM], const struct wasi *wasi);

/* 1 where `image` is the one of that record. */
int reuse_is(const char *record, const char *image);

/* From now on it is. Says so on stderr where it cannot be written. */
void reuse_note(const char *record, const char *image);

#endif
