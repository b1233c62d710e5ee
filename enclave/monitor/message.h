#ifndef POBF_ENCLAVE_MONITOR_MESSAGE_H
#define POBF_ENCLAVE_MONITOR_MESSAGE_H

#include <stdint.h>

#include "framework/wire/evidence.h"

/*
 * What host and monitor say to each other: packets of a fixed size over a socket. Everything long
 * is in the host window (window.h). The monitor reads each packet once, into memory of its own,
 * and believes none of it; the host checks what comes back before it uses it as a size.
 */
enum { MESSAGE_VERSION = 2 };

/* The one descriptor that a monitor is started with: a socket to the host. */
enum { MESSAGE_HOST = 3 };

/* Descriptors that come with the setup. */
enum message_given {
    MESSAGE_WINDOW,
    MESSAGE_IMAGE,
    MESSAGE_MOLD, /* kvm/mold.h; may be missing */
    MESSAGE_GIVEN
};

/* Host to monitor, once. */
struct message_setup {
    uint32_t version;
    uint32_t
        core; /* 0: any; n: the n-th processor, from 1, is the monitor's and all that it starts */
    uint8_t channel_key[POBF_DIGEST_BYTES];
    uint8_t certificate[POBF_DIGEST_BYTES];
};

/*
 * Host to a keeper of machines, instead of a setup and as often as it likes: become two, and make a
 * machine for a guest of up to `room` bytes. With it comes the socket to the other one, which waits there
 * for its setup.
 */
struct message_cast {
    uint32_t version;
    uint32_t unused; /* 0 */
    uint64_t room;
};

/* The answer to that. */
struct message_born {
    int32_t process; /* negative: it could not be */
};

/* Monitor to host, once: it is up. */
struct message_hello {
    uint32_t version;
    uint32_t unused; /* 0 */
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint8_t measurement[POBF_DIGEST_BYTES];
    uint8_t policy[POBF_DIGEST_BYTES];
};

struct message_request {
    uint32_t kind;     /* enum link_kind                               */
    uint32_t unused;   /* 0                                            */
    uint64_t size;     /* LINK_CALL: bytes of sealed input, else 0     */
    uint8_t value[32]; /* the nonce, or the task id and zeros; else 0  */
};

struct message_reply {
    uint32_t kind;
    uint32_t status;
    uint64_t body_size;
    uint64_t receipt_size;
};

_Static_assert(sizeof(struct message_setup) == 72, "no padding");
_Static_assert(sizeof(struct message_cast) == 16, "no padding");
_Static_assert(sizeof(struct message_hello) == 88, "no padding");
_Static_assert(sizeof(struct message_request) == 48, "no padding");
_Static_assert(sizeof(struct message_reply) == 24, "no padding");

#endif
