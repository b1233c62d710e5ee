#include "enclave/host/function.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contracts/sodium.h"
#include "edge/cli/clock.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/host/capacity.h"

enum { SHOWN_HEX = 17 };

void function_source_clear(struct function_source *source)
{
    file_free(source->bytes, source->image.size);
    *source = (struct function_source){.bytes = NULL};
}

static void show(char hex[SHOWN_HEX], const struct edition *edition)
{
    sodium_bin2hex(hex, SHOWN_HEX, edition->source.image.measurement, SHOWN_HEX / 2);
}

static void close_edition(struct edition *edition)
{
    if (edition != NULL) {
        seats_close(&edition->seats);
        mold_close(&edition->mold);
        function_source_clear(&edition->source);
        free(edition);
    }
}

/* What has changed is seen to when no monitor's queue is in the middle of something. */
static void on_changed(void *context)
{
    const struct edition *edition = context;

    event_active(edition->function->turn, EV_TIMEOUT, 0);
}

static void on_given_up(void *context)
{
    const struct edition *edition = context;
    struct function *function = edition->function;

    if (edition == function->current) {
        function->is_given_up = 1;
        function->host->given_up(function->host->context);
    }
}

static enum pobf_status begin_seats(struct edition *edition)
{
    const struct function_host *host = edition->function->host;
    struct seats_options options = {
        .base = host->base,
        .link = {.monitor_path = host->monitor_path,
                 .image = edition->source.bytes,
                 .image_size = edition->source.image.size,
                 .mold = host->zygote == NULL ? NULL : &edition->mold,
                 .zygote = host->zygote},
        .count = host->trustlets,
        .warm = host->warm,
        .slack_s = host->slack_s,
        .metrics = &edition->function->metrics,
        .changed = on_changed,
        .given_up = on_given_up,
        .context = edition,
    };

    memcpy(options.link.channel_key, host->channel_key, sizeof host->channel_key);
    memcpy(options.link.certificate, edition->source.certificate, sizeof options.link.certificate);
    return seats_open(&edition->seats, &options);
}

/* Machines are made for the largest image. */
static enum pobf_status cast_mold(struct edition *edition, struct zygote *zygote)
{
    const struct function_source *source = &edition->source;
    enum pobf_status status;

    if (zygote == NULL) {
        return POBF_OK;
    }
    status = mold_open(&edition->mold, source->bytes, source->image.size);
    if (status == POBF_OK && edition->mold.room > zygote->room) {
        zygote->room = edition->mold.room;
    }
    return status;
}

/* It comes up; the source is taken over. */
static enum pobf_status open_edition(struct edition **edition, struct function *function,
                                     struct function_source *source)
{
    struct edition *made = calloc(1, sizeof *made);
    enum pobf_status status = POBF_E_SYSTEM;

    if (made != NULL) {
        made->function = function;
        made->mold = (struct mold){.file = -1, .guest = -1};
        made->source = *source;
        *source = (struct function_source){.bytes = NULL};
        status = cast_mold(made, function->host->zygote);
    }
    if (status == POBF_OK) {
        status = begin_seats(made);
    }
    if (status != POBF_OK) {
        close_edition(made);
        made = NULL;
    }
    function_source_clear(source);
    *edition = made;
    return status;
}

/* It has no requests, or is not asked any: its monitors leave, and then it is gone. */
static void let_go(struct edition *edition)
{
    edition->is_leaving = 1;
    seats_leave(&edition->seats);
}

/* One that does not come up is gone as soon as its monitors are; the current one goes on. */
static void drop_coming(struct function *function)
{
    struct edition *dropped = function->coming;
    char hex[SHOWN_HEX];

    show(hex, dropped);
    talk_say("function %s: image %s does not come up; the one that serves goes on", function->name,
             hex);
    function->coming = NULL;
    dropped->older = function->current->older;
    function->current->older = dropped;
    let_go(dropped);
}

static void show_current(struct function *function)
{
    show(function->metrics.measurement, function->current);
    function->is_given_up = 0;
}

static void take_place(struct function *function)
{
    struct edition *last = function->current;

    last->until_s = clock_s() + FUNCTION_LINGER_S;
    pool_empty(&last->seats.pool);
    function->coming->older = last;
    function->current = function->coming;
    function->coming = NULL;
    function->metrics.replacements++;
    show_current(function);
    talk_say("function %s: image %s serves now", function->name, function->metrics.measurement);
}

static int is_quiet(const struct edition *edition)
{
    size_t open = edition->exchanges;

    for (size_t i = 0; i < edition->seats.count; i++) {
        open += edition->seats.seat[i].tasks.open_count;
    }
    return open == 0;
}

/* Its pool's counts are the function's from now on. */
static void forget_edition(struct function *function, struct edition **at)
{
    struct edition *gone = *at;

    *at = gone->older;
    function->past_hits += gone->seats.pool.hits;
    function->past_misses += gone->seats.pool.misses;
    close_edition(gone);
}

void function_tend(struct function *function, int64_t now)
{
    struct edition **at = &function->current->older;

    while (*at != NULL) {
        struct edition *edition = *at;

        if (!edition->is_leaving && now >= edition->until_s && is_quiet(edition)) {
            let_go(edition);
        }
        if (edition->is_leaving && seats_are_gone(&edition->seats)) {
            forget_edition(function, at);
        } else {
            at = &edition->older;
        }
    }
}

static void on_turn(evutil_socket_t none, short what, void *context)
{
    struct function *function = context;

    (void)none;
    (void)what;
    if (function->coming != NULL && function->coming->seats.lost > 0) {
        drop_coming(function);
    } else if (function->coming != NULL && seats_are_up(&function->coming->seats)) {
        take_place(function);
    }
}

enum pobf_status function_open(struct function *function, const char *name,
                               struct function_source *source, const struct function_host *host)
{
    enum pobf_status status = POBF_E_SYSTEM;

    *function = (struct function){.host = host};
    snprintf(function->name, sizeof function->name, "%s", name);
    function->metrics.function = function->name;
    function->turn = evtimer_new(host->base, on_turn, function);
    if (function->turn != NULL) {
        status = open_edition(&function->current, function, source);
    }
    if (status == POBF_OK) {
        status = seats_await(&function->current->seats);
    }
    if (status == POBF_OK) {
        show_current(function);
    }
    function_source_clear(source);
    return status;
}

void function_stop(struct function *function)
{
    if (function->coming != NULL) {
        seats_close(&function->coming->seats);
    }
    for (struct edition *edition = function->current; edition != NULL; edition = edition->older) {
        seats_close(&edition->seats);
    }
}

void function_close(struct function *function)
{
    close_edition(function->coming);
    while (function->current != NULL) {
        forget_edition(function, &function->current);
    }
    if (function->turn != NULL) {
        event_free(function->turn);
    }
    *function = (struct function){.host = NULL};
}

static size_t count_older(const struct function *function)
{
    size_t count = 0;

    for (const struct edition *older = function->current->older; older != NULL;
         older = older->older) {
        count++;
    }
    return count;
}

static int is_served(const struct function *function, const struct function_source *source)
{
    const struct function_source *served = &function->current->source;

    return memcmp(served->image.measurement, source->image.measurement, POBF_DIGEST_BYTES) == 0 &&
           memcmp(served->certificate, source->certificate, POBF_DIGEST_BYTES) == 0;
}

static const char *judge(const struct function *function, const struct function_source *source)
{
    size_t trustlets;

    if (is_served(function, source)) {
        return "it is what serves already";
    }
    if (function->coming != NULL) {
        return "another one is coming up";
    }
    if (count_older(function) >= FUNCTION_OLDER_MAX) {
        return "tasks of too many older images are still open: try again soon";
    }
    return capacity_choose(&trustlets, capacity_each(&source->image), function->host->trustlets,
                           function->host->warm) == POBF_OK
               ? NULL
               : "there is no memory for it beside the one that serves";
}

const char *function_replace(struct function *function, struct function_source *source)
{
    const char *why = judge(function, source);

    if (why == NULL && open_edition(&function->coming, function, source) != POBF_OK) {
        why = "its monitors cannot be started";
    }
    function_source_clear(source);
    return why;
}

struct seat *function_pick(struct function *function)
{
    return seats_pick(&function->current->seats);
}

struct seat *function_of_boot(struct function *function, const uint8_t boot_id[POBF_BOOT_ID_BYTES])
{
    const int64_t now = clock_s();
    struct seat *seat = NULL;

    for (struct edition *edition = function->current; seat == NULL && edition != NULL;
         edition = edition->older) {
        if (edition == function->current || now < edition->until_s) {
            seat = seats_of_boot(&edition->seats, boot_id);
        }
    }
    return seat;
}

struct seat *function_of_task(struct function *function, enum tasks_state *state,
                              const uint8_t id[POBF_TASK_ID_BYTES])
{
    struct seat *seat = NULL;

    for (struct edition *edition = function->current; seat == NULL && edition != NULL;
         edition = edition->older) {
        seat = seats_of_task(&edition->seats, state, id);
    }
    return seat;
}

struct edition *function_edition(struct seat *seat)
{
    uint8_t *seats = (uint8_t *)seat->seats;

    return (struct edition *)(void *)(seats - offsetof(struct edition, seats));
}

size_t function_load(const struct function *function)
{
    size_t load = 0;

    for (const struct edition *edition = function->current; edition != NULL;
         edition = edition->older) {
        load += edition->exchanges;
    }
    return load;
}

void function_count(struct function *function)
{
    struct metrics *metrics = &function->metrics;

    metrics->up = metrics->open = metrics->waiting = metrics->warm = metrics->leaving = 0;
    metrics->hits = function->past_hits;
    metrics->misses = function->past_misses;
    for (const struct edition *edition = function->current; edition != NULL;
         edition = edition->older) {
        seats_count(&edition->seats, metrics);
    }
}
