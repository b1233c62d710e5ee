#include "enclave/host/queue.h"

#include <stdlib.h>
#include <time.h>

#include "edge/cli/clock.h"
#include "edge/cli/talk.h"

/* Restarts: the first comes at once, each further one after twice the pause, six in a row. */
enum { PAUSE_MS = 100, RESTARTS_MAX = 6, STEADY_S = 60 };

/* How far the first job has come. */
enum stage { STAGE_WAITS, STAGE_PREPARES, STAGE_READY, STAGE_SENT };

struct queue {
    struct queue_options options;
    struct link *link;      /* NULL: there is no monitor */
    int up;                 /* 1: it runs; 0: there is none, or it comes up */
    struct event *watchdog; /* the answer, or the hello, is overdue */
    struct event *answer;   /* the link is readable */
    struct event *restart;  /* a pause is over */
    struct job *first, *last;
    size_t length;
    enum stage stage;
    int restarts;     /* in a row */
    time_t started_s; /* when the last start was tried */
};

static struct job *take_first(struct queue *queue)
{
    struct job *job = queue->first;

    queue->first = job->next;
    queue->last = queue->first == NULL ? NULL : queue->last;
    queue->length--;
    queue->stage = STAGE_WAITS;
    return job;
}

/* Tell all jobs that wait. Those that a callback adds are refused, for there is no link. */
static void fail_all(struct queue *queue)
{
    while (queue->first != NULL) {
        struct job *job = take_first(queue);

        job->done(job, NULL);
    }
}

static void close_link(struct queue *queue)
{
    event_del(queue->watchdog);
    if (queue->answer != NULL) {
        event_free(queue->answer);
        queue->answer = NULL;
    }
    pool_give(queue->options.pool, queue->link);
    queue->link = NULL;
    queue->up = 0;
}

/* The next start: the n-th in a row waits 0, 100, 200, 400 ... milliseconds. */
static void restart_later(struct queue *queue)
{
    const int64_t pause_ms = queue->restarts == 0 ? 0 : (int64_t)PAUSE_MS << (queue->restarts - 1);
    const struct timeval pause = {pause_ms / 1000, pause_ms % 1000 * 1000};

    queue->restarts++;
    event_add(queue->restart, &pause);
}

/* The monitor is gone, or must go: whoever waits is told, and another one is started later. */
static void lose_monitor(struct queue *queue)
{
    close_link(queue);
    fail_all(queue);
    queue->options.lost(queue->options.context);
    if (clock_s() - queue->started_s > STEADY_S) {
        queue->restarts = 0;
    }
    if (queue->restarts == RESTARTS_MAX) {
        talk_error(POBF_E_SYSTEM, "pobf-monitor", "it does not stay up; giving up");
        queue->options.given_up(queue->options.context);
        return;
    }
    restart_later(queue);
}

/* The input goes straight to where the monitor reads it, if it fits there. */
static enum pobf_status send_call(struct link *link, const struct job *job)
{
    uint8_t *sealed = link_input(link);

    if (job->sealed_size <= link_limits(link)->sealed_input_max) {
        job->fill(job, sealed);
    }
    return link_ask_call(link, job->id, sealed, job->sealed_size);
}

static enum pobf_status send_job(struct queue *queue, const struct job *job)
{
    switch (job->kind) {
    case LINK_EVIDENCE:
        return link_ask_evidence(queue->link, job->id);
    case LINK_START:
        return link_ask_start(queue->link);
    case LINK_CALL:
        return send_call(queue->link, job);
    case LINK_ABANDON:
        return link_ask_abandon(queue->link, job->id);
    default:
        return POBF_E_USAGE;
    }
}

/* The monitor ends every call at the deadline itself; one that does not answer is not working. */
static void watch(struct queue *queue)
{
    const uint32_t deadline_ms = link_limits(queue->link)->deadline_ms;
    const struct timeval patience = {deadline_ms / 1000 + queue->options.slack_s, 0};

    event_add(queue->watchdog, &patience);
}

static void on_overdue(evutil_socket_t none, short what, void *context)
{
    (void)none;
    (void)what;
    talk_error(POBF_E_SYSTEM, "pobf-monitor", "it does not answer; it is ended");
    lose_monitor(context);
}

/* It says hello: from here on it may be asked. */
static void begin_to_serve(struct queue *queue)
{
    event_del(queue->watchdog);
    queue->up = 1;
    queue->options.started(queue->options.context);
}

/* One that the link refuses is told so. */
static void send_first(struct queue *queue)
{
    struct link_answer refusal = {.kind = queue->first->kind};

    refusal.status = send_job(queue, queue->first);
    if (refusal.status == POBF_OK) {
        queue->stage = STAGE_SENT;
        watch(queue);
    } else if (refusal.status == POBF_E_SYSTEM) {
        lose_monitor(queue);
    } else {
        struct job *job = take_first(queue);

        job->done(job, &refusal);
    }
}

/* Prepare and send the first job where none is on its way. */
static void send_next(struct queue *queue)
{
    while (queue->up && queue->first != NULL && queue->stage < STAGE_SENT) {
        if (queue->stage == STAGE_PREPARES) {
            return; /* queue_go follows */
        }
        if (queue->stage == STAGE_WAITS && queue->first->prepare != NULL) {
            queue->stage = STAGE_PREPARES;
            queue->first->prepare(queue->first);
        } else {
            send_first(queue);
        }
    }
}

void queue_go(struct queue *queue)
{
    queue->stage = STAGE_READY;
    send_next(queue);
}

static void take_hello(struct queue *queue)
{
    const enum link_state state = link_state(queue->link);

    if (state == LINK_UP) {
        begin_to_serve(queue);
    } else if (state == LINK_GONE) {
        lose_monitor(queue);
    }
}

static void take_answer(struct queue *queue)
{
    struct link_answer answer;
    struct job *job;

    if (queue->stage != STAGE_SENT || link_take(queue->link, &answer) != POBF_OK) {
        talk_error(POBF_E_SYSTEM, "pobf-monitor", "it has ended; another one is started");
        lose_monitor(queue);
        return;
    }
    if (answer.status == POBF_E_POISONED) {
        talk_error(POBF_E_POISONED, "pobf-monitor", NULL);
        queue->options.poisoned(queue->options.context);
        lose_monitor(queue);
        return;
    }
    event_del(queue->watchdog);
    job = take_first(queue);
    job->done(job, &answer);
    send_next(queue);
}

/* A hello or an answer is there, or the end of the monitor, which is readable as well. */
static void on_readable(evutil_socket_t descriptor, short what, void *context)
{
    struct queue *queue = context;

    (void)descriptor;
    (void)what;
    if (queue->up) {
        take_answer(queue);
    } else {
        take_hello(queue);
    }
}

static enum pobf_status open_link(struct queue *queue)
{
    enum pobf_status status;

    queue->started_s = clock_s();
    status = pool_take(queue->options.pool, &queue->link, queue->options.seat);
    if (status != POBF_OK) {
        return status;
    }
    queue->answer = event_new(queue->options.base, link_descriptor(queue->link),
                              EV_READ | EV_PERSIST, on_readable, queue);
    if (queue->answer == NULL || event_add(queue->answer, NULL) != 0) {
        close_link(queue);
        return POBF_E_SYSTEM;
    }
    watch(queue);
    return POBF_OK;
}

static void on_restart(evutil_socket_t none, short what, void *context)
{
    struct queue *queue = context;

    (void)none;
    (void)what;
    if (open_link(queue) != POBF_OK) {
        lose_monitor(queue);
        return;
    }
    take_hello(queue);
}

enum pobf_status queue_open(struct queue **queue, const struct queue_options *options)
{
    struct queue *made = calloc(1, sizeof *made);
    enum pobf_status status = POBF_E_SYSTEM;

    *queue = NULL;
    if (made == NULL) {
        return POBF_E_SYSTEM;
    }
    made->options = *options;
    made->restart = evtimer_new(options->base, on_restart, made);
    made->watchdog = evtimer_new(options->base, on_overdue, made);
    if (made->restart != NULL && made->watchdog != NULL) {
        status = open_link(made);
    }
    if (status != POBF_OK) {
        queue_close(made);
        return status;
    }
    *queue = made;
    return POBF_OK;
}

enum pobf_status queue_await(struct queue *queue)
{
    if (queue->link == NULL || link_await(queue->link) != POBF_OK) {
        return POBF_E_SYSTEM;
    }
    if (!queue->up) {
        begin_to_serve(queue);
    }
    return POBF_OK;
}

void queue_close(struct queue *queue)
{
    if (queue == NULL) {
        return;
    }
    if (queue->link != NULL) {
        close_link(queue);
    }
    fail_all(queue);
    if (queue->restart != NULL) {
        event_free(queue->restart);
    }
    if (queue->watchdog != NULL) {
        event_free(queue->watchdog);
    }
    free(queue);
}

enum pobf_status queue_put(struct queue *queue, struct job *job)
{
    if (!queue->up) {
        return POBF_E_SYSTEM;
    }
    job->next = NULL;
    if (queue->last == NULL) {
        queue->first = job;
    } else {
        queue->last->next = job;
    }
    queue->last = job;
    queue->length++;
    send_next(queue);
    return POBF_OK;
}

int queue_is_sent(const struct queue *queue, const struct job *job)
{
    return queue->stage == STAGE_SENT && queue->first == job;
}

size_t queue_length(const struct queue *queue)
{
    return queue->length;
}

const struct link_limits *queue_limits(const struct queue *queue)
{
    return queue->up ? link_limits(queue->link) : NULL;
}
