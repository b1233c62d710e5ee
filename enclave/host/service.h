#ifndef POBF_ENCLAVE_HOST_SERVICE_H
#define POBF_ENCLAVE_HOST_SERVICE_H

#include "edge/cli/cli.h"
#include "edge/http/http.h"
#include "enclave/host/courier.h"
#include "enclave/host/function.h"
#include "enclave/host/recorder.h"
#include "enclave/host/voucher.h"

/*
 * Functions, served over HTTP. The host moves sealed bytes; it cannot read them.
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
 * All of it but /metrics is there for one function below /functions/NAME as well; where there are several,
 * it is there alone but for proofs and health. A function has its own trustlets, and its share of all
 * requests that may be under way; what is more is refused (503), so that the others are served.
 *
 * Several trustlets serve side by side. Who has appraised the evidence of one names its boot, and is
 * served by that one or refused (410); a task's id leads to who offered it. Evidence and offers say
 * their boot themselves, so that one that was not asked for is seen.
 * Whatever is refused is told as application/problem+json with field, expected and seen. Every
 * receipt is recorded before the answer leaves; an offer that is not used in time is abandoned. An
 * intent is recorded before a sealed input reaches a monitor, and is closed by the receipt, or by a
 * statement that there will be none.
 */
enum { SERVICE_FUNCTIONS_MAX = 64 };

struct service {
    struct http *http;
    struct function_host host;
    struct function *functions;
    size_t count;
    size_t share;                 /* requests of one function that may be under way */
    struct recorder *recorder;    /* NULL: receipts are only handed out, and intents not recorded */
    struct courier *courier;      /* NULL: receipts are brought to no log */
    const char *receipts;         /* the folder; NULL: none */
    struct voucher *voucher;      /* NULL: no platform vouches for evidence */
    const struct cli_list *names; /* of this host; none: any is taken */
    struct event *clock;
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

/* A function as it begins. */
struct service_function {
    const char *name;
    struct function_source source; /* taken over */
};

struct service_options {
    struct service_function *functions;
    size_t count;             /* from 1 to SERVICE_FUNCTIONS_MAX, no name twice */
    const char *monitor_path; /* these four are as in struct function_host */
    struct zygote *zygote;
    size_t trustlets;
    size_t warm;
    uint32_t connections_max;
    const char *receipts;           /* a folder that ledger_prepare has readied; NULL: none */
    struct courier *courier;        /* the service's from now on; NULL: none */
    struct envelope_source *source; /* of what vouches for evidence: taken over; NULL: nothing */
    const struct cli_list *names;   /* must stay valid */
};

/*
 * `service` is the context of the routes. Tells people what is wrong; on failure service_close is still
 * to be called.
 */
POBF_MUST_CHECK enum pobf_status service_open(struct service *service, struct http *http,
                                              const struct service_options *options);
void service_close(struct service *service);

/* The function that a request names by its path; where it names none, the only one. NULL: there is none. */
struct function *service_function(const struct service *service,
                                  const struct http_request *request);
/* 1 where its path is one below /functions/. */
int service_names_function(const struct http_request *request);

#endif
