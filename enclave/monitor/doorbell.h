#ifndef POBF_ENCLAVE_MONITOR_DOORBELL_H
#define POBF_ENCLAVE_MONITOR_DOORBELL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Waiting for a packet. To be woken from sleep may take some fifty microseconds, so that it is better to
 * look again and again where the packet comes soon, and wrong where it does not. What the last wait was
 * like is the guess for the next one. Nobody yields between two looks: on a busy processor that loses more
 * than sleep does.
 */
struct doorbell {
    uint64_t poll_us;   /* how long to look at most */
    uint64_t waited_us; /* the last time; 0 at first */
};

/* As recv(socket, bytes, room, MSG_TRUNC): looks for at most poll_us, then sleeps. */
ssize_t doorbell_receive(struct doorbell *doorbell, int socket, void *bytes, size_t room);

#endif
