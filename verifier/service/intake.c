#include "verifier/service/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "edge/cli/talk.h"
#include "edge/tlog/inclusion.h"
#include "framework/wire/receipt.h"
#include "verifier/log/tree.h"
#include "verifier/service/admission.h"
#include "verifier/service/cosigners.h"

enum { GATHER_US = 3000, WAITING_MAX = 1024 };

/* A receipt, and who waits for its proof. */
struct waiting {
    struct http_request *request; /* NULL: nobody, or not any more */
    uint8_t leaf[POBF_MERKLE_BYTES];
    uint8_t bytes[POBF_RECEIPT_ROOM];
    size_t size;
};

struct intake {
    struct intake_options options;
    struct sequencer *log; /* NULL: it failed, and is to be taken over anew */
    struct admission admission;
    struct cosigners *cosigners; /* NULL: nobody is asked to sign */
    struct event *gathered;
    struct waiting *waiting[WAITING_MAX];
    size_t count;
    size_t published; /* the first of them, whose checkpoint witnesses are asked to sign */
    int is_round;     /* 1: they are */
};

enum pobf_status intake_open(struct intake **intake, struct sequencer *log,
                             const struct intake_options *options)
{
    struct intake *made = calloc(1, sizeof *made);
    enum pobf_status status;

    *intake = made;
    if (made == NULL) {
        sequencer_close(log);
        return POBF_E_SYSTEM;
    }
    made->options = *options;
    made->log = log;
    status = admission_open(&made->admission, options->folder);
    return status == POBF_OK ? admission_catch_up(&made->admission, log) : status;
}

void intake_close(struct intake *intake)
{
    if (intake == NULL) {
        return;
    }
    for (size_t i = 0; i < intake->count; i++) {
        free(intake->waiting[i]);
    }
    admission_close(&intake->admission);
    sequencer_close(intake->log);
    free(intake);
}

static void answer_later(struct http_request *request)
{
    http_set_header(request, "Retry-After", "1");
    http_problem(request, 503, "the log cannot take receipts now, try again", "log", NULL, NULL);
}

/* The proof of a place in the newest checkpoint. */
static enum pobf_status print_proof(const struct intake *intake, char **text, size_t *size,
                                    uint64_t index)
{
    struct inclusion inclusion = {.index = index};
    enum pobf_status status = tree_inclusion(intake->admission.mirror, &inclusion.proof, index,
                                             sequencer_checkpoint(intake->log)->size);

    inclusion.checkpoint = sequencer_note(intake->log, &inclusion.checkpoint_size);
    return status == POBF_OK ? inclusion_print(text, size, &inclusion) : status;
}

/*
 * POBF_E_MISSING where it is not in the log; nothing was answered then, nor after any other
 * failure.
 */
static enum pobf_status answer_place(const struct intake *intake, struct http_request *request,
                                     const uint8_t leaf[POBF_MERKLE_BYTES])
{
    uint64_t index;
    char *text = NULL;
    size_t size;
    enum pobf_status status = admission_find(&intake->admission, &index, leaf, intake->log);

    if (status == POBF_OK) {
        status = print_proof(intake, &text, &size, index);
    }
    if (status == POBF_OK) {
        http_answer(request, 200, "text/plain; charset=utf-8", text, size);
    }
    free(text);
    return status;
}

static enum pobf_status publish(struct intake *intake)
{
    struct entry entries[WAITING_MAX];
    uint64_t places[WAITING_MAX];
    enum pobf_status status;

    for (size_t i = 0; i < intake->count; i++) {
        entries[i] = (struct entry){intake->waiting[i]->bytes, intake->waiting[i]->size};
    }
    status = admission_take(&intake->admission, places, intake->log, entries, intake->count);
    if (status == POBF_OK) {
        status = sequencer_publish(intake->log);
    }
    return status == POBF_OK ? admission_catch_up(&intake->admission, intake->log) : status;
}

/* What failed is not known to be there or not; so it is opened again, as after a crash. */
static void give_up_log(struct intake *intake, enum pobf_status status)
{
    talk_error(status, intake->options.folder, "receipts could not be logged");
    sequencer_close(intake->log);
    intake->log = NULL;
}

/* The first `count` of those who wait; `status` is what became of their publication. */
static void answer(struct intake *intake, size_t count, enum pobf_status status)
{
    for (size_t i = 0; i < count; i++) {
        struct waiting *waiting = intake->waiting[i];

        if (waiting->request != NULL &&
            (status != POBF_OK ||
             answer_place(intake, waiting->request, waiting->leaf) != POBF_OK)) {
            answer_later(waiting->request);
        }
        free(waiting);
    }
    intake->count -= count;
    memmove(intake->waiting, intake->waiting + count, intake->count * sizeof intake->waiting[0]);
}

/* Who came while witnesses were asked has waited long enough for others. */
static void on_settled(void *context)
{
    static const struct timeval at_once = {0, 0};
    struct intake *intake = context;

    intake->is_round = 0;
    answer(intake, intake->published, POBF_OK);
    intake->published = 0;
    if (intake->count > 0) {
        event_add(intake->gathered, &at_once);
    }
}

static void on_gathered(evutil_socket_t none, short what, void *context)
{
    struct intake *intake = context;
    const enum pobf_status status = publish(intake);

    (void)none;
    (void)what;
    if (status == POBF_OK && intake->cosigners != NULL) {
        intake->published = intake->count;
        intake->is_round = 1;
        cosigners_ask(intake->cosigners);
        return;
    }
    answer(intake, intake->count, status);
    if (status != POBF_OK) {
        give_up_log(intake, status);
    }
}

static struct sequencer *log_of(void *context)
{
    return ((struct intake *)context)->log;
}

enum pobf_status intake_attach(struct intake *intake, struct http *http)
{
    const struct cosigners_options options = {
        .base = http_base(http),
        .folder = intake->options.folder,
        .quorum = intake->options.quorum,
        .log = log_of,
        .settled = on_settled,
        .context = intake,
    };

    intake->gathered = evtimer_new(http_base(http), on_gathered, intake);
    if (intake->gathered == NULL) {
        return POBF_E_SYSTEM;
    }
    return options.quorum == NULL ? POBF_OK : cosigners_open(&intake->cosigners, &options);
}

void intake_detach(struct intake *intake)
{
    if (intake != NULL && intake->gathered != NULL) {
        cosigners_close(intake->cosigners);
        intake->cosigners = NULL;
        event_free(intake->gathered);
        intake->gathered = NULL;
    }
}

static void on_gone(void *context)
{
    struct waiting *waiting = context;

    waiting->request = NULL;
}

/* 1 where there is a log to take receipts. */
static int has_log(struct intake *intake)
{
    if (intake->log == NULL &&
        sequencer_open(&intake->log, intake->options.folder, intake->options.key) != POBF_OK) {
        intake->log = NULL;
    }
    return intake->log != NULL && admission_catch_up(&intake->admission, intake->log) == POBF_OK;
}

static void wait_for_others(struct intake *intake, struct http_request *request,
                            const uint8_t leaf[POBF_MERKLE_BYTES], const uint8_t *bytes,
                            size_t size)
{
    const struct timeval while_others_come = {0, GATHER_US};
    struct waiting *waiting = calloc(1, sizeof *waiting);

    if (waiting == NULL || intake->count == WAITING_MAX) {
        free(waiting);
        answer_later(request);
        return;
    }
    waiting->request = request;
    memcpy(waiting->leaf, leaf, sizeof waiting->leaf);
    memcpy(waiting->bytes, bytes, size);
    waiting->size = size;
    http_defer(request, on_gone, waiting);
    if (intake->count == 0) {
        event_add(intake->gathered, &while_others_come);
    }
    intake->waiting[intake->count++] = waiting;
}

void intake_add(struct http_request *request, struct intake *intake)
{
    uint8_t leaf[POBF_MERKLE_BYTES];
    struct pobf_receipt receipt;
    enum pobf_status status = POBF_E_SYSTEM;
    size_t size;
    const uint8_t *bytes = http_body(request, &size);

    if (size > POBF_RECEIPT_ROOM || pobf_receipt_parse(&receipt, bytes, size) != POBF_OK) {
        http_refuse(request, POBF_E_INPUT, "body", "a receipt, and nothing else", NULL);
        return;
    }
    if (has_log(intake) && pobf_merkle_leaf(leaf, bytes, size) == POBF_OK) {
        status = intake->is_round ? POBF_E_MISSING : answer_place(intake, request, leaf);
    }
    if (status == POBF_E_MISSING) {
        wait_for_others(intake, request, leaf, bytes, size);
    } else if (status != POBF_OK) {
        answer_later(request);
    }
}

void intake_expose(const struct intake *intake, struct exposition *page)
{
    exposition_one(page, "pobf_log_entries", "gauge", "Receipts in the log.",
                   intake->log == NULL ? 0 : sequencer_size(intake->log));
    exposition_one(page, "pobf_log_waiting", "gauge", "Receipts that wait for their proof.",
                   intake->count);
    exposition_one(page, "pobf_log_up", "gauge", "1 where the log takes receipts.",
                   intake->log != NULL);
    if (intake->cosigners != NULL) {
        cosigners_expose(intake->cosigners, page);
    }
}
