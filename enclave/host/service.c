#include "enclave/host/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contracts/sodium.h"
#include "edge/cli/clock.h"
#include "edge/cli/talk.h"
#include "edge/http/channel.h"
#include "enclave/host/exchange.h"
#include "enclave/host/health.h"
#include "enclave/host/hex.h"
#include "enclave/host/proofs.h"
#include "framework/chain/provider.h"

enum { MONITOR_SLACK_S = 10, HELD_MAX = 1 << 30 };

static void refuse(struct function *function, struct http_request *request, enum pobf_status status,
                   const char *field, const char *expected, const char *seen)
{
    function->metrics.refusals++;
    http_refuse(request, status, field, expected, seen);
}

static void refuse_gone(struct function *function, struct http_request *request, const char *boot)
{
    function->metrics.refusals++;
    http_problem(request, 410, "that enclave does not serve any more: appraise another one", "boot",
                 "the boot of one that serves", boot);
}

/* The connection goes, too: it might be the last one that another function's client can have. */
static void refuse_share(struct function *function, struct http_request *request, size_t share)
{
    char expected[64];

    function->metrics.refusals++;
    function->metrics.shed++;
    snprintf(expected, sizeof expected, "less than %zu under way", share);
    http_set_header(request, "Retry-After", "1");
    http_set_header(request, "Connection", "close");
    http_problem(request, 503, "this function has its share of the host's requests: try again soon",
                 "requests", expected, NULL);
}

static int has_name(const struct function *function, const char *name, size_t length)
{
    return strlen(function->name) == length && memcmp(function->name, name, length) == 0;
}

static const char below[] = "/functions/";

int service_names_function(const struct http_request *request)
{
    return strncmp(http_path(request), below, sizeof below - 1) == 0;
}

struct function *service_function(const struct service *service, const struct http_request *request)
{
    const char *name = http_path(request) + sizeof below - 1;

    if (!service_names_function(request)) {
        return service->count == 1 ? service->functions : NULL;
    }
    for (size_t i = 0; i < service->count; i++) {
        if (has_name(&service->functions[i], name, strcspn(name, "/"))) {
            return &service->functions[i];
        }
    }
    return NULL;
}

/*
 * The function that is asked, where it has less under way than its share. NULL, and the request is refused,
 * otherwise. Who is alone has all there is.
 */
static struct function *admit(const struct service *service, struct http_request *request)
{
    struct function *function = service_function(service, request);

    if (function == NULL) {
        http_refuse(request, POBF_E_MISSING, "function",
                    "/functions/NAME/v1/..; /healthz lists all", NULL);
        return NULL;
    }
    if (service->count > 1 && function_load(function) >= service->share) {
        refuse_share(function, request, service->share);
        return NULL;
    }
    return function;
}

/*
 * Whom the client asks: the one that it names by its boot, or whoever is free. 0, and the request is
 * refused, where the one that it names is not there: another one is never taken instead.
 */
static int choose_seat(struct function *function, struct http_request *request, struct seat **seat)
{
    const char *boot = http_query(request, "boot");
    uint8_t boot_id[POBF_BOOT_ID_BYTES];

    if (boot == NULL) {
        *seat = function_pick(function);
        return 1;
    }
    if (!hex_parse(boot_id, sizeof boot_id, boot)) {
        refuse(function, request, POBF_E_INPUT, "boot", "32 hex digits", NULL);
        return 0;
    }
    *seat = function_of_boot(function, boot_id);
    if (*seat == NULL) {
        refuse_gone(function, request, boot);
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
static int bind_channel(const struct service *service, struct function *function,
                        struct http_request *request, uint8_t nonce[POBF_NONCE_BYTES])
{
    const char *host = http_query(request, "host");

    if (host == NULL && !channel_is_bound(nonce)) {
        return 1;
    }
    if (host == NULL) {
        refuse(function, request, POBF_E_INPUT, "nonce", "a random one", "one of a TLS connection");
        return 0;
    }
    if (strlen(host) > CHANNEL_HOST_MAX || !is_named(service, host)) {
        function->metrics.refusals++;
        http_problem(request, 421, "this is another host than the one that you mean", "host",
                     "one of --name", NULL);
        return 0;
    }
    if (http_bind(request, nonce, nonce, host) != POBF_OK) {
        refuse(function, request, POBF_E_INPUT, "host", "a connection over TLS 1.3", "plain HTTP");
        return 0;
    }
    return 1;
}

static void serve_evidence(struct http_request *request, void *context)
{
    struct service *service = context;
    struct function *function = admit(service, request);
    struct job evidence = {.kind = LINK_EVIDENCE};
    const char *text = http_query(request, "nonce");
    struct seat *seat;
    char seen[48];

    if (function == NULL) {
        return;
    }
    if (!hex_parse(evidence.id, POBF_NONCE_BYTES, text)) {
        snprintf(seen, sizeof seen, "%zu characters", text == NULL ? 0 : strlen(text));
        refuse(function, request, POBF_E_INPUT, "nonce", "64 hex digits", seen);
    } else if (bind_channel(service, function, request, evidence.id) &&
               choose_seat(function, request, &seat)) {
        exchange_begin(service, seat, request, &evidence);
    }
}

static void serve_start(struct http_request *request, void *context)
{
    static const struct job start = {.kind = LINK_START};
    struct service *service = context;
    struct function *function = admit(service, request);
    struct seat *seat;

    if (function != NULL && choose_seat(function, request, &seat)) {
        exchange_begin(service, seat, request, &start);
    }
}

/* The seat of an open task, and its id; otherwise the request is refused, and NULL returned. */
static struct seat *take_open_task(struct function *function, struct http_request *request,
                                   uint8_t id[POBF_TASK_ID_BYTES])
{
    static const char open[] = "an open task, from POST /v1/tasks";
    enum tasks_state state;
    struct seat *seat;

    if (!hex_parse(id, POBF_TASK_ID_BYTES, http_tail(request))) {
        refuse(function, request, POBF_E_MISSING, "task id", "32 hex digits", NULL);
        return NULL;
    }
    seat = function_of_task(function, &state, id);
    if (seat != NULL && state == TASKS_OPEN) {
        return seat;
    }
    refuse(function, request, seat != NULL ? POBF_E_STATE : POBF_E_MISSING, "task id", open,
           seat != NULL ? "one that is spent" : "one that is not known");
    return NULL;
}

/* 1 where the size is one that the monitor takes; the task stays open where it is not. */
static int check_size(struct function *function, const struct seat *seat,
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
        refuse(function, request, size < POBF_SEALED_OVERHEAD ? POBF_E_INPUT : POBF_E_SPACE,
               "sealed input", expected, seen);
        return 0;
    }
    return 1;
}

static void serve_call(struct http_request *request, void *context)
{
    struct service *service = context;
    struct function *function = admit(service, request);
    struct job call = {.kind = LINK_CALL, .sealed_size = http_body_size(request)};
    struct seat *seat = function == NULL ? NULL : take_open_task(function, request, call.id);

    if (seat == NULL || !check_size(function, seat, request, call.sealed_size)) {
        return;
    }
    if (exchange_begin(service, seat, request, &call)) {
        tasks_spend(&seat->tasks, call.id);
        metrics_note_input(&function->metrics, call.sealed_size);
    }
}

static void serve_abandon(struct http_request *request, void *context)
{
    struct service *service = context;
    struct function *function = admit(service, request);
    struct job abandon = {.kind = LINK_ABANDON};
    struct seat *seat = function == NULL ? NULL : take_open_task(function, request, abandon.id);

    if (seat != NULL && exchange_begin(service, seat, request, &abandon)) {
        tasks_spend(&seat->tasks, abandon.id);
    }
}

#define ROUTES(prefix)                                                                             \
    {"GET", prefix "/v1/evidence", serve_evidence}, {"POST", prefix "/v1/tasks", serve_start},     \
        {"POST", prefix "/v1/tasks/", serve_call}, {"DELETE", prefix "/v1/tasks/", serve_abandon}, \
        {"GET", prefix "/v1/proofs/", proofs_serve},                                               \
    {                                                                                              \
        "GET", prefix "/healthz", health_serve                                                     \
    }

const struct http_route service_routes[] = {
    ROUTES(""),
    ROUTES("/functions/*"),
    {"GET", "/metrics", health_serve_metrics},
};
const size_t service_route_count = sizeof service_routes / sizeof service_routes[0];

uint32_t service_connections_max(size_t body_max, size_t answer_max)
{
    const size_t affordable = HELD_MAX / (body_max + answer_max);

    return affordable >= SERVICE_CONNECTIONS_MAX   ? SERVICE_CONNECTIONS_MAX
           : affordable <= SERVICE_CONNECTIONS_MIN ? SERVICE_CONNECTIONS_MIN
                                                   : (uint32_t)affordable;
}

/* What serves goes on; where nothing does, the host ends. */
static void on_given_up(void *context)
{
    struct service *service = context;
    size_t left = 0;

    for (size_t i = 0; i < service->count; i++) {
        left += !service->functions[i].is_given_up;
    }
    if (left == 0) {
        service->failed = 1;
        event_base_loopbreak(http_base(service->http));
    }
}

/* Offers that nobody has used in time are abandoned; each leaves its receipt. */
static void abandon_overdue(struct service *service, struct seat *seat, int64_t now_s)
{
    struct job abandon = {.kind = LINK_ABANDON};

    while (tasks_expire(&seat->tasks, abandon.id, now_s)) {
        if (!exchange_begin(service, seat, NULL, &abandon)) {
            tasks_add(&seat->tasks, abandon.id, now_s); /* its key is still there */
            break;
        }
    }
}

static void on_clock(evutil_socket_t none, short what, void *context)
{
    struct service *service = context;
    const int64_t now = clock_s();

    (void)none;
    (void)what;
    for (size_t i = 0; i < service->count; i++) {
        struct function *function = &service->functions[i];

        for (struct edition *edition = function->current; edition != NULL;
             edition = edition->older) {
            for (size_t j = 0; j < edition->seats.count; j++) {
                abandon_overdue(service, &edition->seats.seat[j], now);
            }
        }
        function_tend(function, now);
    }
}

static enum pobf_status open_functions(struct service *service,
                                       const struct service_options *options)
{
    enum pobf_status status = POBF_OK;

    service->functions = calloc(options->count, sizeof *service->functions);
    if (service->functions == NULL) {
        return POBF_E_SYSTEM;
    }
    for (size_t i = 0; status == POBF_OK && i < options->count; i++) {
        struct service_function *begun = &options->functions[i];

        service->count++;
        status = function_open(&service->functions[i], begun->name, &begun->source, &service->host);
        if (status != POBF_OK) {
            talk_error(status, options->monitor_path, NULL);
        }
    }
    return status;
}

static enum pobf_status open_recorder(struct service *service, const char *folder)
{
    const enum pobf_status status =
        folder == NULL ? POBF_OK
                       : recorder_open(&service->recorder, http_base(service->http), folder);

    if (status != POBF_OK) {
        talk_error(status, folder, "the journal cannot be written there");
    }
    return status;
}

static enum pobf_status begin_clock(struct service *service)
{
    const struct timeval second = {1, 0};

    service->clock = event_new(http_base(service->http), -1, EV_PERSIST, on_clock, service);
    return service->clock != NULL && event_add(service->clock, &second) == 0 ? POBF_OK
                                                                             : POBF_E_SYSTEM;
}

static void prepare(struct service *service, struct http *http,
                    const struct service_options *options)
{
    *service = (struct service){
        .http = http,
        .host = {.base = http_base(http),
                 .monitor_path = options->monitor_path,
                 .zygote = options->zygote,
                 .trustlets = options->trustlets,
                 .warm = options->warm,
                 .slack_s = MONITOR_SLACK_S,
                 .given_up = on_given_up,
                 .context = service},
        .share = options->connections_max / options->count,
        .courier = options->courier,
        .receipts = options->receipts,
        .names = options->names,
    };
    service->share = service->share == 0 ? 1 : service->share;
    http_channel_key(http, service->host.channel_key);
}

enum pobf_status service_open(struct service *service, struct http *http,
                              const struct service_options *options)
{
    enum pobf_status status;

    prepare(service, http, options);
    status = open_recorder(service, options->receipts);
    if (status == POBF_OK && options->source != NULL && options->source->vouch != NULL) {
        status = voucher_open(&service->voucher, http_base(http), options->source);
    }
    if (status == POBF_OK) {
        status = open_functions(service, options);
    }
    return status == POBF_OK ? begin_clock(service) : status;
}

/* First the monitors, whose last receipts are recorded then; a function stays until nothing is its own. */
void service_close(struct service *service)
{
    if (service->clock != NULL) {
        event_free(service->clock);
        service->clock = NULL;
    }
    for (size_t i = 0; i < service->count; i++) {
        function_stop(&service->functions[i]);
    }
    voucher_close(service->voucher);
    service->voucher = NULL;
    recorder_close(service->recorder);
    service->recorder = NULL;
    courier_close(service->courier);
    service->courier = NULL;
    for (size_t i = 0; i < service->count; i++) {
        function_close(&service->functions[i]);
    }
    free(service->functions);
    service->functions = NULL;
    service->count = 0;
}
