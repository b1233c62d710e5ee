/*
 * LINK: -Wl,--wrap=crypto_sign_ed25519_detached,--wrap=crypto_hash_sha256_final
 */
#include "tests/framework/crypto/fail.h"
#include "tests/framework/wire/tamper.h"

#include "framework/wire/evidence.h"

FAIL_WRAP(crypto_sign_ed25519_detached,
          (unsigned char *sig, unsigned long long *siglen_p, const unsigned char *m,
           unsigned long long mlen, const unsigned char *sk),
          (sig, siglen_p, m, mlen, sk))
FAIL_WRAP(crypto_hash_sha256_final, (crypto_hash_sha256_state * state, unsigned char *out),
          (state, out))

static struct pobf_evidence sample(void)
{
    struct pobf_evidence evidence;

    fill(&evidence, sizeof evidence, 1);
    evidence.platform = POBF_PLATFORM_SIM;
    evidence.backend = POBF_BACKEND_PROCESS;
    return evidence;
}

static enum pobf_status sign_into(uint8_t *out, size_t room, size_t *size)
{
    const struct pobf_evidence evidence = sample();
    const struct test_key key = test_key(1);

    return pobf_evidence_sign(out, room, size, &evidence, key.signing_key);
}

static size_t sign_sample(uint8_t *out, size_t room)
{
    size_t size;

    assert_int_equal(sign_into(out, room, &size), POBF_OK);
    return size;
}

/* The sample, encoded by a program that shares nothing with ours. */
static const char sample_hex[] =
    "ac0a5820090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728190109767461673a"
    "706f62662c323032363a65766964656e63653a000111706373696d3a000111716770726f636573733a000111"
    "7250292a2b2c2d2e2f3031323334353637383a000111735820393a3b3c3d3e3f404142434445464748494a4b"
    "4c4d4e4f5051525354555657583a000111745820595a5b5c5d5e5f60616263640102030405060708090a0b0c"
    "0d0e0f10111213143a00011175582015161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031"
    "3233343a00011176582035363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f50515253543a00"
    "011177582055565758595a5b5c5d5e5f60616263640102030405060708090a0b0c0d0e0f103a000111785820"
    "1112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303a0001117958203132333435"
    "363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f50";

static void the_claims_are_those_of_the_table(void **state)
{
    uint8_t out[POBF_EVIDENCE_ROOM];

    (void)state;
    assert_claims_are(sample_hex, out, sign_sample(out, sizeof out));
}

static void what_is_signed_parses_back(void **state)
{
    const struct pobf_evidence evidence = sample();
    struct pobf_evidence back;
    uint8_t out[POBF_EVIDENCE_ROOM];
    const size_t size = sign_sample(out, sizeof out);

    (void)state;
    memset(&back, 0, sizeof back);
    assert_int_equal(pobf_evidence_parse(&back, out, size), POBF_OK);
    assert_memory_equal(&back, &evidence, sizeof back);
}

/* Every value of the enumeration is signed and comes back, or is refused; none becomes another. */
static void each_backend_comes_back_as_itself(void **state)
{
    const struct test_key key = test_key(1);
    struct pobf_evidence evidence = sample();
    struct pobf_evidence back;
    uint8_t out[POBF_EVIDENCE_ROOM];
    size_t size;
    int signed_ones = 0;

    (void)state;
    for (int backend = POBF_BACKEND_NONE; backend <= POBF_BACKEND_KVM + 1; backend++) {
        evidence.backend = (enum pobf_backend)backend;
        if (pobf_evidence_sign(out, sizeof out, &size, &evidence, key.signing_key) != POBF_OK) {
            continue;
        }
        assert_int_equal(pobf_evidence_parse(&back, out, size), POBF_OK);
        assert_int_equal(back.backend, backend);
        signed_ones++;
    }
    assert_int_equal(signed_ones, 2);
}

/* Parses and verifies. What does not parse leaves all zeros. */
static int accepted(const uint8_t *bytes, size_t size)
{
    const struct test_key key = test_key(1);
    struct pobf_evidence evidence;

    memset(&evidence, 0xa5, sizeof evidence);
    if (pobf_evidence_parse(&evidence, bytes, size) != POBF_OK) {
        assert_true(all_zero(&evidence, sizeof evidence));
        return 0;
    }
    return pobf_cose_verify(bytes, size, key.public_key) == POBF_OK;
}

static void every_change_is_refused(void **state)
{
    uint8_t out[POBF_EVIDENCE_ROOM];

    (void)state;
    assert_only_the_whole_is_accepted(accepted, out, sign_sample(out, sizeof out));
}

static void signed_claims_that_are_not_the_layout_are_refused(void **state)
{
    uint8_t out[POBF_EVIDENCE_ROOM];

    (void)state;
    assert_only_its_claims_are_accepted(accepted, out, sign_sample(out, sizeof out));
}

static size_t reprint(uint8_t *out, size_t room, const uint8_t *message, size_t message_size)
{
    const struct test_key key = test_key(1);
    struct pobf_evidence evidence;
    size_t size;

    if (pobf_evidence_parse(&evidence, message, message_size) != POBF_OK) {
        return 0;
    }
    assert_int_equal(pobf_evidence_sign(out, room, &size, &evidence, key.signing_key), POBF_OK);
    return size;
}

static void what_parses_prints_back_and_only_values_may_differ(void **state)
{
    uint8_t out[POBF_EVIDENCE_ROOM];
    const size_t size = sign_sample(out, sizeof out);

    (void)state;
    /* 8 bits of 8 digests and keys, the nonce and the boot id. */
    assert_int_equal(count_what_parses_and_prints_back(reprint, out, size), 8 * (8 * 32 + 16));
}

static void too_little_room_leaves_zeros(void **state)
{
    (void)state;
    assert_too_little_room_leaves_zeros(sign_into);
}

static void no_platform_or_backend_is_not_signed(void **state)
{
    const struct test_key key = test_key(1);
    uint8_t out[POBF_EVIDENCE_ROOM];
    size_t size;

    (void)state;
    for (unsigned int which = 0; which < 2; which++) {
        struct pobf_evidence evidence = sample();

        if (which == 0) {
            evidence.platform = POBF_PLATFORM_NONE;
        } else {
            evidence.backend = POBF_BACKEND_NONE;
        }
        memset(out, 0xa5, sizeof out);
        assert_int_equal(pobf_evidence_sign(out, sizeof out, &size, &evidence, key.signing_key),
                         POBF_E_INPUT);
        assert_int_equal(size, 0);
        assert_true(all_zero(out, sizeof out));
    }
}

static void a_failing_library_leaves_zeros(void **state)
{
    struct pobf_evidence evidence = sample();
    uint8_t out[POBF_EVIDENCE_ROOM];
    size_t size;

    (void)state;
    memset(out, 0xa5, sizeof out);
    fail_from_call(1);
    assert_int_equal(sign_into(out, sizeof out, &size), POBF_E_SYSTEM);
    assert_int_equal(size, 0);
    assert_true(all_zero(out, sizeof out));
    fail_from_call(1);
    assert_int_equal(pobf_evidence_bind(evidence.report_data, &evidence), POBF_E_SYSTEM);
    assert_true(all_zero(evidence.report_data, sizeof evidence.report_data));
    fail_from_call(0);
}

static void report_data_is_the_digest_of_what_it_binds(void **state)
{
    const struct pobf_evidence evidence = sample();
    uint8_t bound[15 + 4 * 32] = "pobf evidence 1";
    uint8_t wanted[32];
    uint8_t report_data[32];

    (void)state;
    memcpy(bound + 15, evidence.nonce, 32);
    memcpy(bound + 47, evidence.receipt_key, 32);
    memcpy(bound + 79, evidence.channel_key, 32);
    memcpy(bound + 111, evidence.certificate, 32);
    crypto_hash_sha256(wanted, bound, sizeof bound);
    assert_int_equal(pobf_evidence_bind(report_data, &evidence), POBF_OK);
    assert_memory_equal(report_data, wanted, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_claims_are_those_of_the_table),
        cmocka_unit_test(what_is_signed_parses_back),
        cmocka_unit_test(each_backend_comes_back_as_itself),
        cmocka_unit_test(every_change_is_refused),
        cmocka_unit_test(signed_claims_that_are_not_the_layout_are_refused),
        cmocka_unit_test(what_parses_prints_back_and_only_values_may_differ),
        cmocka_unit_test(too_little_room_leaves_zeros),
        cmocka_unit_test(no_platform_or_backend_is_not_signed),
        cmocka_unit_test(a_failing_library_leaves_zeros),
        cmocka_unit_test(report_data_is_the_digest_of_what_it_binds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
