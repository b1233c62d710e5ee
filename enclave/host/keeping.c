#include "enclave/host/keeping.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "contracts/sodium.h"
#include "edge/cli/talk.h"

struct keeping {
    struct job job; /* first */
    struct service *service;
    struct seat *seat; /* gone where the edition has no seats any more */
    struct edition *edition;
    struct job *first, *last; /* who waits for it */
    struct record record;
    uint8_t *evidence; /* owned */
};

/* POBF_E_STATE: the boot has ended meanwhile, and who waits for it is told as much. */
static enum pobf_status check_boot(const struct keeping *keeping)
{
    const struct link_limits *limits =
        keeping->edition->seats.count > 0 ? seat_limits(keeping->seat) : NULL;

    return limits != NULL && memcmp(limits->boot_id, keeping->record.intent.boot_id,
                                    sizeof limits->boot_id) == 0
               ? POBF_OK
               : POBF_E_STATE;
}

static void go_on(struct seat *seat, struct job *job, enum pobf_status status)
{
    const struct link_answer refusal = {.kind = LINK_EVIDENCE, .status = POBF_E_SYSTEM};

    if (status == POBF_OK) {
        status = queue_put(seat->queue, job) == POBF_OK ? POBF_OK : POBF_E_STATE;
    } else if (status != POBF_E_STATE) {
        job->done(job, &refusal);
    }
    if (status == POBF_E_STATE) {
        job->done(job, NULL);
    }
}

/* The last step, whatever came of it. */
static void settle(struct keeping *keeping, enum pobf_status status)
{
    struct job *job = keeping->first;

    if (status == POBF_OK) {
        status = check_boot(keeping);
    } else if (status != POBF_E_STATE) {
        talk_error(status, "the evidence of a boot could not be recorded", NULL);
    }
    if (keeping->edition->seats.count > 0) {
        keeping->seat->is_kept = status == POBF_OK;
        keeping->seat->keeping = NULL;
    }
    while (job != NULL) {
        struct job *next = job->next;

        go_on(keeping->seat, job, status);
        job = next;
    }
    keeping->edition->exchanges--;
    free(keeping->evidence);
    free(keeping);
}

static void on_recorded(struct record *record, enum pobf_status status)
{
    settle((struct keeping *)(void *)((uint8_t *)record - offsetof(struct keeping, record)),
           status == POBF_OK ? POBF_OK : POBF_E_SYSTEM);
}

static void record_evidence(struct keeping *keeping, const void *bytes, size_t size)
{
    struct record *record = &keeping->record;

    keeping->evidence = malloc(size);
    if (keeping->evidence == NULL) {
        settle(keeping, POBF_E_SYSTEM);
        return;
    }
    record->evidence = memcpy(keeping->evidence, bytes, size);
    record->evidence_size = size;
    record->done = on_recorded;
    recorder_put(keeping->service->recorder, record);
}

static void on_vouched(void *context, enum pobf_status status, const char *envelope)
{
    struct keeping *keeping = context;

    (void)status;
    if (envelope == NULL) {
        settle(keeping, POBF_E_SYSTEM);
    } else {
        record_evidence(keeping, envelope, strlen(envelope));
    }
}

static void on_evidence(struct job *job, const struct link_answer *answer)
{
    struct keeping *keeping = (struct keeping *)job;

    if (answer == NULL || answer->status != POBF_OK) {
        settle(keeping, answer == NULL ? POBF_E_STATE : POBF_E_SYSTEM);
        return;
    }
    memcpy(keeping->record.intent.boot_id, seat_limits(keeping->seat)->boot_id, POBF_BOOT_ID_BYTES);
    if (keeping->service->voucher != NULL) {
        voucher_ask(keeping->service->voucher, answer->body, answer->body_size, on_vouched,
                    keeping);
    } else {
        record_evidence(keeping, answer->body, answer->body_size);
    }
}

static void begin(struct keeping *keeping)
{
    keeping->job.kind = LINK_EVIDENCE;
    keeping->job.done = on_evidence;
    randombytes_buf(keeping->job.id, sizeof keeping->job.id);
    if (queue_put(keeping->seat->queue, &keeping->job) != POBF_OK) {
        settle(keeping, POBF_E_STATE);
    }
}

static void await(struct keeping *keeping, struct job *job)
{
    job->next = NULL;
    if (keeping->last == NULL) {
        keeping->first = job;
    } else {
        keeping->last->next = job;
    }
    keeping->last = job;
}

void keeping_put(struct service *service, struct seat *seat, struct job *job)
{
    struct keeping *keeping = seat->keeping;

    if (service->recorder == NULL || seat->is_kept) {
        go_on(seat, job, POBF_OK);
        return;
    }
    if (keeping != NULL) {
        await(keeping, job);
        return;
    }
    keeping = calloc(1, sizeof *keeping);
    if (keeping == NULL) {
        go_on(seat, job, POBF_E_SYSTEM);
        return;
    }
    keeping->service = service;
    keeping->seat = seat;
    keeping->edition = function_edition(seat);
    keeping->edition->exchanges++;
    seat->keeping = keeping;
    await(keeping, job);
    begin(keeping);
}
