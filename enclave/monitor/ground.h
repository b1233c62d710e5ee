#ifndef POBF_ENCLAVE_MONITOR_GROUND_H
#define POBF_ENCLAVE_MONITOR_GROUND_H

#include "enclave/monitor/message.h"
#include "framework/wire/receipt.h"

/* How the function ended, and how long it ran. */
struct ground_result {
    enum pobf_exit exit;
    uint64_t time_us;
};

/*
 * What the monitor stands on: a process of the host, or a bare virtual machine. Everything that
 * differs between the two is in this table; `below` is the table's owner.
 */
struct ground {
    enum pobf_backend backend;

    /* Wait for a request. POBF_E_MISSING where the host is gone, or is not one. */
    enum pobf_status (*receive)(void *below, struct message_request *request);
    /* Give the host its reply: what the window holds is now the host's. */
    enum pobf_status (*send)(void *below, const struct message_reply *reply);

    /*
     * Run the function once, for at most deadline_ms. When this returns POBF_OK no instruction of
     * the function runs any more, and nothing of it is left but what stands in the zone. Anything
     * else: nobody can say so, and the monitor must end.
     */
    enum pobf_status (*run)(void *below, struct ground_result *result, uint32_t deadline_ms);
    /* Make ready for the next run, after the answer has left: no client waits for it. */
    enum pobf_status (*renew)(void *below);

    uint64_t (*now_s)(void *below); /* seconds since 1970, by the host's clock */
};

#endif
