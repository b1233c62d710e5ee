#include "edge/loop/worker.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "edge/loop/beside.h"

struct list {
    struct work *first, *last;
};

struct worker {
    struct worker_options options;
    pthread_t thread;
    int runs; /* 1: there is a thread */
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct list waiting, done; /* these and `stops` under the lock */
    int stops;
    int bell; /* readable: something is done */
    struct event *rung;
};

static void append(struct list *list, struct work *work)
{
    work->next = NULL;
    if (list->last == NULL) {
        list->first = work;
    } else {
        list->last->next = work;
    }
    list->last = work;
}

static struct work *take_first(struct list *list)
{
    struct work *work = list->first;

    list->first = work->next;
    list->last = list->first == NULL ? NULL : list->last;
    return work;
}

/* Some of those that wait; NULL: there is none, and there will be no other. */
static struct work *take_batch(struct worker *worker)
{
    struct list batch = {NULL, NULL};

    pthread_mutex_lock(&worker->lock);
    while (worker->waiting.first == NULL && !worker->stops) {
        pthread_cond_wait(&worker->filled, &worker->lock);
    }
    for (size_t i = 0; i < worker->options.batch_max && worker->waiting.first != NULL; i++) {
        append(&batch, take_first(&worker->waiting));
    }
    pthread_mutex_unlock(&worker->lock);
    return batch.first;
}

static void give_back(struct worker *worker, struct work *first)
{
    struct list batch = {first, NULL};
    const uint64_t one = 1;

    pthread_mutex_lock(&worker->lock);
    while (batch.first != NULL) {
        append(&worker->done, take_first(&batch));
    }
    pthread_mutex_unlock(&worker->lock);
    if (write(worker->bell, &one, sizeof one) != sizeof one) {
        return; /* the counter is full: it is readable */
    }
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct work *batch;

    while ((batch = take_batch(worker)) != NULL) {
        worker->options.run(worker->options.context, batch);
        give_back(worker, batch);
    }
    return NULL;
}

static void tell_done(struct worker *worker)
{
    for (;;) {
        struct work *done = NULL;

        pthread_mutex_lock(&worker->lock);
        if (worker->done.first != NULL) {
            done = take_first(&worker->done);
        }
        pthread_mutex_unlock(&worker->lock);
        if (done == NULL) {
            return;
        }
        done->done(done);
    }
}

static void on_rung(evutil_socket_t bell, short what, void *context)
{
    uint64_t count;

    (void)what;
    if (read(bell, &count, sizeof count) == sizeof count) {
        tell_done(context);
    }
}

static int has_thread(struct worker *worker)
{
    worker->runs = worker->runs || beside_begin(&worker->thread, work, worker);
    return worker->runs;
}

enum pobf_status worker_put(struct worker *worker, struct work *put)
{
    if (!has_thread(worker)) {
        return POBF_E_SYSTEM;
    }
    pthread_mutex_lock(&worker->lock);
    append(&worker->waiting, put);
    pthread_cond_signal(&worker->filled);
    pthread_mutex_unlock(&worker->lock);
    return POBF_OK;
}

int worker_take_back(struct worker *worker, struct work *wanted)
{
    struct list kept = {NULL, NULL};
    int found = 0;

    pthread_mutex_lock(&worker->lock);
    while (worker->waiting.first != NULL) {
        struct work *one = take_first(&worker->waiting);

        if (one == wanted) {
            found = 1;
        } else {
            append(&kept, one);
        }
    }
    worker->waiting = kept;
    pthread_mutex_unlock(&worker->lock);
    return found;
}

static void free_worker(struct worker *worker)
{
    if (worker->rung != NULL) {
        event_free(worker->rung);
    }
    if (worker->bell >= 0) {
        close(worker->bell);
    }
    free(worker);
}

enum pobf_status worker_open(struct worker **worker, const struct worker_options *options)
{
    struct worker *made = calloc(1, sizeof *made);

    *worker = NULL;
    if (made == NULL) {
        return POBF_E_SYSTEM;
    }
    made->options = *options;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->filled, NULL);
    made->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    made->rung = event_new(options->base, made->bell, EV_READ | EV_PERSIST, on_rung, made);
    if (made->bell < 0 || made->rung == NULL || event_add(made->rung, NULL) != 0) {
        free_worker(made);
        return POBF_E_SYSTEM;
    }
    *worker = made;
    return POBF_OK;
}

static void stop(struct worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->stops = 1;
    pthread_cond_signal(&worker->filled);
    pthread_mutex_unlock(&worker->lock);
}

void worker_close(struct worker *worker)
{
    struct work *batch;

    if (worker == NULL) {
        return;
    }
    if (worker->runs) {
        stop(worker);
        pthread_join(worker->thread, NULL);
        tell_done(worker);
        while ((batch = take_batch(worker)) != NULL) { /* who is told may put another one */
            worker->options.run(worker->options.context, batch);
            give_back(worker, batch);
            tell_done(worker);
        }
    }
    free_worker(worker);
}

/* All that waits is told as it is: it was not done. */
static void drop_waiting(struct worker *worker)
{
    struct list dropped;

    pthread_mutex_lock(&worker->lock);
    dropped = worker->waiting;
    worker->waiting = (struct list){NULL, NULL};
    pthread_mutex_unlock(&worker->lock);
    while (dropped.first != NULL) {
        struct work *one = take_first(&dropped);

        one->done(one);
    }
}

int worker_abandon(struct worker *worker, int patience_s)
{
    struct timespec until;

    if (worker == NULL) {
        return 1;
    }
    if (worker->runs) {
        drop_waiting(worker);
        stop(worker);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += patience_s;
        if (pthread_timedjoin_np(worker->thread, NULL, &until) != 0) {
            pthread_detach(worker->thread);
            return 0;
        }
        tell_done(worker);
    }
    free_worker(worker);
    return 1;
}
