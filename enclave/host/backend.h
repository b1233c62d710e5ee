#ifndef POBF_ENCLAVE_HOST_BACKEND_H
#define POBF_ENCLAVE_HOST_BACKEND_H

#include "edge/cli/place.h"
#include "framework/wire/evidence.h"

/* What the monitor runs on: each backend has a program, and the monitor in it a measurement. */

/*
 * The backend of that name: "process", "kvm", or "auto", which tries whether KVM works and says
 * what it chose. NULL is "process". POBF_E_USAGE, and people are told, where it is another word.
 */
POBF_MUST_CHECK enum pobf_status backend_choose(enum pobf_backend *backend, const char *name);

const char *backend_name(enum pobf_backend backend);

/* Its program. Tells people where it is not found; the path is then empty. */
POBF_MUST_CHECK enum pobf_status backend_place(char path[PLACE_ROOM], enum pobf_backend backend);

/* SHA-256 of its monitor, as evidence names it. Tells people what is wrong. */
POBF_MUST_CHECK enum pobf_status backend_measure(uint8_t digest[POBF_DIGEST_BYTES],
                                                 enum pobf_backend backend);

/* The device that its program must be able to open; NULL: none. */
const char *backend_device(enum pobf_backend backend);

#endif
