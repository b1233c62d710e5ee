#ifndef POBF_ENCLAVE_MONITOR_GROUND_H
#define POBF_ENCLAVE_MONITOR_GROUND_H

#include "enclave/monitor/monitor.h"

/*
 * What the monitor stands on: a process of the host (process/warden.c), or a bare virtual machine
 * (trustlet/ground.c). Everything that differs between the two is here, and which of them it is,
 * the linker decides.
 */

/* How the function ended, and how long it ran. */
struct ground_result {
    enum pobf_exit exit;
    uint64_t time_us;
};

/* The backend that evidence names. */
enum pobf_backend ground_backend(void);

/* Wait for a request. POBF_E_MISSING where the host is gone, or is not one. */
POBF_MUST_CHECK enum pobf_status ground_receive(const struct monitor *monitor,
                                                struct message_request *request);

/* Give the host its reply: what the window holds is now the host's. */
POBF_MUST_CHECK enum pobf_status ground_send(const struct monitor *monitor,
                                             const struct message_reply *reply);

/*
 * Run the function once, for at most the deadline of its manifest. When this returns POBF_OK no
 * instruction of the function runs any more, and nothing of it is left but what stands in the zone.
 * Anything else: nobody can say so, and the monitor must end.
 */
POBF_MUST_CHECK enum pobf_status ground_run(const struct monitor *monitor,
                                            struct ground_result *result);

/* Make ready for the next run, after the answer has left: no client waits for it. */
POBF_MUST_CHECK enum pobf_status ground_renew(const struct monitor *monitor);

/* Seconds since 1970, by the host's clock. */
uint64_t ground_now_s(const struct monitor *monitor);

#endif
