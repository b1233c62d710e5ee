#ifndef POBF_VERIFIER_LOG_GAPS_H
#define POBF_VERIFIER_LOG_GAPS_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

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
};

struct gap {
    enum gap_kind kind;
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint64_t from, to;
};

/* What of a receipt, or of the statement that there is none, decides about gaps. */
struct gap_link {
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint64_t sequence;
    uint8_t digest[POBF_DIGEST_BYTES]; /* SHA-256 of the receipt */
    uint8_t previous[POBF_DIGEST_BYTES];
    int is_crash; /* 1: it is such a statement */
};

enum { GAPS_BETWEEN = 2 };

/*
 * How many there are between two that follow each other by boot, sequence and digest: numbers may be
 * missing before one that is itself told. `before` is NULL, or of another boot, at the start of a boot.
 */
size_t gaps_between(struct gap gaps[GAPS_BETWEEN], const struct gap_link *before,
                    const struct gap_link *link);

/* {"kind": "missing|fork|chain", "boot": hex, "from": n, "to": n} */
json_t *gap_json(const struct gap *gap);

struct gaps_sum {
    uint64_t receipts; /* each counted once */
    uint64_t repeated; /* the same receipt again: harmless */
    uint64_t boots;
    uint64_t crashes; /* numbers that a host's statement stands for */
    uint64_t count;   /* gaps, those of a crash among them */
};

POBF_MUST_CHECK enum pobf_status gaps_open(struct gaps **gaps);
void gaps_close(struct gaps *gaps);

/* POBF_E_INPUT where it is no receipt. Its signature is not judged here. */
POBF_MUST_CHECK enum pobf_status gaps_add(struct gaps *gaps, const uint8_t *receipt, size_t size);

/* POBF_E_INPUT where it is no statement of a host that a task was forgotten by crash. */
POBF_MUST_CHECK enum pobf_status gaps_add_crash(struct gaps *gaps, const uint8_t *statement,
                                                size_t size);

/* Tell each gap, by boot and number. What came after the last receipt of a boot cannot be known. */
struct gaps_sum gaps_find(struct gaps *gaps, void (*tell)(void *context, const struct gap *gap),
                          void *context);

#endif
