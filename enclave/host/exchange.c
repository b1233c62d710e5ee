#include "enclave/host/exchange.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contracts/sodium.h"
#include "edge/cli/clock.h"
#include "edge/cli/talk.h"
#include "enclave/host/keeping.h"
#include "framework/wire/answer.h"

/* Of a task: the path that it was asked for at, with the longest name of a function, and its id. */
enum { LOCATION_ROOM = 256 };

struct exchange {
    struct job job; /* first: a job is its exchange */
    struct service *service;
    struct edition *edition; /* whose request it is; NULL: no monitor serves */
    struct seat *seat;
    struct http_request *request; /* NULL: nobody waits, or not any more */
    struct record record;         /* the intent, then what closes it */
    int is_recording;             /* 1: the record is the recorder's */
    int has_intent;               /* 1: on the disk, and not closed yet */
    int is_withheld;              /* 1: there is no intent, so the input went to no monitor */
    int is_over;                  /* 1: the queue has let go of the job */
    struct link_answer answer;    /* held until its receipt is on the disk */
    uint8_t *held;
};

static struct exchange *exchange_of(struct record *record)
{
    return (struct exchange *)(void *)((uint8_t *)record - offsetof(struct exchange, record));
}

static struct metrics *metrics_of(const struct exchange *exchange)
{
    return &exchange->edition->function->metrics;
}

/* For people: it may be wrong, and jump. A clock before 1970 is none. */
static uint64_t date_s(void)
{
    const time_t now = time(NULL);

    return now > 0 ? (uint64_t)now : 0;
}

/* Of a host for which no platform vouches. */
static void answer_evidence(struct exchange *exchange, const struct link_answer *answer)
{
    http_answer(exchange->request, 200, "application/eat+cwt", answer->body, answer->body_size);
}

static void answer_offer(struct exchange *exchange, const struct link_answer *answer)
{
    char hex[2 * POBF_TASK_ID_BYTES + 1];
    char location[LOCATION_ROOM];
    struct pobf_offer offer;

    if (pobf_offer_parse(&offer, answer->body, answer->body_size) != POBF_OK) {
        http_refuse(exchange->request, POBF_E_SYSTEM, "offer", NULL, NULL);
        return;
    }
    tasks_add(&exchange->seat->tasks, offer.task_id, clock_s());
    sodium_bin2hex(hex, sizeof hex, offer.task_id, POBF_TASK_ID_BYTES);
    snprintf(location, sizeof location, "%s/%s", http_path(exchange->request), hex);
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
            tasks_add(&exchange->seat->tasks, offer.task_id, clock_s()); /* it runs out, then */
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

/* The monitor refused, and there is no receipt: the task was not touched, or there is none. */
static void answer_refusal(struct exchange *exchange, const struct link_answer *answer)
{
    if (answer->kind == LINK_START && answer->status == POBF_E_SPACE) {
        http_set_header(exchange->request, "Retry-After", "1");
        http_problem(exchange->request, 503, "too many tasks are open, try again soon", "tasks",
                     "less than 64 open", NULL);
        return;
    }
    if (exchange->job.kind == LINK_START && answer->kind == LINK_EVIDENCE) {
        http_problem(exchange->request, 500, "the evidence of this boot could not be recorded",
                     "evidence", NULL, NULL);
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

/* What the client is told where there is an answer that may leave. */
static void answer_client(struct exchange *exchange, const struct link_answer *answer)
{
    if (exchange->is_withheld && exchange->request != NULL) {
        http_problem(exchange->request, 500, "the intent could not be recorded", "intent", NULL,
                     NULL);
    } else if (exchange->request != NULL) {
        answer_request(exchange, answer);
    } else if (exchange->job.kind == LINK_START && answer->status == POBF_OK) {
        abandon_offer(exchange, answer);
    }
}

static void free_exchange(struct exchange *exchange)
{
    if (exchange->edition != NULL) {
        exchange->edition->exchanges--;
    }
    free(exchange->held);
    free(exchange);
}

/* There was a receipt, and it is not on the disk: its answer must not leave. */
static void lose_receipt(struct exchange *exchange, enum pobf_status status)
{
    metrics_of(exchange)->receipts_lost++;
    talk_error(status, "a receipt could not be recorded", NULL);
    if (exchange->request != NULL) {
        http_problem(exchange->request, 500, "the receipt could not be recorded", "receipt", NULL,
                     NULL);
    }
    free_exchange(exchange);
}

static void refuse_vouching(struct http_request *request, enum pobf_status status)
{
    if (status == POBF_E_STATE) {
        http_set_header(request, "Retry-After", "1");
        http_problem(request, 503, "the platform is too slow to vouch for this evidence",
                     "platform", "an answer in time", "none yet");
    } else {
        http_problem(request, 503, "the platform does not vouch", "platform", NULL, NULL);
    }
}

static void on_vouched(void *context, enum pobf_status status, const char *envelope)
{
    struct exchange *exchange = context;

    if (exchange->request != NULL && envelope != NULL) {
        http_answer(exchange->request, 200, "application/json", envelope, strlen(envelope));
    } else if (exchange->request != NULL) {
        refuse_vouching(exchange->request, status);
    }
    free_exchange(exchange);
}

/* 1 where a platform is to vouch for what the monitor says, and somebody waits for it. */
static int is_to_be_vouched_for(const struct exchange *exchange, const struct link_answer *answer)
{
    return answer != NULL && exchange->job.kind == LINK_EVIDENCE && has_result(answer) &&
           exchange->request != NULL && exchange->service->voucher != NULL;
}

/* The last step: all that had to be recorded is. NULL: the monitor is gone. */
static void finish(struct exchange *exchange, const struct link_answer *answer)
{
    if (is_to_be_vouched_for(exchange, answer)) {
        voucher_ask(exchange->service->voucher, answer->body, answer->body_size, on_vouched,
                    exchange);
        return;
    }
    if (answer != NULL) {
        answer_client(exchange, answer);
    } else if (exchange->request != NULL) {
        refuse_down(exchange->request);
    }
    free_exchange(exchange);
}

static void bring_to_log(struct service *service, const struct pobf_receipt *receipt)
{
    struct backlog_item item = {.sequence = receipt->sequence};

    if (service->courier != NULL) {
        memcpy(item.boot_id, receipt->boot_id, sizeof item.boot_id);
        courier_bring(service->courier, &item);
    }
}

static void on_receipt_recorded(struct record *record, enum pobf_status status)
{
    struct exchange *exchange = exchange_of(record);
    struct pobf_receipt receipt;

    if (status == POBF_OK) {
        status = pobf_receipt_parse(&receipt, record->receipt, record->receipt_size);
    }
    if (status != POBF_OK) {
        lose_receipt(exchange, status);
        return;
    }
    metrics_note_receipt(metrics_of(exchange), &receipt);
    bring_to_log(exchange->service, &receipt);
    finish(exchange, &exchange->answer);
}

/* Whatever the disk says: an intent that stays open is closed by the next host's statement. */
static void on_closed(struct record *record, enum pobf_status status)
{
    struct exchange *exchange = exchange_of(record);
    const int is_crash = record->kind == JOURNAL_CRASHED;

    if (status != POBF_OK) {
        talk_error(status, "the end of a task could not be recorded", NULL);
    }
    metrics_of(exchange)->crashed += (uint64_t)is_crash;
    finish(exchange, is_crash ? NULL : &exchange->answer);
}

static void close_intent(struct exchange *exchange, enum journal_kind kind)
{
    exchange->record.kind = kind;
    exchange->record.done = on_closed;
    recorder_put(exchange->service->recorder, &exchange->record);
}

/* The link's memory is the next request's: keep a copy. 0 where there is no memory for it. */
static int hold(struct exchange *exchange, const struct link_answer *answer)
{
    struct link_answer *held = &exchange->answer;
    const size_t size = answer->body_size + answer->receipt_size;

    *held = *answer;
    exchange->held = size == 0 ? NULL : malloc(size);
    if (exchange->held == NULL) {
        held->body = held->receipt = NULL;
        held->body_size = held->receipt_size = 0;
        return size == 0;
    }
    if (answer->body != NULL) {
        held->body = memcpy(exchange->held, answer->body, answer->body_size);
    }
    if (answer->receipt != NULL) {
        held->receipt =
            memcpy(exchange->held + answer->body_size, answer->receipt, answer->receipt_size);
    }
    return 1;
}

/*
 * Record it, and answer then. Where there is no memory to hold the answer the client gets none, but
 * the receipt is recorded all the same.
 */
static void record_receipt(struct exchange *exchange, const struct link_answer *answer)
{
    struct record *record = &exchange->record;
    struct pobf_receipt receipt;
    enum pobf_status status = pobf_receipt_parse(&receipt, answer->receipt, answer->receipt_size);

    if (status != POBF_OK || answer->receipt_size > sizeof record->receipt) {
        lose_receipt(exchange, POBF_E_INPUT);
        return;
    }
    exchange->seat->sequence = receipt.sequence;
    if (exchange->service->recorder == NULL) {
        metrics_note_receipt(metrics_of(exchange), &receipt);
        finish(exchange, answer);
        return;
    }
    if (!hold(exchange, answer)) {
        exchange->answer.status = POBF_E_SYSTEM;
    }
    record->kind = JOURNAL_RECEIPT;
    record->receipt_size = answer->receipt_size;
    memcpy(record->receipt, answer->receipt, answer->receipt_size);
    record->done = on_receipt_recorded;
    recorder_put(exchange->service->recorder, record);
}

static void on_done(struct job *job, const struct link_answer *answer)
{
    struct exchange *exchange = (struct exchange *)job;

    exchange->is_over = 1;
    if (exchange->is_recording) {
        return; /* the monitor went meanwhile: on_intent_recorded sees to it */
    }
    if (answer != NULL && answer->receipt != NULL) {
        record_receipt(exchange, answer);
    } else if (!exchange->has_intent) {
        finish(exchange, answer);
    } else if (answer == NULL) {
        close_intent(exchange, JOURNAL_CRASHED);
    } else {
        exchange->answer = (struct link_answer){.kind = answer->kind, .status = answer->status};
        close_intent(exchange, JOURNAL_REFUSED);
    }
}

/* The input goes no further: its task is given up in its place. */
static void give_up_task(struct exchange *exchange)
{
    exchange->job.kind = LINK_ABANDON;
    exchange->job.sealed_size = 0;
}

static void on_intent_recorded(struct record *record, enum pobf_status status)
{
    struct exchange *exchange = exchange_of(record);

    exchange->is_recording = 0;
    exchange->has_intent = status == POBF_OK;
    if (exchange->is_over) {
        on_done(&exchange->job, NULL);
        return;
    }
    if (status != POBF_OK) {
        metrics_of(exchange)->intents_lost++;
        talk_error(status, "an intent could not be recorded", NULL);
        exchange->is_withheld = 1;
        give_up_task(exchange);
    }
    queue_go(exchange->seat->queue);
}

/* Who sends an input still waits for the answer: on_gone sees to it that no other one is sent. */
static void on_fill(const struct job *job, uint8_t *to)
{
    const struct exchange *exchange = (const struct exchange *)job;

    http_body_copy(exchange->request, to);
}

/* First in line: so the number of its receipt is known. */
static void on_first(struct job *job)
{
    struct exchange *exchange = (struct exchange *)job;
    struct record *record = &exchange->record;
    struct intent *intent = &record->intent;
    enum pobf_status status;
    const uint8_t *sealed;
    size_t size;

    if (job->kind != LINK_CALL || exchange->service->recorder == NULL) {
        queue_go(exchange->seat->queue);
        return;
    }
    memcpy(intent->boot_id, seat_limits(exchange->seat)->boot_id, sizeof intent->boot_id);
    memcpy(intent->task_id, job->id, sizeof intent->task_id);
    intent->sequence = exchange->seat->sequence + 1;
    intent->at_s = date_s();
    randombytes_buf(intent->salt, sizeof intent->salt);
    sealed = http_body(exchange->request, &size);
    status = pobf_commitment_make(intent->commitment, intent->salt, sealed, size);
    record->kind = JOURNAL_INTENT;
    record->done = on_intent_recorded;
    exchange->is_recording = 1;
    if (status != POBF_OK) {
        on_intent_recorded(record, status);
    } else {
        recorder_put(exchange->service->recorder, record);
    }
}

/* The client has gone, and its input with it: a task whose input waits is given up in its place. */
static void on_gone(void *context)
{
    struct exchange *exchange = context;

    exchange->request = NULL;
    if (exchange->job.kind == LINK_CALL && !exchange->is_over &&
        !queue_is_sent(exchange->seat->queue, &exchange->job)) {
        give_up_task(exchange);
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
    exchange->job = *what;
    exchange->job.prepare = on_first;
    exchange->job.fill = on_fill;
    exchange->job.done = on_done;
    exchange->service = service;
    exchange->seat = seat;
    exchange->request = request;
    if (seat != NULL) {
        exchange->edition = function_edition(seat);
        exchange->edition->exchanges++;
    }
    if (request != NULL) {
        http_defer(request, on_gone, exchange);
    }
    if (seat == NULL) {
        on_done(&exchange->job, NULL);
    } else if (what->kind == LINK_START) {
        keeping_put(service, seat, &exchange->job);
    } else if (queue_put(seat->queue, &exchange->job) != POBF_OK) {
        on_done(&exchange->job, NULL);
    }
    return 1;
}
