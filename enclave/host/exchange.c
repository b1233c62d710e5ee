#include "enclave/host/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contracts/sodium.h"
#include "edge/cli/talk.h"
#include "enclave/host/ledger.h"
#include "enclave/tee/envelope.h"
#include "framework/wire/answer.h"

struct exchange {
    struct job job; /* first: a job is its exchange */
    struct service *service;
    struct seat *seat;
    struct http_request *request; /* NULL: nobody waits, or not any more */
};

static int64_t now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void answer_evidence(struct exchange *exchange, const struct link_answer *answer)
{
    const struct envelope_source *source = exchange->service->source;
    char *envelope;

    if (source == NULL || source->tpm == NULL) {
        http_answer(exchange->request, 200, "application/eat+cwt", answer->body, answer->body_size);
        return;
    }
    envelope = envelope_of_tpm(source, answer->body, answer->body_size);
    if (envelope == NULL) {
        http_problem(exchange->request, 503, "the TPM does not quote", "tpm", NULL, NULL);
        return;
    }
    http_answer(exchange->request, 200, "application/json", envelope, strlen(envelope));
    free(envelope);
}

static void answer_offer(struct exchange *exchange, const struct link_answer *answer)
{
    char hex[2 * POBF_TASK_ID_BYTES + 1];
    char location[sizeof "/v1/tasks/" + sizeof hex];
    struct pobf_offer offer;

    if (pobf_offer_parse(&offer, answer->body, answer->body_size) != POBF_OK) {
        http_refuse(exchange->request, POBF_E_SYSTEM, "offer", NULL, NULL);
        return;
    }
    tasks_add(&exchange->seat->tasks, offer.task_id, now_s());
    sodium_bin2hex(hex, sizeof hex, offer.task_id, POBF_TASK_ID_BYTES);
    snprintf(location, sizeof location, "/v1/tasks/%s", hex);
    http_set_header(exchange->request, "Location", location);
    http_answer(exchange->request, 201, "application/cose", answer->body, answer->body_size);
}

/* An offer that nobody has heard of any more: its key must not lie about. */
static void abandon_offer(struct exchange *exchange, const struct link_answer *answer)
{
    struct job abandon = {.kind = LINK_ABANDON};
    struct pobf_offer offer;

    if (pobf_offer_parse(&offer, answer->body, answer->body_size) == POBF_OK) {
        memcpy(abandon.id, offer.task_id, sizeof offer.task_id);
        if (!exchange_begin(exchange->service, exchange->seat, NULL, &abandon)) {
            tasks_add(&exchange->seat->tasks, offer.task_id, now_s()); /* it runs out, then */
        }
    }
}

static void answer_call(struct exchange *exchange, const struct link_answer *answer)
{
    const struct pobf_answer parts = {answer->receipt, answer->receipt_size, answer->body,
                                      answer->body_size};
    uint8_t head[POBF_ANSWER_HEAD_ROOM];
    size_t head_size;

    if (pobf_answer_print_head(head, sizeof head, &head_size, &parts) != POBF_OK) {
        http_refuse(exchange->request, POBF_E_SYSTEM, "answer", NULL, NULL);
        return;
    }
    http_answer_parts(exchange->request, 200, "application/cbor", head, head_size, answer->body,
                      answer->body_size);
}

static void answer_abandon(struct exchange *exchange, const struct link_answer *answer)
{
    http_answer(exchange->request, 200, "application/cose", answer->receipt, answer->receipt_size);
}

/* 0 where there was a receipt and it is not on the disk: then its answer must not leave. */
static int record(struct service *service, const struct link_answer *answer)
{
    struct pobf_receipt receipt;
    enum pobf_status status;

    if (answer->receipt == NULL) {
        return 1;
    }
    status = ledger_record(&receipt, service->receipts, answer->receipt, answer->receipt_size);
    if (status != POBF_OK) {
        service->metrics.receipts_lost++;
        talk_error(status, "a receipt could not be recorded", NULL);
        return 0;
    }
    metrics_note_receipt(&service->metrics, &receipt);
    return 1;
}

/* The monitor refused, and there is no receipt: the task was not touched, or there is none. */
static void answer_refusal(struct exchange *exchange, const struct link_answer *answer)
{
    if (answer->kind == LINK_START && answer->status == POBF_E_SPACE) {
        http_set_header(exchange->request, "Retry-After", "1");
        http_problem(exchange->request, 503, "too many tasks are open, try again soon", "tasks",
                     "less than 64 open", NULL);
        return;
    }
    /* A task that ended well without a receipt did not end well. */
    http_refuse(exchange->request, answer->status == POBF_OK ? POBF_E_SYSTEM : answer->status,
                answer->kind == LINK_EVIDENCE ? NULL : "task id", NULL, NULL);
}

static int has_result(const struct link_answer *answer)
{
    return answer->kind == LINK_CALL || answer->kind == LINK_ABANDON ? answer->receipt != NULL
                                                                     : answer->status == POBF_OK;
}

static void answer_request(struct exchange *exchange, const struct link_answer *answer)
{
    static void (*const answers[])(struct exchange *, const struct link_answer *) = {
        [LINK_EVIDENCE] = answer_evidence,
        [LINK_START] = answer_offer,
        [LINK_CALL] = answer_call,
        [LINK_ABANDON] = answer_abandon,
    };

    if (has_result(answer)) {
        answers[exchange->job.kind](exchange, answer);
    } else {
        answer_refusal(exchange, answer);
    }
}

static void refuse_down(struct http_request *request)
{
    http_set_header(request, "Retry-After", "1");
    http_problem(request, 503, "the enclave has ended and is started anew; the task is forgotten",
                 "monitor", "running", "ended");
}

static void on_done(struct job *job, const struct link_answer *answer)
{
    struct exchange *exchange = (struct exchange *)job;

    if (answer == NULL) {
        if (exchange->request != NULL) {
            refuse_down(exchange->request);
        }
    } else if (!record(exchange->service, answer)) {
        if (exchange->request != NULL) {
            http_problem(exchange->request, 500, "the receipt could not be recorded", "receipt",
                         NULL, NULL);
        }
    } else if (exchange->request != NULL) {
        answer_request(exchange, answer);
    } else if (job->kind == LINK_START && answer->status == POBF_OK) {
        abandon_offer(exchange, answer);
    }
    free(exchange);
}

/* The client has gone, and its input with it: a task whose input waits is given up in its place. */
static void on_gone(void *context)
{
    struct exchange *exchange = context;

    exchange->request = NULL;
    if (exchange->job.kind == LINK_CALL && !queue_is_sent(exchange->seat->queue, &exchange->job)) {
        exchange->job.kind = LINK_ABANDON;
        exchange->job.sealed = NULL;
        exchange->job.sealed_size = 0;
    }
}

int exchange_begin(struct service *service, struct seat *seat, struct http_request *request,
                   const struct job *what)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);

    if (exchange == NULL) {
        if (request != NULL) {
            http_refuse(request, POBF_E_SYSTEM, NULL, NULL, NULL);
        }
        return 0;
    }
    *exchange = (struct exchange){*what, service, seat, request};
    exchange->job.done = on_done;
    if (request != NULL) {
        http_defer(request, on_gone, exchange);
    }
    if (seat == NULL || queue_put(seat->queue, &exchange->job) != POBF_OK) {
        on_done(&exchange->job, NULL);
    }
    return 1;
}
