#ifndef POBF_ENCLAVE_HOST_QUEUE_H
#define POBF_ENCLAVE_HOST_QUEUE_H

#include <event2/event.h>

#include "enclave/pool/pool.h"

/*
 * One seat at which a monitor serves: jobs wait in a queue, first in, first out, and the event loop never
 * waits for the monitor, nor for one to start or to end. Where the monitor dies or is poisoned every job
 * that waits is told so, and another one is taken from the pool: at once, then after ever longer pauses,
 * then no more. Other queues do not notice.
 */
struct queue;

struct job {
    enum link_kind kind;
    uint8_t
        id[POBF_NONCE_BYTES]; /* LINK_EVIDENCE: the nonce; LINK_CALL, LINK_ABANDON: the task id */
    size_t sealed_size;       /* LINK_CALL: bytes of sealed input */
    /* LINK_CALL: called as the job is sent, to write all of the sealed input to `to`. */
    void (*fill)(const struct job *job, uint8_t *to);
    /* Called once it is first in line; queue_go sends it, then or later. NULL: it is sent at once. */
    void (*prepare)(struct job *job);
    /* Called once; the answer is valid within the call. NULL: the monitor is gone. */
    void (*done)(struct job *job, const struct link_answer *answer);
    struct job *next; /* the queue's own */
};

struct queue_options {
    struct event_base *base;
    struct pool *pool; /* outlives the queue */
    size_t seat;
    uint32_t slack_s; /* what an answer may take beyond the function's deadline; a start, too */
    void *context;
    void (*started)(void *context);  /* a monitor runs: another boot, and no task of the last one */
    void (*lost)(void *context);     /* one has ended, or must */
    void (*poisoned)(void *context); /* a monitor could not show that it forgot; it is lost next */
    void (*given_up)(void *context); /* monitors do not stay up: there will be no other one */
};

/* Begin with the first monitor. */
POBF_MUST_CHECK enum pobf_status queue_open(struct queue **queue,
                                            const struct queue_options *options);
/* Wait until that one is up: for when there is nothing else to do. POBF_E_SYSTEM where it is not. */
POBF_MUST_CHECK enum pobf_status queue_await(struct queue *queue);
/* Let the monitor go; jobs that wait are told. NULL is fine. */
void queue_close(struct queue *queue);

/* POBF_E_SYSTEM where no monitor runs; `done` is then not called. The job is the caller's memory. */
POBF_MUST_CHECK enum pobf_status queue_put(struct queue *queue, struct job *job);

/* The first job is prepared, by its `prepare`, and has not been done since. */
void queue_go(struct queue *queue);

/* 1 where the job has been sent to the monitor, 0 where it waits and can still be changed. */
int queue_is_sent(const struct queue *queue, const struct job *job);

size_t queue_length(const struct queue *queue);
const struct link_limits *queue_limits(const struct queue *queue); /* NULL: no monitor runs */

#endif
