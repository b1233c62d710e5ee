#ifndef POBF_VERIFIER_LOG_GAPS_H
#define POBF_VERIFIER_LOG_GAPS_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "edge/statement/intent.h"
#include "framework/wire/receipt.h"

/*
 * Are there receipts that should be there and are not? Each enclave numbers its receipts from 1 on
 * and names the one before, boot id by boot id. Where a host states that a task was forgotten by
 * crash its number is not missed in silence, and it is no receipt either.
 */
struct gaps;

enum gap_kind {
    GAP_MISSING, /* sequence numbers `from` .. `to` of a boot are not there               */
    GAP_FORK,    /* two different receipts of one number: the enclave's key signed both   */
    GAP_CHAIN,   /* receipt `from` does not name the one before it, which is there        */
    GAP_CRASH,   /* the host states that `from` was forgotten by crash: its word alone    */
    GAP_DENIED,  /* it states that, and receipt `from` shows that it is not so            */
    GAP_OPEN,    /* no alarm: the call of `from` has begun, and nothing says how it ended */
};

struct gap {
    enum gap_kind kind;
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint64_t from, to;
    uint64_t at_s; /* GAP_CRASH, GAP_OPEN: when the call began, by the host's clock */
};

/* Whose word a number stands on; of one number the first counts. */
enum gap_source { GAP_OF_RECEIPT, GAP_OF_CRASH, GAP_OF_INTENT };

/* What of a receipt, of the statement that there is none, or of an intent decides about gaps. */
struct gap_link {
    enum gap_source source;
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint64_t sequence;
    uint64_t at_s;                     /* when, by the host's clock; gaps do not depend on it */
    uint8_t digest[POBF_DIGEST_BYTES]; /* SHA-256 of the receipt, or of the statement */
    uint8_t previous[POBF_DIGEST_BYTES];
};

enum { GAPS_BETWEEN = 2 };

/*
 * How many there are between two that follow each other by boot, sequence and digest: numbers may be
 * missing before one that is itself told. `before` is NULL, or of another boot, at the start of a boot.
 */
size_t gaps_between(struct gap gaps[GAPS_BETWEEN], const struct gap_link *before,
                    const struct gap_link *link);

/* Has the call of this intent, which follows on `before`, ended since? Then it is no link of the chain. */
int gaps_is_closed(const struct gap_link *before, const struct gap_link *link);

/* {"kind": "missing|fork|chain|crash|denied|open", "boot": hex, "from": n, "to": n[, "at": seconds]} */
json_t *gap_json(const struct gap *gap);

struct gaps_sum {
    uint64_t receipts; /* each counted once */
    uint64_t repeated; /* the same receipt again: harmless */
    uint64_t boots;
    uint64_t crashes; /* numbers that a host's statement stands for */
    uint64_t open;    /* calls that have begun, and no more is known */
    uint64_t count;   /* alarms: gaps, those of a crash among them */
};

POBF_MUST_CHECK enum pobf_status gaps_open(struct gaps **gaps);
void gaps_close(struct gaps *gaps);

/* POBF_E_INPUT where it is no receipt. Its signature is not judged here. */
POBF_MUST_CHECK enum pobf_status gaps_add(struct gaps *gaps, const uint8_t *receipt, size_t size);

/* POBF_E_INPUT where it is no statement of a host that a task was forgotten by crash. */
POBF_MUST_CHECK enum pobf_status gaps_add_crash(struct gaps *gaps, const uint8_t *statement,
                                                size_t size);

/* Of a call whose host has not said how it ended. */
POBF_MUST_CHECK enum pobf_status gaps_add_intent(struct gaps *gaps, const struct intent *intent);

/* Tell each gap, by boot and number. What came after the last receipt of a boot cannot be known. */
struct gaps_sum gaps_find(struct gaps *gaps, void (*tell)(void *context, const struct gap *gap),
                          void *context);

#endif
