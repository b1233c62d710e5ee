#include "enclave/host/recorder.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "edge/cli/file.h"
#include "enclave/host/intents.h"
#include "enclave/host/ledger.h"

enum { BATCH_MAX = 256 };

struct list {
    struct record *first, *last;
};

struct recorder {
    const char *folder;
    pthread_t thread;
    int runs; /* 1: there is a thread */
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct list waiting, done; /* these and `stops` under the lock */
    int stops;
    int bell; /* readable: something is done */
    struct event *rung;
    /* The thread's own while it runs. */
    struct journal journal;
    struct intents intents;
    int is_broken; /* 1: a write failed, so what this journal holds is not known */
    int is_kept;   /* 1: it holds a receipt that found no place in the folder */
    uint8_t batch[BATCH_MAX * JOURNAL_RECORD_ROOM];
};

static void append(struct list *list, struct record *record)
{
    record->next = NULL;
    if (list->last == NULL) {
        list->first = record;
    } else {
        list->last->next = record;
    }
    list->last = record;
}

static struct record *take_first(struct list *list)
{
    struct record *record = list->first;

    list->first = record->next;
    list->last = list->first == NULL ? NULL : list->last;
    return record;
}

static size_t print_record(uint8_t *bytes, const struct record *record)
{
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
static enum pobf_status state_first(const struct recorder *recorder, const struct record *record)
{
    return record->kind == JOURNAL_CRASHED ? ledger_state(recorder->folder, &record->intent)
                                           : POBF_OK;
}

static void write_all(struct recorder *recorder, struct record *first)
{
    enum pobf_status status;
    size_t size = 0;

    for (struct record *record = first; record != NULL; record = record->next) {
        record->status = state_first(recorder, record);
        if (record->status == POBF_OK) {
            size += print_record(recorder->batch + size, record);
        }
    }
    status = size > 0 ? write_batch(recorder, size) : POBF_OK;
    for (struct record *record = first; record != NULL; record = record->next) {
        if (record->status == POBF_OK) {
            record->status = status == POBF_OK ? settle(recorder, record) : status;
        }
    }
}

/* At most BATCH_MAX of those that wait; NULL: there is none, and there will be no other. */
static struct record *take_batch(struct recorder *recorder)
{
    struct list batch = {NULL, NULL};

    pthread_mutex_lock(&recorder->lock);
    while (recorder->waiting.first == NULL && !recorder->stops) {
        pthread_cond_wait(&recorder->filled, &recorder->lock);
    }
    for (int i = 0; i < BATCH_MAX && recorder->waiting.first != NULL; i++) {
        append(&batch, take_first(&recorder->waiting));
    }
    pthread_mutex_unlock(&recorder->lock);
    return batch.first;
}

static void give_back(struct recorder *recorder, struct record *first)
{
    struct list batch = {first, NULL};
    const uint64_t one = 1;

    pthread_mutex_lock(&recorder->lock);
    while (batch.first != NULL) {
        append(&recorder->done, take_first(&batch));
    }
    pthread_mutex_unlock(&recorder->lock);
    if (write(recorder->bell, &one, sizeof one) != sizeof one) {
        return; /* the counter is full: it is readable */
    }
}

static void *work(void *context)
{
    struct recorder *recorder = context;
    struct record *batch;

    while ((batch = take_batch(recorder)) != NULL) {
        write_all(recorder, batch);
        give_back(recorder, batch);
    }
    return NULL;
}

static void tell_done(struct recorder *recorder)
{
    for (;;) {
        struct record *record = NULL;

        pthread_mutex_lock(&recorder->lock);
        if (recorder->done.first != NULL) {
            record = take_first(&recorder->done);
        }
        pthread_mutex_unlock(&recorder->lock);
        if (record == NULL) {
            return;
        }
        record->done(record, record->status);
    }
}

static void on_rung(evutil_socket_t bell, short what, void *context)
{
    uint64_t count;

    (void)what;
    if (read(bell, &count, sizeof count) == sizeof count) {
        tell_done(context);
    }
}

/*
 * With the first record, and not before: Landlock holds for the thread that asks for it and those that it
 * makes from then on. Signals are the loop's.
 */
static int has_thread(struct recorder *recorder)
{
    sigset_t all, before;

    if (!recorder->runs) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        recorder->runs = pthread_create(&recorder->thread, NULL, work, recorder) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    return recorder->runs;
}

void recorder_put(struct recorder *recorder, struct record *record)
{
    if (!has_thread(recorder)) {
        record->done(record, POBF_E_SYSTEM);
        return;
    }
    pthread_mutex_lock(&recorder->lock);
    append(&recorder->waiting, record);
    pthread_cond_signal(&recorder->filled);
    pthread_mutex_unlock(&recorder->lock);
}

enum pobf_status recorder_open(struct recorder **recorder, struct event_base *base,
                               const char *folder)
{
    struct recorder *made = calloc(1, sizeof *made);

    *recorder = made;
    if (made == NULL) {
        return POBF_E_SYSTEM;
    }
    made->folder = folder;
    made->journal.file = -1;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->filled, NULL);
    made->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    made->rung = event_new(base, made->bell, EV_READ | EV_PERSIST, on_rung, made);
    if (made->bell < 0 || made->rung == NULL || event_add(made->rung, NULL) != 0 ||
        journal_begin(&made->journal, folder, NULL, 0) != POBF_OK) {
        recorder_close(made);
        *recorder = NULL;
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

static void stop_thread(struct recorder *recorder)
{
    struct record *batch;

    if (!recorder->runs) {
        return;
    }
    pthread_mutex_lock(&recorder->lock);
    recorder->stops = 1;
    pthread_cond_signal(&recorder->filled);
    pthread_mutex_unlock(&recorder->lock);
    pthread_join(recorder->thread, NULL);
    tell_done(recorder);
    while ((batch = take_batch(recorder)) != NULL) { /* who is told may put another one */
        write_all(recorder, batch);
        give_back(recorder, batch);
        tell_done(recorder);
    }
}

void recorder_close(struct recorder *recorder)
{
    if (recorder == NULL) {
        return;
    }
    stop_thread(recorder);
    if (recorder->intents.count == 0 && !recorder->is_broken && !recorder->is_kept &&
        ledger_sync(recorder->folder) == POBF_OK) {
        journal_end(&recorder->journal);
    }
    journal_close(&recorder->journal);
    intents_free(&recorder->intents);
    if (recorder->rung != NULL) {
        event_free(recorder->rung);
    }
    if (recorder->bell >= 0) {
        close(recorder->bell);
    }
    free(recorder);
}
