/*
 * LINK: -Wl,--wrap=crypto_sign_ed25519_detached
 */
#include "tests/framework/crypto/fail.h"
#include "tests/framework/wire/tamper.h"

#include "framework/wire/claim.h"
#include "framework/wire/receipt.h"

FAIL_WRAP(crypto_sign_ed25519_detached,
          (unsigned char *sig, unsigned long long *siglen_p, const unsigned char *m,
           unsigned long long mlen, const unsigned char *sk),
          (sig, siglen_p, m, mlen, sk))

static struct pobf_receipt sample(void)
{
    struct pobf_receipt receipt;

    memset(&receipt, 0, sizeof receipt);
    receipt.issued_at_s = 1795557600;
    fill(receipt.boot_id, sizeof receipt.boot_id, 1);
    receipt.sequence = 1;
    fill(receipt.previous, sizeof receipt.previous, 2);
    fill(receipt.measurement, sizeof receipt.measurement, 3);
    fill(receipt.policy, sizeof receipt.policy, 4);
    fill(receipt.task_id, sizeof receipt.task_id, 5);
    fill(receipt.input_commitment, sizeof receipt.input_commitment, 6);
    fill(receipt.output_commitment, sizeof receipt.output_commitment, 7);
    receipt.exit = POBF_EXIT_RETURNED;
    receipt.zone_bytes = 1 << 20;
    receipt.restored_bytes = (uint64_t)1 << 40;
    fill(receipt.golden, sizeof receipt.golden, 8);
    receipt.mismatches = 0;
    receipt.registers_cleared = 1;
    receipt.key_destroyed = 1;
    receipt.time_us = 300;
    receipt.memory_peak = 4096;
    receipt.steps = 1 << 20;
    return receipt;
}

static enum pobf_status sign_into(uint8_t *out, size_t room, size_t *size)
{
    const struct pobf_receipt receipt = sample();
    const struct test_key key = test_key(1);

    return pobf_receipt_sign(out, room, size, &receipt, key.signing_key);
}

static size_t sign_sample(uint8_t *out, size_t room)
{
    size_t size;

    assert_int_equal(sign_into(out, room, &size), POBF_OK);
    return size;
}

/* The sample, encoded by a program that shares nothing with ours. */
static const char sample_hex[] =
    "b4061a6b0608e0190109757461673a706f62662c323032363a726563656970743a000111d450010203040506"
    "0708090a0b0c0d0e0f103a000111d5013a000111d6582002030405060708090a0b0c0d0e0f10111213141516"
    "1718191a1b1c1d1e1f20213a000111d75820030405060708090a0b0c0d0e0f101112131415161718191a1b1c"
    "1d1e1f2021223a000111d858200405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122"
    "233a000111d95005060708090a0b0c0d0e0f10111213143a000111da5820060708090a0b0c0d0e0f10111213"
    "1415161718191a1b1c1d1e1f2021222324253a000111db58200708090a0b0c0d0e0f10111213141516171819"
    "1a1b1c1d1e1f202122232425263a000111dc013a000111dd1a001000003a000111de1b00000100000000003a"
    "000111df582008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242526273a000111e000"
    "3a000111e1f53a000111e2f53a000111e319012c3a000111e41910003a000111e51a00100000";

static void the_claims_are_those_of_the_table(void **state)
{
    uint8_t out[POBF_RECEIPT_ROOM];

    (void)state;
    assert_claims_are(sample_hex, out, sign_sample(out, sizeof out));
}

static void what_is_signed_parses_back(void **state)
{
    const struct pobf_receipt receipt = sample();
    struct pobf_receipt back;
    uint8_t out[POBF_RECEIPT_ROOM];
    const size_t size = sign_sample(out, sizeof out);

    (void)state;
    memset(&back, 0, sizeof back);
    assert_int_equal(pobf_receipt_parse(&back, out, size), POBF_OK);
    assert_memory_equal(&back, &receipt, sizeof back);
}

/* All zeros, but for the four bytes of padding that no parser need touch. */
static int empty(struct pobf_receipt *receipt)
{
    const size_t padding = offsetof(struct pobf_receipt, exit) + sizeof receipt->exit;

    memset((uint8_t *)receipt + padding, 0, offsetof(struct pobf_receipt, zone_bytes) - padding);
    return all_zero(receipt, sizeof *receipt);
}

/* Parses and verifies. What does not parse leaves all zeros. */
static int accepted(const uint8_t *bytes, size_t size)
{
    const struct test_key key = test_key(1);
    struct pobf_receipt receipt;

    memset(&receipt, 0xa5, sizeof receipt);
    if (pobf_receipt_parse(&receipt, bytes, size) != POBF_OK) {
        assert_true(empty(&receipt));
        return 0;
    }
    return pobf_cose_verify(bytes, size, key.public_key) == POBF_OK;
}

static void every_change_is_refused(void **state)
{
    uint8_t out[POBF_RECEIPT_ROOM];

    (void)state;
    assert_only_the_whole_is_accepted(accepted, out, sign_sample(out, sizeof out));
}

static void signed_claims_that_are_not_the_layout_are_refused(void **state)
{
    uint8_t out[POBF_RECEIPT_ROOM];

    (void)state;
    assert_only_its_claims_are_accepted(accepted, out, sign_sample(out, sizeof out));
}

static int says_forgotten(const struct pobf_receipt *receipt)
{
    return receipt->mismatches == 0 && receipt->registers_cleared == 1 &&
           receipt->key_destroyed == 1;
}

/* What may not be signed again cannot be printed again either, and is passed over. */
static size_t reprint(uint8_t *out, size_t room, const uint8_t *message, size_t message_size)
{
    const struct test_key key = test_key(1);
    struct pobf_receipt receipt;
    size_t size;

    if (pobf_receipt_parse(&receipt, message, message_size) != POBF_OK ||
        !says_forgotten(&receipt)) {
        return 0;
    }
    assert_int_equal(pobf_receipt_sign(out, room, &size, &receipt, key.signing_key), POBF_OK);
    return size;
}

static void what_parses_prints_back_and_only_values_may_differ(void **state)
{
    uint8_t out[POBF_RECEIPT_ROOM];
    const size_t size = sign_sample(out, sizeof out);
    const size_t strings = 8 * (6 * 32 + 2 * 16);
    size_t count;

    (void)state;
    count = count_what_parses_and_prints_back(reprint, out, size);
    assert_true(count > strings);              /* and some bits of eight numbers */
    assert_true(count < strings + 7 * 64 + 8); /* but never a key, a type or a length */
}

/* The claims of the sample with other words on forgetting: what the signer may never sign. */
static size_t forge(uint8_t *out, size_t room, uint64_t mismatches, uint8_t bools)
{
    static const uint8_t end_of_keys[] = {0x3a, 0x00, 0x01, 0x11, 0xe0}; /* -70113 */
    const struct test_key key = test_key(1);
    uint8_t message[POBF_RECEIPT_ROOM];
    const size_t message_size = sign_sample(message, sizeof message);
    const uint8_t *claims;
    uint8_t forged[POBF_RECEIPT_ROOM];
    size_t size;
    size_t at = 0;

    assert_int_equal(pobf_cose_parse(&claims, &size, message, message_size), POBF_OK);
    memcpy(forged, claims, size);
    while (memcmp(forged + at, end_of_keys, sizeof end_of_keys) != 0) {
        at++;
        assert_true(at + 18 < size);
    }
    forged[at + 5] = (uint8_t)mismatches;
    forged[at + 11] = (bools & 1) != 0 ? 0xf5 : 0xf4;
    forged[at + 17] = (bools & 2) != 0 ? 0xf5 : 0xf4;
    assert_int_equal(pobf_cose_sign(out, room, &size, forged, size, key.signing_key), POBF_OK);
    return size;
}

static void a_receipt_that_says_it_did_not_forget_parses_and_says_so(void **state)
{
    (void)state;
    for (uint64_t mismatches = 0; mismatches < 2; mismatches++) {
        for (unsigned int bools = 0; bools < 4; bools++) {
            struct pobf_receipt receipt;
            uint8_t out[POBF_RECEIPT_ROOM];
            const size_t size = forge(out, sizeof out, mismatches, (uint8_t)bools);

            assert_int_equal(pobf_receipt_parse(&receipt, out, size), POBF_OK);
            assert_int_equal(receipt.mismatches, mismatches);
            assert_int_equal(receipt.registers_cleared, bools & 1);
            assert_int_equal(receipt.key_destroyed, bools >> 1);
            assert_int_equal(says_forgotten(&receipt), mismatches == 0 && bools == 3);
        }
    }
}

static void every_exit_of_the_list_and_no_other_is_signed(void **state)
{
    const struct test_key key = test_key(1);
    struct pobf_receipt receipt = sample();
    struct pobf_receipt back;
    uint8_t out[POBF_RECEIPT_ROOM];
    size_t size;

    (void)state;
    for (unsigned int exit = 0; exit < POBF_EXIT_COUNT; exit++) {
        receipt.exit = (enum pobf_exit)exit;
        assert_int_equal(pobf_receipt_sign(out, sizeof out, &size, &receipt, key.signing_key),
                         POBF_OK);
        assert_int_equal(pobf_receipt_parse(&back, out, size), POBF_OK);
        assert_int_equal(back.exit, exit);
    }
    receipt.exit = POBF_EXIT_COUNT;
    memset(out, 0xa5, sizeof out);
    assert_int_equal(pobf_receipt_sign(out, sizeof out, &size, &receipt, key.signing_key),
                     POBF_E_INPUT);
    assert_int_equal(size, 0);
    assert_true(all_zero(out, sizeof out));
}

static void the_largest_receipt_fits_its_room(void **state)
{
    const struct test_key key = test_key(1);
    struct pobf_receipt receipt = sample();
    struct pobf_receipt back;
    uint8_t out[POBF_RECEIPT_ROOM];
    size_t size;

    (void)state;
    receipt.issued_at_s = receipt.sequence = receipt.zone_bytes = UINT64_MAX;
    receipt.restored_bytes = receipt.time_us = receipt.memory_peak = receipt.steps = UINT64_MAX;
    assert_int_equal(pobf_receipt_sign(out, sizeof out, &size, &receipt, key.signing_key), POBF_OK);
    memset(&back, 0, sizeof back);
    assert_int_equal(pobf_receipt_parse(&back, out, size), POBF_OK);
    assert_memory_equal(&back, &receipt, sizeof back);
}

static void too_little_room_leaves_zeros(void **state)
{
    (void)state;
    assert_too_little_room_leaves_zeros(sign_into);
}

static void a_failing_library_leaves_zeros(void **state)
{
    uint8_t out[POBF_RECEIPT_ROOM];
    size_t size;

    (void)state;
    memset(out, 0xa5, sizeof out);
    fail_from_call(1);
    assert_int_equal(sign_into(out, sizeof out, &size), POBF_E_SYSTEM);
    fail_from_call(0);
    assert_int_equal(size, 0);
    assert_true(all_zero(out, sizeof out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_claims_are_those_of_the_table),
        cmocka_unit_test(what_is_signed_parses_back),
        cmocka_unit_test(every_change_is_refused),
        cmocka_unit_test(signed_claims_that_are_not_the_layout_are_refused),
        cmocka_unit_test(what_parses_prints_back_and_only_values_may_differ),
        cmocka_unit_test(a_receipt_that_says_it_did_not_forget_parses_and_says_so),
        cmocka_unit_test(every_exit_of_the_list_and_no_other_is_signed),
        cmocka_unit_test(the_largest_receipt_fits_its_room),
        cmocka_unit_test(too_little_room_leaves_zeros),
        cmocka_unit_test(a_failing_library_leaves_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
