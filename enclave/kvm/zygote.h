#ifndef POBF_ENCLAVE_KVM_ZYGOTE_H
#define POBF_ENCLAVE_KVM_ZYGOTE_H

#include <stdint.h>
#include <sys/types.h>

#include "framework/core/status.h"

/*
 * A keeper that never runs a guest, holds no secret and has no file but /dev/kvm: it becomes two as often
 * as it is told, which is much faster than to start the program again, and each one makes a machine. An
 * idle machine has never run: it is given an image, any image, only when there is a use for it.
 * Machines are children of whoever opened the zygote, and end with the thread that did.
 */
enum { ZYGOTE_IDLE_MAX = 64 };

struct zygote_machine {
    pid_t process;
    int socket; /* to it: it waits there for its setup */
};

struct zygote {
    const char *program;
    uint64_t room; /* bytes of a guest that its machines are made for; a larger one takes longer */
    pid_t process; /* 0: it does not run */
    int socket;
    struct zygote_machine idle[ZYGOTE_IDLE_MAX]; /* the oldest first */
    size_t idle_count;
};

/* Start it; `program` is pobf-trustlet, and must stay valid. POBF_E_MISSING where there is none. */
POBF_MUST_CHECK enum pobf_status zygote_open(struct zygote *zygote, const char *program,
                                             uint64_t room);
/* End it and all machines that are idle. Zeros are fine. */
void zygote_close(struct zygote *zygote);

/*
 * Take the oldest idle machine that lives, or one that is made now; a zygote that has died is started
 * again first. The caller reaps the process. POBF_E_SYSTEM where there can be none.
 */
POBF_MUST_CHECK enum pobf_status zygote_take(struct zygote *zygote, struct zygote_machine *machine);

/* Forget idle machines that have died. */
void zygote_bury(struct zygote *zygote);

/* Have so many stand idle, at most ZYGOTE_IDLE_MAX. */
POBF_MUST_CHECK enum pobf_status zygote_refill(struct zygote *zygote, size_t count);

#endif
