#ifndef POBF_TESTS_VERIFIER_PERIOD_MADE_H
#define POBF_TESTS_VERIFIER_PERIOD_MADE_H

#include "tests/verifier/appraisal/fixture.h"
#include "verifier/period/collection.h"

/* A collection of one boot, whose receipts come one a second, each naming the one before. */
enum { FIRST_S = 1700000001 };

static struct fixture f;
static struct appraisal appraisal;
static struct collection *collection;
static uint8_t previous[POBF_DIGEST_BYTES];

static inline int open_collection(void **state)
{
    (void)state;
    fixture_init(&f);
    appraisal_run(&appraisal, &f.input, &f.policy);
    memset(previous, 0, sizeof previous);
    return collection_open(&collection) == POBF_OK &&
                   collection_add_boot(collection, "evidence", &appraisal, f.bytes[0],
                                       f.input.evidence.size) == POBF_OK
               ? 0
               : -1;
}

static inline int close_collection(void **state)
{
    (void)state;
    collection_close(collection);
    return 0;
}

/* Make the next receipt of the boot, and add it unless it is to be lost. */
static inline void next_receipt(uint64_t sequence, int is_lost)
{
    size_t size;

    f.receipt.sequence = sequence;
    f.receipt.issued_at_s = FIRST_S + sequence - 1;
    memcpy(f.receipt.previous, previous, sizeof previous);
    assert_int_equal(pobf_receipt_sign(f.bytes[1], FIXTURE_ROOM, &size, &f.receipt, f.receipt_key),
                     POBF_OK);
    crypto_hash_sha256(previous, f.bytes[1], size);
    if (!is_lost) {
        assert_int_equal(collection_add_receipt(collection, "receipt", f.bytes[1], size), POBF_OK);
    }
    collection_count(collection, "receipt");
}

static inline struct collection_result judge_as(void *context, const struct collection_pair *pair)
{
    assert_non_null(pair->evidence_bytes);
    return *(struct collection_result *)context;
}

#endif
