#ifndef POBF_VERIFIER_LOG_GAPS_H
#define POBF_VERIFIER_LOG_GAPS_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/wire/receipt.h"

/*
 * Are there receipts that should be there and are not? Each enclave numbers its receipts from 1 on
 * and names the one before, boot id by boot id.
 */
struct gaps;

enum gap_kind {
    GAP_MISSING, /* sequence numbers `from` .. `to` of a boot are not there               */
    GAP_FORK,    /* two different receipts of one number: the enclave's key signed both   */
    GAP_CHAIN,   /* receipt `from` does not name the one before it, which is there        */
};

struct gap {
    enum gap_kind kind;
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint64_t from, to;
};

/* What of a receipt decides about gaps. */
struct gap_link {
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint64_t sequence;
    uint8_t digest[POBF_DIGEST_BYTES]; /* SHA-256 of the receipt */
    uint8_t previous[POBF_DIGEST_BYTES];
};

/*
 * 1, and *gap, where there is one between two that follow each other by boot, sequence and digest;
 * `before` is NULL, or of another boot, at the start of a boot.
 */
int gap_between(struct gap *gap, const struct gap_link *before, const struct gap_link *link);

/* {"kind": "missing|fork|chain", "boot": hex, "from": n, "to": n} */
json_t *gap_json(const struct gap *gap);

struct gaps_sum {
    uint64_t receipts; /* each counted once */
    uint64_t repeated; /* the same receipt again: harmless */
    uint64_t boots;
    uint64_t count; /* gaps */
};

POBF_MUST_CHECK enum pobf_status gaps_open(struct gaps **gaps);
void gaps_close(struct gaps *gaps);

/* POBF_E_INPUT where it is no receipt. Its signature is not judged here. */
POBF_MUST_CHECK enum pobf_status gaps_add(struct gaps *gaps, const uint8_t *receipt, size_t size);

/* Tell each gap, by boot and number. What came after the last receipt of a boot cannot be known. */
struct gaps_sum gaps_find(struct gaps *gaps, void (*tell)(void *context, const struct gap *gap),
                          void *context);

#endif
