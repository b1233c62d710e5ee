#include "enclave/host/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "edge/http/channel.h"
#include "edge/tlog/inclusion.h"
#include "enclave/host/exchange.h"
#include "framework/chain/provider.h"

enum { MONITOR_SLACK_S = 10, HELD_MAX = 1 << 30 };

/* Exactly 2 * size hex digits. */
static int parse_hex(uint8_t *bytes, size_t size, const char *text)
{
    size_t parsed;

    return text != NULL && strlen(text) == 2 * size &&
           sodium_hex2bin(bytes, size, text, 2 * size, NULL, &parsed, NULL) == 0 && parsed == size;
}

static void refuse(struct service *service, struct http_request *request, enum pobf_status status,
                   const char *field, const char *expected, const char *seen)
{
    service->metrics.refusals++;
    http_refuse(request, status, field, expected, seen);
}

static void refuse_gone(struct service *service, struct http_request *request, const char *boot)
{
    service->metrics.refusals++;
    http_problem(request, 410, "that enclave does not serve any more: appraise another one", "boot",
                 "the boot of one that serves", boot);
}

/*
 * Whom the client asks: the one that it names by its boot, or whoever is free. 0, and the request is
 * refused, where the one that it names is not there: another one is never taken instead.
 */
static int choose_seat(struct service *service, struct http_request *request, struct seat **seat)
{
    const char *boot = http_query(request, "boot");
    uint8_t boot_id[POBF_BOOT_ID_BYTES];

    if (boot == NULL) {
        *seat = seats_pick(&service->seats);
        return 1;
    }
    if (!parse_hex(boot_id, sizeof boot_id, boot)) {
        refuse(service, request, POBF_E_INPUT, "boot", "32 hex digits", NULL);
        return 0;
    }
    *seat = seats_of_boot(&service->seats, boot_id);
    if (*seat == NULL) {
        refuse_gone(service, request, boot);
    }
    return *seat != NULL;
}

/* A host that has names answers to no other: who was led astray to it is told. */
static int is_named(const struct service *service, const char *host)
{
    for (size_t i = 0; i < service->names->count; i++) {
        if (strcmp(service->names->value[i], host) == 0) {
            return 1;
        }
    }
    return service->names->count == 0;
}

/*
 * A client that says whom it means to speak to wants the evidence bound to this connection. 0, and the
 * request is refused, where it cannot be, or where that is somebody else; or where who does not say it
 * asks for a nonce that another connection is bound by.
 */
static int bind_channel(struct service *service, struct http_request *request,
                        uint8_t nonce[POBF_NONCE_BYTES])
{
    const char *host = http_query(request, "host");

    if (host == NULL && !channel_is_bound(nonce)) {
        return 1;
    }
    if (host == NULL) {
        refuse(service, request, POBF_E_INPUT, "nonce", "a random one", "one of a TLS connection");
        return 0;
    }
    if (strlen(host) > CHANNEL_HOST_MAX || !is_named(service, host)) {
        service->metrics.refusals++;
        http_problem(request, 421, "this is another host than the one that you mean", "host",
                     "one of --name", NULL);
        return 0;
    }
    if (http_bind(request, nonce, nonce, host) != POBF_OK) {
        refuse(service, request, POBF_E_INPUT, "host", "a connection over TLS 1.3", "plain HTTP");
        return 0;
    }
    return 1;
}

static void serve_evidence(struct http_request *request, void *context)
{
    struct service *service = context;
    struct job evidence = {.kind = LINK_EVIDENCE};
    const char *text = http_query(request, "nonce");
    struct seat *seat;
    char seen[48];

    if (!parse_hex(evidence.id, POBF_NONCE_BYTES, text)) {
        snprintf(seen, sizeof seen, "%zu characters", text == NULL ? 0 : strlen(text));
        refuse(service, request, POBF_E_INPUT, "nonce", "64 hex digits", seen);
    } else if (bind_channel(service, request, evidence.id) &&
               choose_seat(service, request, &seat)) {
        exchange_begin(service, seat, request, &evidence);
    }
}

static void serve_start(struct http_request *request, void *context)
{
    static const struct job start = {.kind = LINK_START};
    struct service *service = context;
    struct seat *seat;

    if (choose_seat(service, request, &seat)) {
        exchange_begin(service, seat, request, &start);
    }
}

/* The seat of an open task, and its id; otherwise the request is refused, and NULL returned. */
static struct seat *take_open_task(struct service *service, struct http_request *request,
                                   uint8_t id[POBF_TASK_ID_BYTES])
{
    static const char open[] = "an open task, from POST /v1/tasks";
    enum tasks_state state;
    struct seat *seat;

    if (!parse_hex(id, POBF_TASK_ID_BYTES, http_tail(request))) {
        refuse(service, request, POBF_E_MISSING, "task id", "32 hex digits", NULL);
        return NULL;
    }
    seat = seats_of_task(&service->seats, &state, id);
    if (seat != NULL && state == TASKS_OPEN) {
        return seat;
    }
    refuse(service, request, seat != NULL ? POBF_E_STATE : POBF_E_MISSING, "task id", open,
           seat != NULL ? "one that is spent" : "one that is not known");
    return NULL;
}

/* 1 where the size is one that the monitor takes; the task stays open where it is not. */
static int check_size(struct service *service, const struct seat *seat,
                      struct http_request *request, size_t size)
{
    const struct link_limits *limits = seat_limits(seat);
    char expected[64];
    char seen[32];

    if (limits == NULL) {
        return 1; /* no monitor runs: the exchange says so */
    }
    snprintf(expected, sizeof expected, "%d to %zu bytes", POBF_SEALED_OVERHEAD,
             limits->sealed_input_max);
    snprintf(seen, sizeof seen, "%zu bytes", size);
    if (size < POBF_SEALED_OVERHEAD || size > limits->sealed_input_max) {
        refuse(service, request, size < POBF_SEALED_OVERHEAD ? POBF_E_INPUT : POBF_E_SPACE,
               "sealed input", expected, seen);
        return 0;
    }
    return 1;
}

static void serve_call(struct http_request *request, void *context)
{
    struct service *service = context;
    struct job call = {.kind = LINK_CALL, .sealed_size = http_body_size(request)};
    struct seat *seat = take_open_task(service, request, call.id);

    if (seat == NULL || !check_size(service, seat, request, call.sealed_size)) {
        return;
    }
    if (exchange_begin(service, seat, request, &call)) {
        tasks_spend(&seat->tasks, call.id);
        metrics_note_input(&service->metrics, call.sealed_size);
    }
}

static void serve_abandon(struct http_request *request, void *context)
{
    struct service *service = context;
    struct job abandon = {.kind = LINK_ABANDON};
    struct seat *seat = take_open_task(service, request, abandon.id);

    if (seat != NULL && exchange_begin(service, seat, request, &abandon)) {
        tasks_spend(&seat->tasks, abandon.id);
    }
}

/* BOOT/SEQUENCE, as hex digits and a decimal number without leading zeros. */
static int parse_receipt_id(struct backlog_item *item, const char *text)
{
    char boot[2 * POBF_BOOT_ID_BYTES + 1];
    const char *end = NULL;

    snprintf(boot, sizeof boot, "%s", text);
    if (!parse_hex(item->boot_id, sizeof item->boot_id, boot) || text[sizeof boot - 1] != '/') {
        return 0;
    }
    item->sequence = checkpoint_number(text + sizeof boot, &end);
    return end != NULL && *end == '\0';
}

static enum pobf_status read_proof(uint8_t **bytes, size_t *size, const char *folder,
                                   const struct backlog_item *item)
{
    char path[PLACE_ROOM];

    return ledger_name(path, folder, item->boot_id, item->sequence, LEDGER_PROOF)
               ? file_read(bytes, size, path, INCLUSION_MAX)
               : POBF_E_SPACE;
}

static void refuse_unproved(struct http_request *request, const char *folder,
                            const struct backlog_item *item)
{
    char path[PLACE_ROOM];

    if (ledger_name(path, folder, item->boot_id, item->sequence, "receipt") &&
        access(path, F_OK) == 0) {
        http_set_header(request, "Retry-After", "1");
        http_problem(request, 404, "the log has not proved yet that it has this receipt", "proof",
                     NULL, "not there yet");
        return;
    }
    http_problem(request, 404, "there is no such receipt", "receipt",
                 "the boot and the number of one that this host has recorded", NULL);
}

static void serve_proof(struct http_request *request, void *context)
{
    struct service *service = context;
    struct backlog_item item;
    uint8_t *bytes = NULL;
    size_t size = 0;

    if (service->receipts == NULL) {
        http_problem(request, 404, "this host records no receipts", "path", NULL, NULL);
    } else if (!parse_receipt_id(&item, http_tail(request))) {
        refuse(service, request, POBF_E_INPUT, "receipt", "BOOT/SEQUENCE: 32 hex digits, a number",
               NULL);
    } else if (read_proof(&bytes, &size, service->receipts, &item) == POBF_OK && size > 0) {
        http_answer(request, 200, "text/plain; charset=utf-8", bytes, size);
    } else {
        refuse_unproved(request, service->receipts, &item);
    }
    file_free(bytes, size);
}

/* The boots that serve, as a JSON array; returns the measurement of what they serve, or NULL. */
static const uint8_t *list_boots(const struct seats *seats, json_t *boots)
{
    const uint8_t *measurement = NULL;
    char hex[2 * POBF_BOOT_ID_BYTES + 1];

    for (size_t i = 0; i < seats->count; i++) {
        const struct link_limits *limits = seat_limits(&seats->seat[i]);

        if (limits != NULL) {
            measurement = limits->measurement;
            sodium_bin2hex(hex, sizeof hex, limits->boot_id, POBF_BOOT_ID_BYTES);
            json_array_append_new(boots, json_string(hex));
        }
    }
    return measurement;
}

static void serve_health(struct http_request *request, void *context)
{
    const struct service *service = context;
    char hex[2 * POBF_DIGEST_BYTES + 1] = "";
    json_t *boots = json_array();
    const uint8_t *measurement = list_boots(&service->seats, boots);
    json_t *health;
    char *text;

    if (measurement != NULL) {
        sodium_bin2hex(hex, sizeof hex, measurement, POBF_DIGEST_BYTES);
    }
    health = json_pack("{ss ss so}", "status", measurement != NULL ? "ok" : "starting",
                       "measurement", hex, "boot_ids", boots);
    text = json_dumps(health, JSON_COMPACT);
    json_decref(health);
    if (text == NULL) {
        http_refuse(request, POBF_E_SYSTEM, NULL, NULL, NULL);
        return;
    }
    http_answer(request, measurement != NULL ? 200 : 503, "application/json", text, strlen(text));
    free(text);
}

static void serve_metrics(struct http_request *request, void *context)
{
    struct service *service = context;
    char text[METRICS_TEXT_ROOM];

    seats_count(&service->seats);
    if (service->courier != NULL) {
        courier_count(service->courier, &service->metrics.log);
    }
    http_answer(request, 200, "text/plain; version=0.0.4", text,
                metrics_print(&service->metrics, text));
}

const struct http_route service_routes[] = {
    {"GET", "/v1/evidence", serve_evidence}, {"POST", "/v1/tasks", serve_start},
    {"POST", "/v1/tasks/", serve_call},      {"DELETE", "/v1/tasks/", serve_abandon},
    {"GET", "/v1/proofs/", serve_proof},     {"GET", "/healthz", serve_health},
    {"GET", "/metrics", serve_metrics},
};
const size_t service_route_count = sizeof service_routes / sizeof service_routes[0];

uint32_t service_connections_max(size_t body_max, size_t answer_max)
{
    const size_t affordable = HELD_MAX / (body_max + answer_max);

    return affordable >= SERVICE_CONNECTIONS_MAX   ? SERVICE_CONNECTIONS_MAX
           : affordable <= SERVICE_CONNECTIONS_MIN ? SERVICE_CONNECTIONS_MIN
                                                   : (uint32_t)affordable;
}

static void on_given_up(void *context)
{
    struct service *service = context;

    service->failed = 1;
    event_base_loopbreak(http_base(service->http));
}

/* Once a second: offers that nobody has used in time are abandoned; each leaves its receipt. */
static void on_clock(evutil_socket_t none, short what, void *context)
{
    struct service *service = context;
    struct job abandon = {.kind = LINK_ABANDON};
    struct timespec now;

    (void)none;
    (void)what;
    clock_gettime(CLOCK_MONOTONIC, &now);
    for (size_t i = 0; i < service->seats.count; i++) {
        struct seat *seat = &service->seats.seat[i];

        while (tasks_expire(&seat->tasks, abandon.id, now.tv_sec)) {
            if (!exchange_begin(service, seat, NULL, &abandon)) {
                tasks_add(&seat->tasks, abandon.id, now.tv_sec); /* its key is still there */
                break;
            }
        }
    }
}

static enum pobf_status start_monitors(struct service *service,
                                       const struct service_options *options)
{
    const struct seats_options seats = {
        .base = http_base(service->http),
        .link = options->link,
        .count = options->trustlets,
        .warm = options->warm,
        .slack_s = MONITOR_SLACK_S,
        .metrics = &service->metrics,
        .given_up = on_given_up,
        .context = service,
    };
    const enum pobf_status status = seats_open(&service->seats, &seats);

    if (status != POBF_OK) {
        talk_error(status, options->link.monitor_path, NULL);
    }
    return status;
}

enum pobf_status service_open(struct service *service, struct http *http,
                              const struct service_options *options)
{
    const struct timeval second = {1, 0};
    enum pobf_status status;

    *service = (struct service){.http = http,
                                .names = options->names,
                                .courier = options->courier,
                                .receipts = options->receipts};
    status = options->receipts == NULL
                 ? POBF_OK
                 : recorder_open(&service->recorder, http_base(http), options->receipts);
    if (status != POBF_OK) {
        talk_error(status, options->receipts, "the journal cannot be written there");
        return status;
    }
    if (options->source != NULL && options->source->vouch != NULL) {
        status = voucher_open(&service->voucher, http_base(http), options->source);
    }
    if (status == POBF_OK) {
        status = start_monitors(service, options);
    }
    if (status != POBF_OK) {
        return status;
    }
    sodium_bin2hex(service->metrics.function, sizeof service->metrics.function,
                   seat_limits(&service->seats.seat[0])->measurement,
                   (sizeof service->metrics.function - 1) / 2);
    service->clock = event_new(http_base(http), -1, EV_PERSIST, on_clock, service);
    return service->clock != NULL && event_add(service->clock, &second) == 0 ? POBF_OK
                                                                             : POBF_E_SYSTEM;
}

void service_close(struct service *service)
{
    if (service->clock != NULL) {
        event_free(service->clock);
    }
    seats_close(&service->seats);
    voucher_close(service->voucher);
    service->voucher = NULL;
    recorder_close(service->recorder);
    service->recorder = NULL;
    courier_close(service->courier);
    service->courier = NULL;
}
