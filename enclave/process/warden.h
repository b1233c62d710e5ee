#ifndef POBF_ENCLAVE_PROCESS_WARDEN_H
#define POBF_ENCLAVE_PROCESS_WARDEN_H

#include "enclave/monitor/monitor.h"
#include "enclave/process/nursery.h"
#include "enclave/process/secret.h"

/* The monitor as a process of its own, with each call of the function in another one. */
struct warden {
    struct monitor monitor;
    int host;                 /* the socket to it */
    int given[MESSAGE_GIVEN]; /* until they are read and mapped */
    struct secret zone_memory;
    struct secret vault_memory;
    struct nursery nursery;
};

/*
 * Start, in this order: read and measure the image and the own program; make the zone; fork the
 * nursery, which therefore holds no secret; only then draw the keys; then give up every right but
 * what the loop needs, and say hello. On failure the reason is on stderr: nothing is secret yet.
 */
POBF_MUST_CHECK enum pobf_status warden_open(struct warden *warden);

/* The middle of it: from a parsed image and an open window, the zone, the nursery, the keys. */
POBF_MUST_CHECK enum pobf_status warden_build(struct warden *warden);

#endif
