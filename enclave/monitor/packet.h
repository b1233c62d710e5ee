#ifndef POBF_ENCLAVE_MONITOR_PACKET_H
#define POBF_ENCLAVE_MONITOR_PACKET_H

#include <stddef.h>
#include <sys/types.h>

#include "framework/core/status.h"

/* A packet over a local socket, and descriptors with it. */
enum { PACKET_DESCRIPTORS = 4 };

/* Send it whole; the descriptors stay ours. POBF_E_SYSTEM where the other side is gone. */
POBF_MUST_CHECK enum pobf_status packet_send(int socket, const void *bytes, size_t size,
                                             const int *descriptors, size_t count);

/*
 * Wait for one. Returns its size, which is larger than `room` where the rest is lost; 0 where the other
 * side is gone, -1 where nothing can be said. Up to `count` descriptors come with it; those that do not
 * are -1, and where there are more none is kept.
 */
ssize_t packet_receive(int socket, void *bytes, size_t room, int *descriptors, size_t count);

#endif
