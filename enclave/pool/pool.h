#ifndef POBF_ENCLAVE_POOL_POOL_H
#define POBF_ENCLAVE_POOL_POOL_H

#include "enclave/monitor/link.h"

/*
 * Monitors that are started ahead, on either backend, so that who needs one does not wait until a
 * process or a virtual machine is made; and those that are on their way out, so that nobody waits for
 * that either. There is a shelf for every processor, and what stands there stays on it. First in, first
 * out. Each has its own boot, keys and memory, and none has ever had a task; one that has had a task is
 * ended, and never comes back here. Nothing here waits but pool_close.
 */
enum { POOL_WARM_MAX = 16, POOL_SHELVES_MAX = 64, POOL_LEAVING_MAX = 256 };

struct pool_shelf {
    uint32_t core;                    /* as in link_options: 0: any */
    struct link *warm[POOL_WARM_MAX]; /* the oldest first           */
    size_t count;
};

struct pool {
    struct link_options options;
    size_t wanted;      /* on each shelf */
    size_t idle_wanted; /* machines without an image, where there is a zygote: one for each shelf */
    struct pool_shelf shelves[POOL_SHELVES_MAX];
    size_t shelf_count;
    struct link *leaving[POOL_LEAVING_MAX];
    size_t leaving_count;
    uint64_t hits;   /* were taken from a shelf     */
    uint64_t misses; /* had to be started when asked */
};

/*
 * Empty as yet. `options`' paths must stay valid; `wanted` is at most POOL_WARM_MAX. There is a shelf for
 * every seat, as long as there is a processor for it: with one seat it is any processor.
 */
void pool_init(struct pool *pool, const struct link_options *options, size_t wanted, size_t seats);
/* Keep none ready from now on: those that are here leave. */
void pool_empty(struct pool *pool);
/* End all monitors that are here. */
void pool_close(struct pool *pool);

/*
 * Take one for a seat: the oldest that is up; else the oldest that is coming up; else one is started now,
 * in an idle machine where there is one.
 * POBF_OK, or what link_begin says, and *link is NULL. link_state says whether it is up.
 */
POBF_MUST_CHECK enum pobf_status pool_take(struct pool *pool, struct link **link, size_t seat);

/* Have a monitor end, whatever it had. NULL is fine. */
void pool_give(struct pool *pool, struct link *link);

/* Forget those that have ended, wherever they are. */
void pool_bury(struct pool *pool);

/*
 * Start as many as are wanted: for when nobody waits. POBF_OK, or what link_begin says of the first that
 * could not be started.
 */
POBF_MUST_CHECK enum pobf_status pool_refill(struct pool *pool);

size_t pool_warm(const struct pool *pool); /* how many stand ready, or come up */
size_t pool_idle(const struct pool *pool); /* machines that have no image yet  */
/* 1: none is missing, and none is on its way out. */
int pool_is_settled(const struct pool *pool);

#endif
