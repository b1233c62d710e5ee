#ifndef POBF_ENCLAVE_HOST_SERVICE_H
#define POBF_ENCLAVE_HOST_SERVICE_H

#include "edge/cli/cli.h"
#include "edge/http/http.h"
#include "enclave/host/courier.h"
#include "enclave/host/metrics.h"
#include "enclave/host/recorder.h"
#include "enclave/host/seats.h"
#include "enclave/host/voucher.h"

/*
 * A function, served over HTTP. The host moves sealed bytes; it cannot read them.
 *
 *   GET    /v1/evidence?nonce=HEX64[&boot=HEX32]  200 application/eat+cwt; with a TPM application/json
 *          &host=HOST:PORT, over TLS: bound to the connection (edge/http/channel.h)
 *   POST   /v1/tasks[?boot=HEX32]                 201 application/cose: an offer; Location: /v1/tasks/ID
 *   POST   /v1/tasks/ID                           200 application/cbor: [receipt, sealed answer]
 *   DELETE /v1/tasks/ID                           200 application/cose: the receipt
 *   GET    /v1/proofs/BOOT/SEQUENCE               200 text/plain: a receipt's proof from the log
 *   GET    /healthz                               200 or 503 application/json
 *   GET    /metrics                               200 text/plain, Prometheus
 *
 * Several trustlets serve side by side. Who has appraised the evidence of one names its boot, and is
 * served by that one or refused (410); a task's id leads to who offered it. Evidence and offers say
 * their boot themselves, so that one that was not asked for is seen.
 * Whatever is refused is told as application/problem+json with field, expected and seen. Every
 * receipt is recorded before the answer leaves; an offer that is not used in time is abandoned. An
 * intent is recorded before a sealed input reaches a monitor, and is closed by the receipt, or by a
 * statement that there will be none.
 */
struct service {
    struct http *http;
    struct seats seats;
    struct recorder *recorder;    /* NULL: receipts are only handed out, and intents not recorded */
    struct courier *courier;      /* NULL: receipts are brought to no log */
    const char *receipts;         /* the folder; NULL: none */
    struct voucher *voucher;      /* NULL: no platform vouches for evidence */
    const struct cli_list *names; /* of this host; none: any is taken */
    struct event *clock;
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

struct service_options {
    struct link_options link; /* its image and path must stay valid */
    size_t trustlets;         /* that serve side by side, at most SEATS_MAX */
    size_t warm;          /* kept ready beside them, for every processor; at most POOL_WARM_MAX */
    const char *receipts; /* a folder that ledger_prepare has readied; NULL: none */
    struct courier *courier;        /* the service's from now on; NULL: none */
    struct envelope_source *source; /* of what vouches for evidence: taken over */
    const struct cli_list *names;   /* must stay valid */
};

/*
 * `service` is the context of the routes. Tells people what is wrong; on failure service_close is still
 * to be called.
 */
POBF_MUST_CHECK enum pobf_status service_open(struct service *service, struct http *http,
                                              const struct service_options *options);
void service_close(struct service *service);

#endif
