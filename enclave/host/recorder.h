#ifndef POBF_ENCLAVE_HOST_RECORDER_H
#define POBF_ENCLAVE_HOST_RECORDER_H

#include <event2/event.h>

#include "edge/loop/worker.h"
#include "enclave/host/journal.h"

/*
 * Makes records durable beside the event loop: a thread writes whatever has come in since its last
 * write to the journal, under one fdatasync, in the order in which it was put. So many calls at once
 * share the price of the disk, and a receipt's file needs no sync of its own: where the power fails, the
 * journal has it. A boot's evidence comes once, and has its file and sync to itself.
 */
struct recorder;

struct record {
    struct work work; /* first; the recorder's own */
    enum journal_kind kind;
    struct intent intent; /* of all kinds but a receipt */
    uint8_t receipt[POBF_RECEIPT_ROOM];
    size_t receipt_size;
    const uint8_t *evidence; /* not NULL: of the intent's boot, for a file of its own alone */
    size_t evidence_size;
    /* Called once, in the loop: it is durable, or status says why it may not be. */
    void (*done)(struct record *record, enum pobf_status status);
    enum pobf_status status; /* the recorder's own */
};

/* `folder` is to outlive it; ledger_prepare has been there. */
POBF_MUST_CHECK enum pobf_status recorder_open(struct recorder **recorder, struct event_base *base,
                                               const char *folder);
/* The record is the caller's memory, until `done`. */
void recorder_put(struct recorder *recorder, struct record *record);
/* Once all that was put is done. The journal goes where nothing in it is open. NULL is fine. */
void recorder_close(struct recorder *recorder);

#endif
