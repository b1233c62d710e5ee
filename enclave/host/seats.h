#ifndef POBF_ENCLAVE_HOST_SEATS_H
#define POBF_ENCLAVE_HOST_SEATS_H

#include "enclave/host/metrics.h"
#include "enclave/host/queue.h"
#include "enclave/host/tasks.h"

/*
 * The trustlets that serve one function side by side, a seat each, over one pool. Every one has its own
 * boot, keys, chain of receipts and tasks; each seat goes on whatever becomes of the others.
 */
enum { SEATS_MAX = 256 };

struct seats;
struct keeping;

struct seat {
    struct seats *seats;
    struct queue *queue;
    struct tasks tasks;
    uint64_t sequence;       /* of the last receipt of this boot */
    struct keeping *keeping; /* NULL: no evidence is on its way to the folder */
    int is_kept;             /* 1: the evidence of this boot is there */
    int given_up;            /* 1: no monitor stays up here */
};

struct seats {
    struct event_base *base;
    struct pool pool;
    struct seat *seat;
    size_t count;
    size_t next;        /* whose turn it is, where all have equally much to do */
    struct event *tend; /* there is time for the pool */
    int is_short;       /* 1: the pool could not be filled, and that was said */
    size_t lost;        /* monitors that ended, or had to */
    struct metrics *metrics;
    void (*changed)(void *context);  /* one is up, or lost */
    void (*given_up)(void *context); /* no monitor stays up at any seat */
    void *context;
};

struct seats_options {
    struct event_base *base;
    struct link_options link; /* its image and path must stay valid: every start uses them */
    size_t count;             /* seats, from 1 to SEATS_MAX */
    size_t warm;              /* monitors kept ready for every processor, at most POOL_WARM_MAX */
    uint32_t slack_s;         /* what an answer may take beyond the function's deadline */
    struct metrics *metrics;
    void (*changed)(void *context);
    void (*given_up)(void *context);
    void *context;
};

/* Start all. On failure seats_close is still to be called. */
POBF_MUST_CHECK enum pobf_status seats_open(struct seats *seats,
                                            const struct seats_options *options);
/* Wait until each is up: for when there is nothing else to do. */
POBF_MUST_CHECK enum pobf_status seats_await(struct seats *seats);
int seats_are_up(const struct seats *seats);

/*
 * The two halves of closing, so that nobody waits until monitors have ended: there is no seat any more, and
 * jobs that wait are told; then ask from time to time whether all are gone.
 */
void seats_leave(struct seats *seats);
int seats_are_gone(const struct seats *seats);
/* End all, and wait for it. Zeros are fine. */
void seats_close(struct seats *seats);

/* The seat with the least to do and room for a task; NULL where none is up. */
struct seat *seats_pick(struct seats *seats);
/* The seat where this boot serves; NULL where none does. */
struct seat *seats_of_boot(struct seats *seats, const uint8_t boot_id[POBF_BOOT_ID_BYTES]);
/* The seat that offered the task, as far as is remembered, and what became of it; NULL: unknown. */
struct seat *seats_of_task(struct seats *seats, enum tasks_state *state,
                           const uint8_t id[POBF_TASK_ID_BYTES]);

/* Who serves there now; NULL where nobody does. */
const struct link_limits *seat_limits(const struct seat *seat);

/* Add what the metrics say of now. */
void seats_count(const struct seats *seats, struct metrics *metrics);

#endif
