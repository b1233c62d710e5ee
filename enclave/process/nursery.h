#ifndef POBF_ENCLAVE_PROCESS_NURSERY_H
#define POBF_ENCLAVE_PROCESS_NURSERY_H

#include <sys/types.h>

#include "enclave/image/image.h"
#include "enclave/monitor/ground.h"

/*
 * The nursery: a process that holds the function's address space and no secret, and makes one
 * process a call out of it. A process that has ended can neither keep a secret in a register nor
 * write to the zone after the comparison; so each call gets its own, made ahead of time.
 *
 * At the time of the comparison two such processes may live: the nursery and the next one. Both
 * share the zone, and both are inside the gate, whose code writes no memory, and in which no
 * instruction of the function has run yet.
 */
struct nursery {
    pid_t process;
    pid_t next; /* the process that waits for the word to go; 0: not known yet */
    int spent;  /* 1: the last one has run, and no other was asked for         */
    int orders; /* ask for the next process, learn its id                      */
    int go;     /* give the word                                               */
    int heard;  /* where the word arrives: to take back one that nobody heard  */
};

/*
 * Start it. The monitor must not hold a secret yet: it is forked. SIGCHLD is blocked from here on.
 *   zone  descriptor of the zone's memory
 */
POBF_MUST_CHECK enum pobf_status nursery_open(struct nursery *nursery, const struct image *image,
                                              int zone);

/*
 * Run the function once: give the word, and wait until its process has ended and is reaped, or
 * end it when deadline_ms have passed. POBF_E_SYSTEM where the nursery is gone or the process
 * could not confine itself: then the monitor must end, for nothing is known any more.
 */
POBF_MUST_CHECK enum pobf_status nursery_run(struct nursery *nursery, struct ground_result *result,
                                             uint32_t deadline_ms);

/*
 * Ask for the next process where the last one was spent: after the answer has left, so that no
 * client waits for it.
 */
POBF_MUST_CHECK enum pobf_status nursery_renew(struct nursery *nursery);

#endif
