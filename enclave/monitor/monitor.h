#ifndef POBF_ENCLAVE_MONITOR_MONITOR_H
#define POBF_ENCLAVE_MONITOR_MONITOR_H

#include "enclave/image/image.h"
#include "enclave/monitor/message.h"
#include "enclave/monitor/vault.h"
#include "enclave/monitor/window.h"
#include "enclave/process/nursery.h"
#include "enclave/process/secret.h"

/*
 * The monitor: the only process that sees keys and clear text. It is started by a host that it
 * does not trust, runs one function on one task at a time, and forgets each before it answers.
 */
struct monitor {
    int host; /* the socket to it */
    struct window window;
    struct message_setup setup;
    struct image image;
    uint8_t program[POBF_DIGEST_BYTES]; /* SHA-256 of the monitor's own program */
    struct secret zone_memory;
    struct pobf_zone zone;
    struct nursery nursery;
    struct vault vault;
};

/*
 * Start, in this order: read and measure the image and the own program; make the zone; fork the
 * nursery, which therefore holds no secret; only then draw the keys; then give up every right but
 * what the loop needs, and say hello. On failure the reason is on stderr: nothing is secret yet.
 */
POBF_MUST_CHECK enum pobf_status monitor_open(struct monitor *monitor);

/* The middle of it: from a parsed image and an open window, the zone, the nursery, the keys. */
POBF_MUST_CHECK enum pobf_status monitor_build(struct monitor *monitor);

/* Wipe every secret. The process ends right after. */
void monitor_close(struct monitor *monitor);

#endif
