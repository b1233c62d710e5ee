#include "enclave/host/flights.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/clock.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/host/flight.h"

enum {
    FLIGHTS = 16, /* receipts that are brought at once; so many the log can publish together */
    PAUSE_MIN_MS = 500,
    PAUSE_MAX_MS = 60000,
    IDLE_MS = 60000
};

struct flights {
    struct backlog *backlog;
    struct route route;
    CURLM *multi;
    atomic_uint_least64_t proofs, failures, refusals;
    struct tip tip; /* but for its alarms, the thread's own, as is all that follows */
    struct flight flight[FLIGHTS];
    int64_t pause_ms; /* after the next failure */
    int64_t until_ms; /* nothing is brought before */
    int is_failing;   /* 1: people were told */
};

/*
 * Later, then: after a pause that doubles, once for all that fail in it. A part of it is chance, so
 * that hosts which lost the same log do not all come back at the same moment.
 */
static void fail(struct flights *flights, struct flight *flight, const char *why)
{
    const int64_t now = clock_ms();

    flight_land(flight, flights->multi);
    backlog_put_back(flights->backlog);
    if (now >= flights->until_ms) {
        flights->until_ms = now + flights->pause_ms + (int64_t)randombytes_uniform(PAUSE_MIN_MS);
        flights->pause_ms =
            2 * flights->pause_ms < PAUSE_MAX_MS ? 2 * flights->pause_ms : PAUSE_MAX_MS;
    }
    if (!flights->is_failing) {
        talk_say("log %s: %s; receipts are kept, and brought again", flights->tip.log.name, why);
    }
    flights->is_failing = 1;
}

static void succeed(struct flights *flights, struct flight *flight)
{
    flight_land(flight, flights->multi);
    if (flights->is_failing) {
        talk_say("log %s: takes receipts again", flights->tip.log.name);
    }
    flights->is_failing = 0;
    flights->pause_ms = PAUSE_MIN_MS;
    flights->until_ms = 0;
    flights->proofs++;
    backlog_settle(flights->backlog);
}

/* The log, the way to it, or the disk. */
static void fail_to_bring(struct flights *flights, struct flight *flight, const char *why)
{
    flights->failures++;
    fail(flights, flight, why);
}

/* The log's answer is none that may be kept. */
static void refuse(struct flights *flights, struct flight *flight, const char *why)
{
    flights->refusals++;
    fail(flights, flight, why);
}

/* What may not outlive a power cut is not kept at all: the receipt is brought again. */
static enum pobf_status write_proof(const struct flights *flights, const struct flight *flight)
{
    char receipt[PLACE_ROOM], proof[PLACE_ROOM];
    enum pobf_status status = POBF_E_SPACE;

    if (backlog_name(flights->backlog, receipt, proof, &flight->item)) {
        status = file_write(proof, (const uint8_t *)flight->proof.text, flight->proof.size, 0);
        if (status != POBF_OK) {
            unlink(proof);
        }
    }
    return status;
}

static void keep(struct flights *flights, struct flight *flight)
{
    if (tip_advance(&flights->tip, &flight->tree) == POBF_OK &&
        write_proof(flights, flight) == POBF_OK) {
        succeed(flights, flight);
    } else {
        fail_to_bring(flights, flight, "its proof could not be written");
    }
}

static void raise_alarm(struct flights *flights, struct flight *flight, enum alarm_kind kind)
{
    static const char *const whys[ALARM_KINDS] = {
        [ALARM_FORKED] = "it has forked: it shows two trees of one size",
        [ALARM_SHRUNK] = "it has shrunk: it had shown a larger tree before",
        [ALARM_UNPROVED] = "it does not show that it has only grown",
    };

    tip_alarm(&flights->tip, kind, &flight->tree);
    refuse(flights, flight, whys[kind]);
}

static void take_proof(struct flights *flights, struct flight *flight)
{
    const char *why = flight_read_proof(flight, &flights->tip.log);

    if (why != NULL) {
        refuse(flights, flight, why);
    } else if (flight->tree.checkpoint.size < flight->shown) {
        raise_alarm(flights, flight, ALARM_SHRUNK);
    }
}

static void take_growth(struct flights *flights, struct flight *flight)
{
    struct proof proof;

    if (flight_read_growth(flight, &proof) != POBF_OK ||
        tip_check(&flights->tip, &flight->tree.checkpoint, &proof) != POBF_OK) {
        raise_alarm(flights, flight, ALARM_UNPROVED);
    } else {
        keep(flights, flight);
    }
}

/* An answer came in, or none ever will. */
static void receive(struct flights *flights, struct flight *flight, CURLcode result)
{
    const enum leg leg = flight->leg;
    const long code = flight_arrive(flight, flights->multi);

    if (code == 0 || code >= 500 || (result != CURLE_OK && result != CURLE_WRITE_ERROR)) {
        fail_to_bring(flights, flight,
                      result != CURLE_OK ? curl_easy_strerror(result) : "it is in trouble");
    } else if (result != CURLE_OK) {
        refuse(flights, flight, "its answer is longer than any proof");
    } else if (code == 401) {
        refuse(flights, flight, "it wants another token (--log-token-file)");
    } else if (leg == LEG_GROWTH && code != 200) {
        raise_alarm(flights, flight, ALARM_UNPROVED);
    } else if (leg == LEG_GROWTH) {
        take_growth(flights, flight);
    } else if (code != 200) {
        refuse(flights, flight, "it refuses a receipt");
    } else {
        take_proof(flights, flight);
    }
}

static void ask_for_growth(struct flights *flights, struct flight *flight)
{
    const uint64_t tip = flights->tip.checkpoint.size, size = flight->tree.checkpoint.size;
    char path[ROUTE_PATH_MAX + 1];

    snprintf(path, sizeof path, "/consistency?old=%" PRIu64 "&new=%" PRIu64,
             tip < size ? tip : size, tip < size ? size : tip);
    if (!flight_ask(flight, flights->multi, &flights->route, LEG_GROWTH, path)) {
        fail_to_bring(flights, flight, "it could not be asked whether it has only grown");
    }
}

/* The smallest first: then most are of the tip when their turn comes. NULL: none is held. */
static struct flight *find_held(struct flights *flights)
{
    struct flight *found = NULL;

    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *flight = &flights->flight[i];

        if (flight->leg == LEG_HELD &&
            (found == NULL || flight->tree.checkpoint.size < found->tree.checkpoint.size)) {
            found = flight;
        }
    }
    return found;
}

static size_t count_legs(const struct flights *flights, enum leg from, enum leg to)
{
    size_t count = 0;

    for (size_t i = 0; i < FLIGHTS; i++) {
        count += flights->flight[i].leg >= from && flights->flight[i].leg <= to;
    }
    return count;
}

/* One after the other: what is believed decides about the next. */
static void compare_held(struct flights *flights)
{
    struct flight *flight;

    while (count_legs(flights, LEG_GROWTH, LEG_GROWTH) == 0 &&
           (flight = find_held(flights)) != NULL) {
        switch (tip_compare(&flights->tip, &flight->tree.checkpoint)) {
        case TIP_FIRST:
        case TIP_SAME:
            keep(flights, flight);
            break;
        case TIP_FORK:
            raise_alarm(flights, flight, ALARM_FORKED);
            break;
        case TIP_OTHER:
        default:
            ask_for_growth(flights, flight);
            break;
        }
    }
}

/* 1 where it is on its way, or could not be; 0 where it is not there any more. */
static int launch(struct flights *flights, struct flight *flight)
{
    char receipt[PLACE_ROOM], proof[PLACE_ROOM];
    enum pobf_status status =
        backlog_name(flights->backlog, receipt, proof, &flight->item)
            ? file_read(&flight->receipt, &flight->receipt_size, receipt, POBF_RECEIPT_ROOM)
            : POBF_E_SPACE;

    if (status == POBF_E_MISSING) {
        backlog_settle(flights->backlog); /* somebody took it away */
        return 0;
    }
    flight->shown = flights->tip.checkpoint.size;
    if (status != POBF_OK ||
        !flight_ask(flight, flights->multi, &flights->route, LEG_ADD, "/add")) {
        fail_to_bring(flights, flight, "a receipt could not be read");
    }
    return 1;
}

/* Where the last one failed, one alone shows whether the next will. */
static void launch_all(struct flights *flights)
{
    const size_t limit = flights->is_failing ? 1 : FLIGHTS;
    size_t away = count_legs(flights, LEG_ADD, LEG_GROWTH);

    if (away == 0) {
        backlog_refill(flights->backlog);
    }
    for (size_t i = 0; i < FLIGHTS && away < limit && clock_ms() >= flights->until_ms; i++) {
        struct flight *flight = &flights->flight[i];

        while (flight->leg == LEG_NONE && backlog_take(flights->backlog, &flight->item) &&
               !launch(flights, flight)) {
        }
        away += flight->leg != LEG_NONE;
    }
}

/* How many were on their way and are not any more. */
static size_t receive_all(struct flights *flights)
{
    struct CURLMsg *message;
    size_t count = 0;
    int left;

    while ((message = curl_multi_info_read(flights->multi, &left)) != NULL) {
        struct flight *flight = flight_of(message->easy_handle);

        if (message->msg == CURLMSG_DONE && flight != NULL) {
            receive(flights, flight, message->data.result);
            count++;
        }
    }
    return count;
}

/* Until something comes in, somebody has one more to bring, or a pause is over. */
static void rest(struct flights *flights)
{
    const int64_t pause_ms = flights->until_ms - clock_ms();

    curl_multi_poll(flights->multi, NULL, 0, pause_ms > 0 ? (int)pause_ms : IDLE_MS, NULL);
}

void flights_go_on(struct flights *flights)
{
    int running;

    launch_all(flights);
    curl_multi_perform(flights->multi, &running);
    if (receive_all(flights) == 0) {
        rest(flights);
    }
    compare_held(flights);
}

static enum pobf_status set_up_curl(struct flights *flights)
{
    flights->multi = curl_multi_init();
    for (size_t i = 0; i < FLIGHTS && flights->multi != NULL; i++) {
        if (flight_open(&flights->flight[i], &flights->route) != POBF_OK) {
            return POBF_E_SYSTEM;
        }
    }
    return flights->multi != NULL ? POBF_OK : POBF_E_SYSTEM;
}

static enum pobf_status prepare(struct flights *flights, const struct courier_options *options)
{
    struct note_key log;
    enum pobf_status status =
        route_open(&flights->route, options->url, options->ca_path, options->token_path);

    if (status == POBF_OK) {
        status = route_read_key(&log, options->key_path);
    }
    if (status == POBF_OK) {
        status = tip_open(&flights->tip, options->folder, &log);
    }
    if (status == POBF_OK) {
        status = set_up_curl(flights);
        if (status != POBF_OK) {
            talk_error(status, "libcurl", NULL);
        }
    }
    if (status == POBF_OK) {
        status = backlog_open(&flights->backlog, options->folder);
    }
    return status;
}

enum pobf_status flights_open(struct flights **flights, const struct courier_options *options)
{
    struct flights *made = calloc(1, sizeof *made);
    enum pobf_status status = POBF_E_SYSTEM;

    if (made != NULL && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
        made->pause_ms = PAUSE_MIN_MS;
        status = prepare(made, options);
    }
    if (status != POBF_OK) {
        flights_close(made);
        made = NULL;
    }
    *flights = made;
    return status;
}

void flights_add(struct flights *flights, const struct backlog_item *item)
{
    backlog_add(flights->backlog, item);
    flights_wake(flights);
}

void flights_wake(struct flights *flights)
{
    curl_multi_wakeup(flights->multi);
}

void flights_count(struct flights *flights, struct courier_counts *counts)
{
    counts->backlog = backlog_size(flights->backlog);
    counts->proofs = flights->proofs;
    counts->failures = flights->failures;
    counts->refusals = flights->refusals;
    counts->alarms = flights->tip.alarms;
}

void flights_close(struct flights *flights)
{
    if (flights == NULL) {
        return;
    }
    for (size_t i = 0; i < FLIGHTS; i++) {
        flight_close(&flights->flight[i], flights->multi);
    }
    curl_multi_cleanup(flights->multi);
    route_close(&flights->route);
    backlog_close(flights->backlog);
    free(flights);
}
