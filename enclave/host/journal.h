#ifndef POBF_ENCLAVE_HOST_JOURNAL_H
#define POBF_ENCLAVE_HOST_JOURNAL_H

#include <sys/types.h>

#include "edge/cli/place.h"
#include "edge/statement/intent.h"
#include "framework/wire/receipt.h"

/*
 * What a host has to remember across a crash, in one file of the receipts' folder, so that many
 * records cost one fdatasync. It is laid out in zeros and written from its start on:
 *
 *   record   u16 size, u8 kind, `size` bytes, the first 16 bytes of SHA-256 of all that
 *
 * The first record that does not check is the end: whatever follows was acknowledged to nobody. The
 * host that writes it holds a lock on it; without one it is a host's that has ended.
 */
enum journal_kind {
    JOURNAL_INTENT = 1, /* a sealed input is about to reach a monitor            */
    JOURNAL_RECEIPT,    /* a receipt: closes the intent of its task              */
    JOURNAL_REFUSED,    /* the monitor did not touch that task: closes it        */
    JOURNAL_CRASHED     /* stated as forgotten by crash: closes it               */
};

enum { JOURNAL_ROOM = 256 << 10, JOURNAL_RECORD_ROOM = 3 + POBF_RECEIPT_ROOM + 16 };

struct journal {
    int file; /* -1: closed */
    off_t at;
    char path[PLACE_ROOM];
};

/* Append one record to `bytes` of at least JOURNAL_RECORD_ROOM; returns its size. */
size_t journal_print_intent(uint8_t *bytes, enum journal_kind kind, const struct intent *intent);
/* 0 where the receipt is longer than any is. */
size_t journal_print_receipt(uint8_t *bytes, const uint8_t *receipt, size_t size);

/*
 * Make .RANDOM.journal in the folder, locked, `bytes` in it, all of it durable. Where the journal is
 * open already, its file is replaced in one step by the new one.
 */
POBF_MUST_CHECK enum pobf_status journal_begin(struct journal *journal, const char *folder,
                                               const uint8_t *bytes, size_t size);
/* POBF_E_SPACE where there is no more room in it; else durable once it returns POBF_OK. */
POBF_MUST_CHECK enum pobf_status journal_write(struct journal *journal, const uint8_t *bytes,
                                               size_t size);
/* Nothing in it is needed any more: remove it. */
void journal_end(struct journal *journal);
/* Leave it to the next host. */
void journal_close(struct journal *journal);

/* What a reader is told, in order. Where it does not return POBF_OK, reading ends with that. */
struct journal_reader {
    enum pobf_status (*intent)(void *context, enum journal_kind kind, const struct intent *intent);
    enum pobf_status (*receipt)(void *context, const uint8_t *bytes, size_t size);
    void *context;
};

POBF_MUST_CHECK enum pobf_status journal_read(const uint8_t *bytes, size_t size,
                                              const struct journal_reader *reader);

#endif
