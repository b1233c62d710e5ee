#include "enclave/host/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "edge/cli/file.h"
#include "edge/statement/intents.h"
#include "enclave/host/ledger.h"

enum { BATCH_MAX = 256 };

struct recorder {
    const char *folder;
    struct worker *worker;
    /* The thread's own while it runs. */
    struct journal journal;
    struct intents intents;
    int is_broken; /* 1: a write failed, so what this journal holds is not known */
    int is_kept;   /* 1: it holds a receipt that found no place in the folder */
    uint8_t batch[BATCH_MAX * JOURNAL_RECORD_ROOM];
};

/* A record begins with its work. */
static struct record *record_of(struct work *work)
{
    return (struct record *)work;
}

static size_t print_record(uint8_t *bytes, const struct record *record)
{
    if (record->evidence != NULL) {
        return 0;
    }
    return record->kind == JOURNAL_RECEIPT
               ? journal_print_receipt(bytes, record->receipt, record->receipt_size)
               : journal_print_intent(bytes, record->kind, &record->intent);
}

/* What the journal says of intents is known. */
static enum pobf_status pass_intent(void *context, enum journal_kind kind,
                                    const struct intent *intent)
{
    (void)context;
    (void)kind;
    (void)intent;
    return POBF_OK;
}

static enum pobf_status place_receipt(void *context, const uint8_t *bytes, size_t size)
{
    struct recorder *recorder = context;

    return ledger_place(&recorder->intents, recorder->folder, bytes, size);
}

/* Receipts that found no place, for want of room or for an error, are in the journal alone. */
static enum pobf_status place_kept(struct recorder *recorder)
{
    const struct journal_reader reader = {pass_intent, place_receipt, recorder};
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, recorder->journal.path, JOURNAL_ROOM);

    if (status == POBF_OK) {
        status = journal_read(bytes, size, &reader);
    }
    file_free(bytes, size);
    recorder->is_kept = status != POBF_OK;
    return status;
}

/* Another file, with what is open; all that the old one held has its place by then. */
static enum pobf_status begin_anew(struct recorder *recorder)
{
    enum pobf_status status = recorder->is_kept ? place_kept(recorder) : POBF_OK;
    const struct intents *intents = &recorder->intents;
    uint8_t *bytes = malloc((intents->count + 1) * JOURNAL_RECORD_ROOM);
    size_t size = 0;

    if (status == POBF_OK) {
        status = bytes == NULL ? POBF_E_SYSTEM : ledger_sync(recorder->folder);
    }

    for (size_t i = 0; status == POBF_OK && i < intents->count; i++) {
        size += journal_print_intent(bytes + size, JOURNAL_INTENT, &intents->open[i]);
    }
    if (status == POBF_OK) {
        status = journal_begin(&recorder->journal, recorder->folder, bytes, size);
    }
    free(bytes);
    recorder->is_broken = status != POBF_OK;
    return status;
}

static enum pobf_status write_batch(struct recorder *recorder, size_t size)
{
    enum pobf_status status = recorder->is_broken
                                  ? POBF_E_SPACE
                                  : journal_write(&recorder->journal, recorder->batch, size);

    if (status == POBF_E_SPACE && begin_anew(recorder) == POBF_OK) {
        status = journal_write(&recorder->journal, recorder->batch, size);
    }
    recorder->is_broken |= status == POBF_E_SYSTEM;
    return status;
}

/* What follows from a record that is durable in the journal. */
static enum pobf_status settle(struct recorder *recorder, const struct record *record)
{
    struct pobf_receipt receipt;
    enum pobf_status status;

    if (record->evidence != NULL) {
        return POBF_OK;
    }
    if (record->kind == JOURNAL_INTENT) {
        return intents_add(&recorder->intents, &record->intent);
    }
    if (record->kind == JOURNAL_RECEIPT) {
        status = ledger_record(&receipt, recorder->folder, record->receipt, record->receipt_size);
        recorder->is_kept |= status != POBF_OK;
        if (status == POBF_OK) {
            intents_close(&recorder->intents, receipt.task_id);
        }
        return status;
    }
    intents_close(&recorder->intents, record->intent.task_id);
    return POBF_OK;
}

/* A statement is durable before the journal says so. */
static enum pobf_status write_first(const struct recorder *recorder, const struct record *record)
{
    if (record->evidence != NULL) {
        return ledger_keep(recorder->folder, record->intent.boot_id, record->evidence,
                           record->evidence_size);
    }
    return record->kind == JOURNAL_CRASHED ? ledger_state(recorder->folder, &record->intent)
                                           : POBF_OK;
}

static void write_all(void *context, struct work *first)
{
    struct recorder *recorder = context;
    enum pobf_status status;
    size_t size = 0;

    for (struct work *work = first; work != NULL; work = work->next) {
        struct record *record = record_of(work);

        record->status = write_first(recorder, record);
        if (record->status == POBF_OK) {
            size += print_record(recorder->batch + size, record);
        }
    }
    status = size > 0 ? write_batch(recorder, size) : POBF_OK;
    for (struct work *work = first; work != NULL; work = work->next) {
        struct record *record = record_of(work);

        if (record->status == POBF_OK) {
            record->status = status == POBF_OK ? settle(recorder, record) : status;
        }
    }
}

static void on_done(struct work *work)
{
    struct record *record = record_of(work);

    record->done(record, record->status);
}

void recorder_put(struct recorder *recorder, struct record *record)
{
    record->work.done = on_done;
    if (worker_put(recorder->worker, &record->work) != POBF_OK) {
        record->done(record, POBF_E_SYSTEM);
    }
}

enum pobf_status recorder_open(struct recorder **recorder, struct event_base *base,
                               const char *folder)
{
    struct recorder *made = calloc(1, sizeof *made);
    const struct worker_options options = {
        .base = base, .batch_max = BATCH_MAX, .run = write_all, .context = made};

    *recorder = made;
    if (made == NULL) {
        return POBF_E_SYSTEM;
    }
    made->folder = folder;
    made->journal.file = -1;
    if (worker_open(&made->worker, &options) != POBF_OK ||
        journal_begin(&made->journal, folder, NULL, 0) != POBF_OK) {
        recorder_close(made);
        *recorder = NULL;
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

void recorder_close(struct recorder *recorder)
{
    if (recorder == NULL) {
        return;
    }
    worker_close(recorder->worker);
    if (recorder->intents.count == 0 && !recorder->is_broken && !recorder->is_kept &&
        ledger_sync(recorder->folder) == POBF_OK) {
        journal_end(&recorder->journal);
    }
    journal_close(&recorder->journal);
    intents_free(&recorder->intents);
    free(recorder);
}
