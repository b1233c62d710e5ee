/*
 * The data provider's side of a call against an enclave of a few lines, which can be told to lie.
 * The network is cut out: what would be sent to a host is handed to that enclave.
 * LINK: -Wl,--wrap=remote_get_evidence,--wrap=remote_post,--wrap=remote_channel_key,--wrap=remote_close
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "framework/crypto/sign.h"
#include "verifier/client/session.h"

#define INPUT "the input that nobody else may see"

enum { ROOM = 4096, INPUT_SIZE = sizeof INPUT - 1, CLEAR_AT = SESSION_CLEAR_AT };

/* The key that anyone can read in enclave/platform/sim.c. */
static const uint8_t sim_seed[32] = "pobf sim TEST KEY, proves nothin";

/* What it does wrong, and the check that must notice; NULL: a step notices by itself. */
#define FAULTS(X)                                                                                  \
    X(NONE, NULL)                                                                                  \
    X(OLD_EVIDENCE, "evidence.nonce")                                                              \
    X(OTHER_CHANNEL, "evidence.channel_key")                                                       \
    X(OTHER_FUNCTION, "evidence.measurement")                                                      \
    X(FORGED_OFFER, "offer.signature")                                                             \
    X(OFFER_OF_ANOTHER_BOOT, "offer.boot_id")                                                      \
    X(RECEIPT_OF_ANOTHER_TASK, "receipt.task_id")                                                  \
    X(FORGED_RECEIPT, "receipt.signature")                                                         \
    X(ANOTHER_INPUT, "receipt.input_commitment")                                                   \
    X(ANOTHER_OUTPUT, "receipt.output_commitment")                                                 \
    X(WITHHELD_OUTPUT, "receipt.output_commitment")                                                \
    X(NOT_RESTORED, "receipt.restored_bytes")                                                      \
    X(A_MISMATCH, "receipt.mismatches")                                                            \
    X(NO_ANSWER, NULL)                                                                             \
    X(SEALED_TO_NOBODY, NULL)

enum fault {
#define X(name, check) FAULT_##name,
    FAULTS(X)
#undef X
        FAULT_COUNT
};

static const char *const noticed_by[FAULT_COUNT] = {
#define X(name, check) [FAULT_##name] = check,
    FAULTS(X)
#undef X
};

static struct {
    enum fault fault;
    struct pobf_evidence evidence;
    struct pobf_offer offer;
    struct pobf_receipt receipt;
    uint8_t receipt_key[POBF_SIGNING_KEY_BYTES];
    uint8_t private_key[POBF_X25519_BYTES];
    uint8_t message[ROOM]; /* the sealed input that came */
    size_t message_size;
} enclave;

static struct policy policy;
static struct session session;

static void reply(struct input *answer, const uint8_t *bytes, size_t size)
{
    answer->bytes = malloc(size + 1);
    assert_non_null(answer->bytes);
    memcpy(answer->bytes, bytes, size);
    answer->size = size;
}

static void give_evidence(struct input *answer, const uint8_t nonce[POBF_NONCE_BYTES])
{
    uint8_t public_key[32], signing_key[64], out[POBF_EVIDENCE_ROOM];
    size_t size;

    memcpy(enclave.evidence.nonce, nonce, POBF_NONCE_BYTES);
    enclave.evidence.nonce[0] ^= enclave.fault == FAULT_OLD_EVIDENCE;
    enclave.evidence.channel_key[0] ^= enclave.fault == FAULT_OTHER_CHANNEL;
    enclave.evidence.measurement[0] ^= enclave.fault == FAULT_OTHER_FUNCTION;
    assert_int_equal(pobf_evidence_bind(enclave.evidence.report_data, &enclave.evidence), POBF_OK);
    assert_int_equal(pobf_sign_keypair(public_key, signing_key, sim_seed), POBF_OK);
    assert_int_equal(pobf_evidence_sign(out, sizeof out, &size, &enclave.evidence, signing_key),
                     POBF_OK);
    reply(answer, out, size);
}

/* A key that nobody vouches for. */
static void draw_key(uint8_t signing_key[POBF_SIGNING_KEY_BYTES])
{
    const uint8_t seed[32] = {66};
    uint8_t public_key[32];

    assert_int_equal(pobf_sign_keypair(public_key, signing_key, seed), POBF_OK);
}

static void give_offer(struct input *answer)
{
    uint8_t out[POBF_OFFER_ROOM], key[POBF_SIGNING_KEY_BYTES];
    size_t size;

    memcpy(key, enclave.receipt_key, sizeof key);
    if (enclave.fault == FAULT_FORGED_OFFER) {
        draw_key(key);
    }
    enclave.offer.boot_id[0] ^= enclave.fault == FAULT_OFFER_OF_ANOTHER_BOOT;
    assert_int_equal(pobf_offer_sign(out, sizeof out, &size, &enclave.offer, key), POBF_OK);
    reply(answer, out, size);
}

/* Open the input, and seal it again as the output. */
static void compute(uint8_t *sealed, size_t *sealed_size, uint8_t salts[2][POBF_SALT_BYTES])
{
    uint8_t info[POBF_INFO_BYTES], aad[POBF_AAD_BYTES];
    struct pobf_hpke hpke;
    struct pobf_aead answer_key;
    uint8_t *text = enclave.message + POBF_X25519_BYTES;
    const size_t size = enclave.message_size - POBF_X25519_BYTES;

    pobf_provider_info(info, enclave.evidence.measurement, enclave.evidence.policy);
    pobf_provider_aad(aad, enclave.offer.boot_id, enclave.offer.task_id);
    assert_int_equal(
        pobf_hpke_setup_receiver(&hpke, enclave.message, enclave.private_key, info, sizeof info),
        POBF_OK);
    assert_int_equal(pobf_hpke_export(salts[0], &hpke, (const uint8_t *)"pobf input salt", 15),
                     POBF_OK);
    assert_int_equal(pobf_hpke_export(salts[1], &hpke, (const uint8_t *)"pobf output salt", 16),
                     POBF_OK);
    assert_int_equal(pobf_commitment_make(enclave.receipt.input_commitment, salts[0], text, size),
                     POBF_OK);
    assert_int_equal(pobf_aead_open(&hpke.aead, text, size, aad, sizeof aad), POBF_OK);
    memset(sealed, 0x21, CLEAR_AT);
    memcpy(sealed + CLEAR_AT, text, size - POBF_AEAD_TAG_BYTES);
    assert_int_equal(pobf_hpke_answer_key(&answer_key, &hpke, enclave.message, sealed), POBF_OK);
    answer_key.key[0] ^= enclave.fault == FAULT_SEALED_TO_NOBODY;
    assert_int_equal(
        pobf_aead_seal(&answer_key, sealed + CLEAR_AT, size - POBF_AEAD_TAG_BYTES, aad, sizeof aad),
        POBF_OK);
    *sealed_size = CLEAR_AT + size;
}

static size_t sign_receipt(uint8_t out[POBF_RECEIPT_ROOM])
{
    uint8_t key[POBF_SIGNING_KEY_BYTES];
    size_t size;

    memcpy(key, enclave.receipt_key, sizeof key);
    if (enclave.fault == FAULT_FORGED_RECEIPT) {
        draw_key(key);
    }
    memcpy(enclave.receipt.task_id, enclave.offer.task_id, POBF_TASK_ID_BYTES);
    enclave.receipt.task_id[0] ^= enclave.fault == FAULT_RECEIPT_OF_ANOTHER_TASK;
    enclave.receipt.input_commitment[0] ^= enclave.fault == FAULT_ANOTHER_INPUT;
    enclave.receipt.restored_bytes -= enclave.fault == FAULT_NOT_RESTORED;
    enclave.receipt.mismatches = enclave.fault == FAULT_A_MISMATCH;
    assert_int_equal(pobf_receipt_sign(out, POBF_RECEIPT_ROOM, &size, &enclave.receipt, key),
                     POBF_OK);
    return size;
}

static void give_answer(struct input *answer)
{
    uint8_t salts[2][POBF_SALT_BYTES], sealed[ROOM], receipt[POBF_RECEIPT_ROOM], out[2 * ROOM];
    struct pobf_answer parts = {.receipt = receipt, .sealed = sealed};
    size_t head;

    compute(sealed, &parts.sealed_size, salts);
    assert_int_equal(pobf_commitment_make(enclave.receipt.output_commitment, salts[1], sealed,
                                          parts.sealed_size),
                     POBF_OK);
    parts.receipt_size = sign_receipt(receipt);
    sealed[40] ^= enclave.fault == FAULT_ANOTHER_OUTPUT;
    if (enclave.fault == FAULT_WITHHELD_OUTPUT) {
        parts.sealed_size = 0;
    }
    assert_int_equal(pobf_answer_print_head(out, POBF_ANSWER_HEAD_ROOM, &head, &parts), POBF_OK);
    memcpy(out + head, sealed, parts.sealed_size);
    reply(answer, out, enclave.fault == FAULT_NO_ANSWER ? head - 1 : head + parts.sealed_size);
}

int __wrap_remote_get_evidence(struct remote *remote, struct input *answer,
                               uint8_t nonce[POBF_NONCE_BYTES], int is_for_others, size_t limit);
int __wrap_remote_post(struct remote *remote, struct input *answer, const char *path,
                       const struct input *body, size_t limit);
const uint8_t *__wrap_remote_channel_key(const struct remote *remote);
void __wrap_remote_close(struct remote *remote);

int __wrap_remote_get_evidence(struct remote *remote, struct input *answer,
                               uint8_t nonce[POBF_NONCE_BYTES], int is_for_others, size_t limit)
{
    (void)remote;
    (void)limit;
    assert_false(is_for_others);
    give_evidence(answer, nonce);
    return INPUT_GO_ON;
}

int __wrap_remote_post(struct remote *remote, struct input *answer, const char *path,
                       const struct input *body, size_t limit)
{
    (void)remote;
    (void)limit;
    if (strncmp(path, "/v1/tasks?", 10) == 0) {
        char asked[64];
        char hex[2 * POBF_BOOT_ID_BYTES + 1];

        sodium_bin2hex(hex, sizeof hex, enclave.evidence.boot_id, POBF_BOOT_ID_BYTES);
        snprintf(asked, sizeof asked, "/v1/tasks?boot=%s", hex);
        assert_string_equal(path, asked); /* the one that was appraised, and no other */
        assert_int_equal(body->size, 0);
        give_offer(answer);
        return INPUT_GO_ON;
    }
    enclave.message_size = body->size;
    memcpy(enclave.message, body->bytes, body->size);
    assert_null(memmem(body->bytes, body->size, INPUT, INPUT_SIZE));
    give_answer(answer);
    return INPUT_GO_ON;
}

const uint8_t *__wrap_remote_channel_key(const struct remote *remote)
{
    static const uint8_t plain_http[POBF_DIGEST_BYTES];

    (void)remote;
    return plain_http;
}

void __wrap_remote_close(struct remote *remote)
{
    (void)remote;
}

static void start_enclave(enum fault fault)
{
    const uint8_t seed[32] = {5};

    memset(&enclave, 0, sizeof enclave);
    enclave.fault = fault;
    assert_int_equal(pobf_sign_keypair(enclave.evidence.receipt_key, enclave.receipt_key, seed),
                     POBF_OK);
    enclave.evidence.platform = POBF_PLATFORM_SIM;
    enclave.evidence.backend = POBF_BACKEND_PROCESS;
    memset(enclave.offer.task_id, 3, sizeof enclave.offer.task_id);
    memset(enclave.private_key, 4, sizeof enclave.private_key);
    assert_int_equal(crypto_scalarmult_base(enclave.offer.public_key, enclave.private_key), 0);
    enclave.receipt.sequence = 1;
    enclave.receipt.exit = POBF_EXIT_RETURNED;
    enclave.receipt.zone_bytes = enclave.receipt.restored_bytes = 4096;
    enclave.receipt.registers_cleared = enclave.receipt.key_destroyed = 1;
}

/* A call as `pobf call` makes it. Returns how many steps went well, of five. */
static int call(enum fault fault)
{
    struct input input = {malloc(INPUT_SIZE + 1), INPUT_SIZE};
    int steps = 0;

    start_enclave(fault);
    memset(&policy, 0, sizeof policy);
    policy.reference_path = "a reference of zeros";
    policy.accept_sim = 1;
    memset(&session, 0, sizeof session);
    session.policy = &policy;
    randombytes_buf(session.nonce, sizeof session.nonce);
    memcpy(input.bytes, INPUT, INPUT_SIZE + 1);
    if (session_attest(&session) == INPUT_GO_ON && ++steps &&
        session_ask_key(&session) == INPUT_GO_ON && ++steps &&
        session_send(&session, &input) == INPUT_GO_ON && ++steps) {
        assert_null(input.bytes); /* the clear text is gone once it is sealed */
        steps += session_check_receipt(&session) == INPUT_GO_ON;
    }
    if (steps == 4) {
        steps += session_open(&session) == INPUT_GO_ON;
    }
    input_free(&input);
    return steps;
}

static void an_honest_enclave_gives_the_output(void **state)
{
    (void)state;
    assert_int_equal(call(FAULT_NONE), 5);
    assert_int_equal(session.output_size, INPUT_SIZE);
    assert_memory_equal(session.output.bytes + CLEAR_AT, INPUT, INPUT_SIZE);
    session_clear(&session);
}

static void every_lie_is_noticed_by_its_check_and_gives_no_output(void **state)
{
    (void)state;
    for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
        assert_true(call((enum fault)fault) < 5);
        if (noticed_by[fault] != NULL) {
            assert_int_equal(session.appraisal.verdict, VERDICT_REFUSED);
            assert_int_equal(checks_find(&session.appraisal.checks, noticed_by[fault])->result,
                             CHECK_FAIL);
            assert_null(session.output.bytes);
        }
        session_clear(&session);
    }
}

static void nothing_is_sent_to_an_enclave_that_is_not_affirmed(void **state)
{
    (void)state;
    for (int fault = FAULT_OLD_EVIDENCE; fault <= FAULT_OFFER_OF_ANOTHER_BOOT; fault++) {
        assert_true(call((enum fault)fault) < 2);
        assert_int_equal(enclave.message_size, 0);
        session_clear(&session);
    }
    assert_int_equal(call(FAULT_NONE), 5);
    assert_int_not_equal(enclave.message_size, 0); /* the control */
    session_clear(&session);
}

static void an_answer_that_does_not_open_leaves_no_clear_text(void **state)
{
    (void)state;
    assert_int_equal(call(FAULT_SEALED_TO_NOBODY), 4);
    assert_true(sodium_is_zero(session.output.bytes, session.output.size));
    session_clear(&session);
}

static void the_kept_exchange_appraises_like_the_call(void **state)
{
    struct appraisal_policy pinned;
    struct appraisal appraisal;
    struct appraisal_input input = {.scope = APPRAISAL_INVOCATION};

    (void)state;
    assert_int_equal(call(FAULT_NONE), 5);
    input.evidence = input_view(&session.evidence);
    input.receipt = (struct appraisal_file){session.parts.receipt, session.parts.receipt_size};
    input.exchange = input_view(&session.exchange);
    pinned = policy_of(&policy);
    appraisal_run(&appraisal, &input, &pinned);
    assert_int_equal(appraisal.verdict, VERDICT_AFFIRMED);
    session_clear(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_honest_enclave_gives_the_output),
        cmocka_unit_test(every_lie_is_noticed_by_its_check_and_gives_no_output),
        cmocka_unit_test(nothing_is_sent_to_an_enclave_that_is_not_affirmed),
        cmocka_unit_test(an_answer_that_does_not_open_leaves_no_clear_text),
        cmocka_unit_test(the_kept_exchange_appraises_like_the_call),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
