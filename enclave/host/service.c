#include "enclave/host/service.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "contracts/sodium.h"
#include "edge/cli/talk.h"
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

static void serve_evidence(struct http_request *request, void *context)
{
    struct service *service = context;
    const char *text = http_query(request, "nonce");
    uint8_t nonce[POBF_NONCE_BYTES];
    char seen[48];

    if (!parse_hex(nonce, sizeof nonce, text)) {
        snprintf(seen, sizeof seen, "%zu characters", text == NULL ? 0 : strlen(text));
        refuse(service, request, POBF_E_INPUT, "nonce", "64 hex digits", seen);
        return;
    }
    exchange_begin(service, request, LINK_EVIDENCE, nonce, NULL, 0);
}

static void serve_start(struct http_request *request, void *context)
{
    exchange_begin(context, request, LINK_START, NULL, NULL, 0);
}

/* The id of an open task; otherwise the request is refused, and 0 returned. */
static int take_open_task(struct service *service, struct http_request *request,
                          uint8_t id[POBF_TASK_ID_BYTES])
{
    static const char open[] = "an open task, from POST /v1/tasks";
    enum tasks_state state;

    if (!parse_hex(id, POBF_TASK_ID_BYTES, http_tail(request))) {
        refuse(service, request, POBF_E_MISSING, "task id", "32 hex digits", NULL);
        return 0;
    }
    state = tasks_find(&service->tasks, id);
    if (state == TASKS_OPEN) {
        return 1;
    }
    refuse(service, request, state == TASKS_SPENT ? POBF_E_STATE : POBF_E_MISSING, "task id", open,
           state == TASKS_SPENT ? "one that is spent" : "one that is not known");
    return 0;
}

/* 1 where the size is one that the monitor takes; the task stays open where it is not. */
static int check_size(struct service *service, struct http_request *request, size_t size)
{
    const struct link_limits *limits = queue_limits(service->queue);
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
    uint8_t id[POBF_TASK_ID_BYTES];
    size_t size;
    const uint8_t *sealed = http_body(request, &size);

    if (!take_open_task(service, request, id) || !check_size(service, request, size)) {
        return;
    }
    tasks_spend(&service->tasks, id);
    metrics_note_input(&service->metrics, size);
    exchange_begin(service, request, LINK_CALL, id, sealed, size);
}

static void serve_abandon(struct http_request *request, void *context)
{
    struct service *service = context;
    uint8_t id[POBF_TASK_ID_BYTES];

    if (take_open_task(service, request, id)) {
        tasks_spend(&service->tasks, id);
        exchange_begin(service, request, LINK_ABANDON, id, NULL, 0);
    }
}

static void serve_health(struct http_request *request, void *context)
{
    const struct service *service = context;
    const struct link_limits *limits = queue_limits(service->queue);
    char measurement[2 * POBF_DIGEST_BYTES + 1] = "";
    char boot[2 * POBF_BOOT_ID_BYTES + 1] = "";
    char text[256];
    int size;

    if (limits != NULL) {
        sodium_bin2hex(measurement, sizeof measurement, limits->measurement, POBF_DIGEST_BYTES);
        sodium_bin2hex(boot, sizeof boot, limits->boot_id, POBF_BOOT_ID_BYTES);
    }
    size = snprintf(text, sizeof text,
                    "{\"status\":\"%s\",\"measurement\":\"%s\",\"boot_id\":\"%s\"}\n",
                    limits != NULL ? "ok" : "starting", measurement, boot);
    http_answer(request, limits != NULL ? 200 : 503, "application/json", text, (size_t)size);
}

static void serve_metrics(struct http_request *request, void *context)
{
    struct service *service = context;
    char text[METRICS_TEXT_ROOM];

    service->metrics.open = service->tasks.open_count;
    service->metrics.waiting = queue_length(service->queue);
    service->metrics.warm = queue_warm(service->queue);
    service->metrics.up = queue_limits(service->queue) != NULL;
    http_answer(request, 200, "text/plain; version=0.0.4", text,
                metrics_print(&service->metrics, text));
}

const struct http_route service_routes[] = {
    {"GET", "/v1/evidence", serve_evidence}, {"POST", "/v1/tasks", serve_start},
    {"POST", "/v1/tasks/", serve_call},      {"DELETE", "/v1/tasks/", serve_abandon},
    {"GET", "/healthz", serve_health},       {"GET", "/metrics", serve_metrics},
};
const size_t service_route_count = sizeof service_routes / sizeof service_routes[0];

uint32_t service_connections_max(size_t body_max, size_t answer_max)
{
    const size_t affordable = HELD_MAX / (body_max + answer_max);

    return affordable >= SERVICE_CONNECTIONS_MAX   ? SERVICE_CONNECTIONS_MAX
           : affordable <= SERVICE_CONNECTIONS_MIN ? SERVICE_CONNECTIONS_MIN
                                                   : (uint32_t)affordable;
}

static void on_started(void *context)
{
    struct service *service = context;

    service->metrics.starts++;
    tasks_clear(&service->tasks);
}

static void on_poisoned(void *context)
{
    ((struct service *)context)->metrics.poisoned++;
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
    uint8_t id[POBF_TASK_ID_BYTES];
    struct timespec now;

    (void)none;
    (void)what;
    clock_gettime(CLOCK_MONOTONIC, &now);
    while (tasks_expire(&service->tasks, id, now.tv_sec)) {
        exchange_begin(service, NULL, LINK_ABANDON, id, NULL, 0);
    }
}

static enum pobf_status start_monitor(struct service *service, const struct link_options *link)
{
    struct queue_options options = {
        .base = http_base(service->http),
        .link = *link,
        .warm = service->warm,
        .slack_s = MONITOR_SLACK_S,
        .context = service,
        .started = on_started,
        .poisoned = on_poisoned,
        .given_up = on_given_up,
    };
    const enum pobf_status status = queue_open(&service->queue, &options);

    if (status != POBF_OK) {
        talk_error(status, link->monitor_path, NULL);
        return status;
    }
    on_started(service);
    return POBF_OK;
}

enum pobf_status service_open(struct service *service, struct http *http,
                              const struct link_options *link, size_t warm, const char *receipts)
{
    const struct timeval second = {1, 0};
    enum pobf_status status;

    *service = (struct service){.http = http, .receipts = receipts, .warm = warm};
    status = start_monitor(service, link);
    if (status != POBF_OK) {
        return status;
    }
    sodium_bin2hex(service->metrics.function, sizeof service->metrics.function,
                   queue_limits(service->queue)->measurement,
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
    queue_close(service->queue);
}
