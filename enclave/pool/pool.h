#ifndef POBF_ENCLAVE_POOL_POOL_H
#define POBF_ENCLAVE_POOL_POOL_H

#include "enclave/monitor/link.h"

/*
 * Monitors that are started ahead, on either backend, so that who needs one does not wait until a
 * process or a virtual machine is made. First in, first out. Each has its own boot, keys and memory,
 * and none has ever had a task; one that has had a task never comes back here.
 */
enum { POOL_MAX = 16 };

struct pool {
    struct link_options options;
    struct link *warm[POOL_MAX]; /* the oldest first */
    size_t count;
    size_t wanted;
};

/* Empty as yet. `options`' paths must stay valid; `wanted` is at most POOL_MAX. */
void pool_init(struct pool *pool, const struct link_options *options, size_t wanted);
/* End all monitors that wait. */
void pool_close(struct pool *pool);

/*
 * Take the oldest one that is alive; start one where none is. POBF_OK, or what link_open says, and
 * *link is NULL. The caller closes it.
 */
POBF_MUST_CHECK enum pobf_status pool_take(struct pool *pool, struct link **link);

/*
 * Start as many as are wanted, without waiting until they are up: for when nobody waits. POBF_OK, or
 * what link_begin says of the first that could not be started.
 */
POBF_MUST_CHECK enum pobf_status pool_refill(struct pool *pool);

#endif
