#ifndef POBF_TESTS_VERIFIER_APPRAISAL_FIXTURE_H
#define POBF_TESTS_VERIFIER_APPRAISAL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "framework/crypto/commitment.h"
#include "framework/crypto/digest.h"
#include "framework/crypto/sign.h"
#include "framework/wire/cose.h"
#include "verifier/appraisal/appraisal.h"

/*
 * One good call, as the world would hand it in: claims, which a test may spoil, and the signed
 * bytes that fixture_sign makes of them.
 */
enum { FIXTURE_ROOM = 4096 };

struct fixture {
    struct pobf_evidence evidence;
    struct pobf_offer offer;
    struct pobf_receipt receipt;
    struct exchange exchange;
    struct reference reference;
    uint8_t root[POBF_PUBLIC_KEY_BYTES];
    uint8_t root_key[POBF_SIGNING_KEY_BYTES];
    uint8_t receipt_key[POBF_SIGNING_KEY_BYTES];
    uint8_t sealed_input[80];
    uint8_t sealed_answer[90];
    uint8_t offer_bytes[POBF_OFFER_ROOM];
    uint8_t bytes[3][FIXTURE_ROOM]; /* evidence, receipt, exchange */
    struct appraisal_input input;
    struct appraisal_policy policy;
};

static inline void fixture_commit(struct fixture *f)
{
    assert_int_equal(pobf_commitment_make(f->receipt.input_commitment, f->exchange.input_salt,
                                          f->sealed_input, sizeof f->sealed_input),
                     POBF_OK);
    assert_int_equal(pobf_commitment_make(f->receipt.output_commitment, f->exchange.output_salt,
                                          f->sealed_answer, sizeof f->sealed_answer),
                     POBF_OK);
}

static inline void fixture_sign(struct fixture *f)
{
    size_t size;

    assert_int_equal(
        pobf_evidence_sign(f->bytes[0], FIXTURE_ROOM, &size, &f->evidence, f->root_key), POBF_OK);
    f->input.evidence = (struct appraisal_file){f->bytes[0], size};
    assert_int_equal(
        pobf_offer_sign(f->offer_bytes, sizeof f->offer_bytes, &size, &f->offer, f->receipt_key),
        POBF_OK);
    f->exchange.offer = f->offer_bytes;
    f->exchange.offer_size = size;
    assert_int_equal(
        pobf_receipt_sign(f->bytes[1], FIXTURE_ROOM, &size, &f->receipt, f->receipt_key), POBF_OK);
    f->input.receipt = (struct appraisal_file){f->bytes[1], size};
    assert_int_equal(exchange_print(f->bytes[2], FIXTURE_ROOM, &size, &f->exchange), POBF_OK);
    f->input.exchange = (struct appraisal_file){f->bytes[2], size};
}

static inline void fixture_fill_evidence(struct fixture *f)
{
    f->evidence.platform = POBF_PLATFORM_SIM;
    f->evidence.backend = POBF_BACKEND_PROCESS;
    memset(f->evidence.nonce, 1, sizeof f->evidence.nonce);
    memset(f->evidence.boot_id, 2, sizeof f->evidence.boot_id);
    memset(f->evidence.measurement, 3, sizeof f->evidence.measurement);
    memset(f->evidence.monitor, 4, sizeof f->evidence.monitor);
    memset(f->evidence.policy, 5, sizeof f->evidence.policy);
    assert_int_equal(pobf_evidence_bind(f->evidence.report_data, &f->evidence), POBF_OK);
    memset(f->reference.measurement, 3, sizeof f->reference.measurement);
    memset(f->reference.monitor, 4, sizeof f->reference.monitor);
    memset(f->reference.policy, 5, sizeof f->reference.policy);
}

static inline void fixture_fill_receipt(struct fixture *f)
{
    f->receipt.issued_at_s = 1700000000;
    f->receipt.sequence = 7;
    memset(f->receipt.boot_id, 2, sizeof f->receipt.boot_id);
    memset(f->receipt.previous, 6, sizeof f->receipt.previous);
    memset(f->receipt.measurement, 3, sizeof f->receipt.measurement);
    memset(f->receipt.policy, 5, sizeof f->receipt.policy);
    memset(f->receipt.task_id, 7, sizeof f->receipt.task_id);
    memset(f->receipt.golden, 8, sizeof f->receipt.golden);
    f->receipt.exit = POBF_EXIT_RETURNED;
    f->receipt.zone_bytes = 65536;
    f->receipt.restored_bytes = 65536;
    f->receipt.registers_cleared = 1;
    f->receipt.key_destroyed = 1;
    f->receipt.time_us = 120;
}

static inline void fixture_fill_exchange(struct fixture *f)
{
    memset(f->offer.boot_id, 2, sizeof f->offer.boot_id);
    memset(f->offer.task_id, 7, sizeof f->offer.task_id);
    memset(f->offer.public_key, 9, sizeof f->offer.public_key);
    memset(f->sealed_input, 10, sizeof f->sealed_input);
    memset(f->sealed_answer, 11, sizeof f->sealed_answer);
    memset(f->exchange.nonce, 1, sizeof f->exchange.nonce);
    memset(f->exchange.input_salt, 12, sizeof f->exchange.input_salt);
    memset(f->exchange.output_salt, 13, sizeof f->exchange.output_salt);
    f->exchange.sealed_input = f->sealed_input;
    f->exchange.sealed_input_size = sizeof f->sealed_input;
    f->exchange.sealed_answer = f->sealed_answer;
    f->exchange.sealed_answer_size = sizeof f->sealed_answer;
}

/* A good call on a simulator that the policy accepts. */
static inline void fixture_init(struct fixture *f)
{
    const uint8_t root_seed[32] = {1}, receipt_seed[32] = {2};

    memset(f, 0, sizeof *f);
    assert_int_equal(pobf_sign_keypair(f->root, f->root_key, root_seed), POBF_OK);
    assert_int_equal(pobf_sign_keypair(f->evidence.receipt_key, f->receipt_key, receipt_seed),
                     POBF_OK);
    fixture_fill_evidence(f);
    fixture_fill_receipt(f);
    fixture_fill_exchange(f);
    fixture_commit(f);
    fixture_sign(f);
    f->input.scope = APPRAISAL_INVOCATION;
    f->policy =
        (struct appraisal_policy){.reference = &f->reference, .sim_root = f->root, .accept_sim = 1};
}

/* The only check that failed; NULL where none did, or more than one. */
static inline const char *fixture_only_failure(const struct checks *checks)
{
    const char *id = NULL;

    for (size_t i = 0; i < checks->count; i++) {
        if (checks->item[i].result == CHECK_FAIL) {
            if (id != NULL) {
                print_error("both %s and %s failed\n", id, checks->item[i].id);
                return NULL;
            }
            id = checks->item[i].id;
        }
    }
    return id;
}

/* What was signed is signed again, with another key in it: anybody can, on the simulator. */
static inline void fixture_sign_late(struct fixture *f, int other_key, int other_monitor)
{
    const uint8_t seed[32] = {7};

    if (other_key) {
        assert_int_equal(pobf_sign_keypair(f->evidence.receipt_key, f->receipt_key, seed), POBF_OK);
    }
    if (other_monitor) {
        memcpy(f->evidence.monitor, f->reference.monitor, sizeof f->evidence.monitor);
    }
    assert_int_equal(pobf_evidence_bind(f->evidence.report_data, &f->evidence), POBF_OK);
    fixture_sign(f);
}

#endif
