#include "enclave/host/seats.h"

#include <stdlib.h>
#include <string.h>

#include "edge/cli/talk.h"

/* When the pool is seen to: soon after a start or an end, until it is settled, and now and then. */
enum { TEND_SOON_MS = 50, TEND_MS = 1000 };

static void plan_tending(struct seats *seats)
{
    const int after_ms = pool_is_settled(&seats->pool) || seats->is_short ? TEND_MS : TEND_SOON_MS;
    const struct timeval after = {after_ms / 1000, after_ms % 1000 * 1000};

    event_add(seats->tend, &after);
}

/* Where none can be made ready that is said once, and tried again. */
static void on_tend(evutil_socket_t none, short what, void *context)
{
    struct seats *seats = context;
    const int was_short = seats->is_short;

    (void)none;
    (void)what;
    pool_bury(&seats->pool);
    seats->is_short = pool_refill(&seats->pool) != POBF_OK;
    if (seats->is_short && !was_short) {
        talk_error(POBF_E_SYSTEM, "pobf-monitor", "none can be kept ready");
    }
    plan_tending(seats);
}

static void on_started(void *context)
{
    struct seat *seat = context;

    seat->seats->metrics->starts++;
    tasks_clear(&seat->tasks);
    seat->sequence = 0;
    seat->is_kept = 0;
    plan_tending(seat->seats);
    seat->seats->changed(seat->seats->context);
}

static void on_lost(void *context)
{
    struct seat *seat = context;

    seat->seats->metrics->lost++;
    seat->seats->lost++;
    plan_tending(seat->seats);
    seat->seats->changed(seat->seats->context);
}

static void on_poisoned(void *context)
{
    struct seat *seat = context;

    seat->seats->metrics->poisoned++;
}

static void on_given_up(void *context)
{
    struct seat *seat = context;
    struct seats *seats = seat->seats;
    size_t left = 0;

    seat->given_up = 1;
    for (size_t i = 0; i < seats->count; i++) {
        left += !seats->seat[i].given_up;
    }
    if (left == 0) {
        seats->given_up(seats->context);
    }
}

static enum pobf_status open_seat(struct seats *seats, const struct seats_options *options,
                                  size_t number)
{
    struct seat *seat = &seats->seat[number];
    const struct queue_options queue = {
        .base = seats->base,
        .pool = &seats->pool,
        .seat = number,
        .slack_s = options->slack_s,
        .context = seat,
        .started = on_started,
        .lost = on_lost,
        .poisoned = on_poisoned,
        .given_up = on_given_up,
    };

    seat->seats = seats;
    return queue_open(&seat->queue, &queue);
}

enum pobf_status seats_open(struct seats *seats, const struct seats_options *options)
{
    enum pobf_status status = POBF_OK;

    *seats = (struct seats){
        .base = options->base,
        .metrics = options->metrics,
        .changed = options->changed,
        .given_up = options->given_up,
        .context = options->context,
    };
    pool_init(&seats->pool, &options->link, options->warm, options->count);
    seats->tend = evtimer_new(seats->base, on_tend, seats);
    seats->seat = calloc(options->count, sizeof *seats->seat);
    if (seats->tend == NULL || seats->seat == NULL) {
        return POBF_E_SYSTEM;
    }
    seats->count = options->count;
    for (size_t i = 0; status == POBF_OK && i < seats->count; i++) {
        status = open_seat(seats, options, i);
    }
    return status;
}

enum pobf_status seats_await(struct seats *seats)
{
    enum pobf_status status = POBF_OK;

    for (size_t i = 0; status == POBF_OK && i < seats->count; i++) {
        status = queue_await(seats->seat[i].queue);
    }
    return status;
}

int seats_are_up(const struct seats *seats)
{
    size_t up = 0;

    for (size_t i = 0; i < seats->count; i++) {
        up += seat_limits(&seats->seat[i]) != NULL;
    }
    return up == seats->count;
}

void seats_leave(struct seats *seats)
{
    for (size_t i = 0; i < seats->count; i++) {
        queue_close(seats->seat[i].queue);
    }
    free(seats->seat);
    seats->seat = NULL;
    seats->count = 0;
    pool_empty(&seats->pool);
    if (seats->tend != NULL) {
        plan_tending(seats);
    }
}

int seats_are_gone(const struct seats *seats)
{
    return seats->count == 0 && seats->pool.leaving_count == 0;
}

void seats_close(struct seats *seats)
{
    seats_leave(seats);
    if (seats->tend != NULL) {
        event_free(seats->tend);
    }
    pool_close(&seats->pool);
    *seats = (struct seats){.count = 0};
}

const struct link_limits *seat_limits(const struct seat *seat)
{
    return queue_limits(seat->queue);
}

static int is_full(const struct seat *seat)
{
    return seat->tasks.open_count >= TASKS_OPEN_MAX;
}

/* Has `a` less to do than `b`? */
static int is_freer(const struct seat *a, const struct seat *b)
{
    if (is_full(a) != is_full(b)) {
        return !is_full(a);
    }
    if (queue_length(a->queue) != queue_length(b->queue)) {
        return queue_length(a->queue) < queue_length(b->queue);
    }
    return a->tasks.open_count < b->tasks.open_count;
}

struct seat *seats_pick(struct seats *seats)
{
    struct seat *best = NULL;

    seats->next++;
    for (size_t i = 0; i < seats->count; i++) {
        struct seat *seat = &seats->seat[(seats->next + i) % seats->count];

        if (seat_limits(seat) != NULL && (best == NULL || is_freer(seat, best))) {
            best = seat;
        }
    }
    return best;
}

struct seat *seats_of_boot(struct seats *seats, const uint8_t boot_id[POBF_BOOT_ID_BYTES])
{
    for (size_t i = 0; i < seats->count; i++) {
        const struct link_limits *limits = seat_limits(&seats->seat[i]);

        if (limits != NULL && memcmp(limits->boot_id, boot_id, POBF_BOOT_ID_BYTES) == 0) {
            return &seats->seat[i];
        }
    }
    return NULL;
}

struct seat *seats_of_task(struct seats *seats, enum tasks_state *state,
                           const uint8_t id[POBF_TASK_ID_BYTES])
{
    for (size_t i = 0; i < seats->count; i++) {
        *state = tasks_find(&seats->seat[i].tasks, id);
        if (*state != TASKS_UNKNOWN) {
            return &seats->seat[i];
        }
    }
    return NULL;
}

void seats_count(const struct seats *seats, struct metrics *metrics)
{
    for (size_t i = 0; i < seats->count; i++) {
        metrics->up += seat_limits(&seats->seat[i]) != NULL;
        metrics->open += seats->seat[i].tasks.open_count;
        metrics->waiting += queue_length(seats->seat[i].queue);
    }
    metrics->warm += pool_warm(&seats->pool);
    metrics->leaving += seats->pool.leaving_count;
    metrics->hits += seats->pool.hits;
    metrics->misses += seats->pool.misses;
}
