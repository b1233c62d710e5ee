#ifndef POBF_EDGE_STATEMENT_JOURNAL_H
#define POBF_EDGE_STATEMENT_JOURNAL_H

#include "edge/statement/intent.h"
#include "framework/wire/receipt.h"

/*
 * What is in the journal of a host that records receipts, .RANDOM.journal in their folder: one record
 * after the other, and zeros behind them.
 *
 *   record   u16 size, u8 kind, `size` bytes, the first 16 bytes of SHA-256 of all that
 *
 * The first record that does not check is the end: whatever follows was acknowledged to nobody.
 */
enum journal_kind {
    JOURNAL_INTENT = 1, /* a sealed input is about to reach a monitor            */
    JOURNAL_RECEIPT,    /* a receipt: closes the intent of its task              */
    JOURNAL_REFUSED,    /* the monitor did not touch that task: closes it        */
    JOURNAL_CRASHED     /* stated as forgotten by crash: closes it               */
};

enum { JOURNAL_ROOM = 256 << 10, JOURNAL_RECORD_ROOM = 3 + POBF_RECEIPT_ROOM + 16 };

/* Append one record to `bytes` of at least JOURNAL_RECORD_ROOM; returns its size. */
size_t journal_print_intent(uint8_t *bytes, enum journal_kind kind, const struct intent *intent);
/* 0 where the receipt is longer than any is. */
size_t journal_print_receipt(uint8_t *bytes, const uint8_t *receipt, size_t size);

/* What a reader is told, in order. Where it does not return POBF_OK, reading ends with that. */
struct journal_reader {
    enum pobf_status (*intent)(void *context, enum journal_kind kind, const struct intent *intent);
    enum pobf_status (*receipt)(void *context, const uint8_t *bytes, size_t size);
    void *context;
};

POBF_MUST_CHECK enum pobf_status journal_read(const uint8_t *bytes, size_t size,
                                              const struct journal_reader *reader);

/*
 * 1 where not all of the rest is zeros, or it is not JOURNAL_ROOM bytes long: its last record was cut off,
 * or is being written, or the file was damaged.
 */
int journal_is_torn(const uint8_t *bytes, size_t size);

#endif
