#ifndef POBF_EDGE_LOOP_WORKER_H
#define POBF_EDGE_LOOP_WORKER_H

#include <event2/event.h>

#include "framework/core/status.h"

/*
 * A thread beside the event loop, for what may take long: work is put in the loop, done in the thread in
 * the order in which it was put, and told of in the loop again.
 */
struct worker;

struct work {
    void (*done)(struct work *work); /* called once, in the loop */
    struct work *next;               /* the worker's own */
};

struct worker_options {
    struct event_base *base;
    size_t batch_max; /* how much is handed to `run` at once, at most */
    /* In the thread: do all of this list. */
    void (*run)(void *context, struct work *first);
    void *context;
};

POBF_MUST_CHECK enum pobf_status worker_open(struct worker **worker,
                                             const struct worker_options *options);

/*
 * The work is the caller's memory, until `done`. The thread is made with the first of it, and not
 * before: Landlock holds for the thread that asks for it and those that it makes from then on.
 * POBF_E_SYSTEM where there can be none: then nothing was put.
 */
POBF_MUST_CHECK enum pobf_status worker_put(struct worker *worker, struct work *work);

/* 1 where it had not begun: it is taken back, and will not be done. 0: `done` is still to come. */
int worker_take_back(struct worker *worker, struct work *work);

/* Once all that was put is done. NULL is fine. */
void worker_close(struct worker *worker);

/*
 * The same, without what has not begun, and without waiting longer than this for what has: 0 where the
 * thread is still at it. Then it, what it works on and the worker stay as they are until the process ends.
 */
int worker_abandon(struct worker *worker, int patience_s);

#endif
