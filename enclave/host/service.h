#ifndef POBF_ENCLAVE_HOST_SERVICE_H
#define POBF_ENCLAVE_HOST_SERVICE_H

#include "edge/http/http.h"
#include "enclave/host/metrics.h"
#include "enclave/host/queue.h"
#include "enclave/host/tasks.h"

/*
 * A function, served over HTTP. The host moves sealed bytes; it cannot read them.
 *
 *   GET    /v1/evidence?nonce=HEX64   200 application/eat+cwt
 *   POST   /v1/tasks                  201 application/cose: an offer; Location: /v1/tasks/ID
 *   POST   /v1/tasks/ID               200 application/cbor: [receipt, sealed answer]
 *   DELETE /v1/tasks/ID               200 application/cose: the receipt
 *   GET    /healthz                   200 or 503 application/json
 *   GET    /metrics                   200 text/plain, Prometheus
 *
 * Whatever is refused is told as application/problem+json with field, expected and seen. Every
 * receipt is recorded before the answer leaves; an offer that is not used in time is abandoned.
 */
struct service {
    struct http *http;
    struct queue *queue;
    const char *receipts; /* a folder; NULL: receipts are only handed out */
    struct event *clock;
    size_t warm; /* monitors kept ready */
    struct tasks tasks;
    struct metrics metrics;
    int failed; /* 1: no monitor stays up */
};

extern const struct http_route service_routes[];
extern const size_t service_route_count;

enum { SERVICE_CONNECTIONS_MIN = 4, SERVICE_CONNECTIONS_MAX = 256 };

/*
 * How many connections there may be at once. Each may hold a whole body and a whole answer: all of
 * them together hold at most 1 GiB, or what the least number of connections holds.
 */
uint32_t service_connections_max(size_t body_max, size_t answer_max);

/*
 * `service` is the context of the routes.
 *   link  its image and path must stay valid
 *   warm  monitors kept ready beside the one that serves, at most POOL_MAX
 * Tells people what is wrong; on failure service_close is still to be called.
 */
POBF_MUST_CHECK enum pobf_status service_open(struct service *service, struct http *http,
                                              const struct link_options *link, size_t warm,
                                              const char *receipts);
void service_close(struct service *service);

#endif
