#include "enclave/host/health.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "contracts/sodium.h"
#include "edge/http/exposition.h"
#include "enclave/host/service.h"

/* The boots that serve. */
static json_t *list_boots(const struct seats *seats)
{
    json_t *boots = json_array();
    char hex[2 * POBF_BOOT_ID_BYTES + 1];

    for (size_t i = 0; i < seats->count; i++) {
        const struct link_limits *limits = seat_limits(&seats->seat[i]);

        if (limits != NULL) {
            sodium_bin2hex(hex, sizeof hex, limits->boot_id, POBF_BOOT_ID_BYTES);
            json_array_append_new(boots, json_string(hex));
        }
    }
    return boots;
}

/* *serves is 0 from now on where nothing does. */
static json_t *health_of(const struct function *function, int *serves)
{
    const struct edition *edition = function->current;
    json_t *boots = list_boots(&edition->seats);
    char hex[2 * POBF_DIGEST_BYTES + 1];

    sodium_bin2hex(hex, sizeof hex, edition->source.image.measurement, POBF_DIGEST_BYTES);
    *serves = *serves && json_array_size(boots) > 0;
    return json_pack("{ss ss so}", "status", json_array_size(boots) > 0 ? "ok" : "starting",
                     "measurement", hex, "boot_ids", boots);
}

static json_t *health_of_all(const struct service *service, int *serves)
{
    json_t *functions = json_object();

    for (size_t i = 0; i < service->count; i++) {
        json_object_set_new(functions, service->functions[i].name,
                            health_of(&service->functions[i], serves));
    }
    return json_pack("{ss so}", "status", *serves ? "ok" : "starting", "functions", functions);
}

static void answer(struct http_request *request, json_t *health, int serves)
{
    char *text = json_dumps(health, JSON_COMPACT);

    json_decref(health);
    if (text == NULL) {
        http_refuse(request, POBF_E_SYSTEM, NULL, NULL, NULL);
        return;
    }
    http_answer(request, serves ? 200 : 503, "application/json", text, strlen(text));
    free(text);
}

void health_serve(struct http_request *request, void *context)
{
    const struct service *service = context;
    const struct function *function = service_function(service, request);
    int serves = 1;
    json_t *health;

    if (function == NULL && service_names_function(request)) {
        http_refuse(request, POBF_E_MISSING, "function", "one that /healthz lists", NULL);
        return;
    }
    health = function != NULL ? health_of(function, &serves) : health_of_all(service, &serves);
    answer(request, health, serves);
}

static void count_host(const struct service *service, struct metrics_host *host)
{
    *host = (struct metrics_host){.idle = 0};
    if (service->host.zygote != NULL) {
        host->idle = service->host.zygote->idle_count;
    }
    if (service->courier != NULL) {
        courier_count(service->courier, &host->log);
    }
}

void health_serve_metrics(struct http_request *request, void *context)
{
    struct service *service = context;
    const struct metrics *functions[SERVICE_FUNCTIONS_MAX];
    char *text = malloc(service->count * METRICS_TEXT_ROOM);
    struct metrics_host host;

    if (text == NULL) {
        http_refuse(request, POBF_E_SYSTEM, NULL, NULL, NULL);
        return;
    }
    for (size_t i = 0; i < service->count; i++) {
        function_count(&service->functions[i]);
        functions[i] = &service->functions[i].metrics;
    }
    count_host(service, &host);
    http_answer(request, 200, EXPOSITION_MEDIA_TYPE, text,
                metrics_print(text, functions, service->count, &host));
    free(text);
}
