/*
 * LINK: -Wl,--wrap=crypto_sign_ed25519_detached,--wrap=crypto_sign_ed25519_seed_keypair
 */
#include "tests/framework/crypto/fail.h"

#include "framework/crypto/sign.h"

FAIL_WRAP(crypto_sign_ed25519_detached,
          (unsigned char *sig, unsigned long long *siglen_p, const unsigned char *m,
           unsigned long long mlen, const unsigned char *sk),
          (sig, siglen_p, m, mlen, sk))
FAIL_WRAP(crypto_sign_ed25519_seed_keypair,
          (unsigned char *pk, unsigned char *sk, const unsigned char *seed), (pk, sk, seed))

/* RFC 8032, section 7.1, TEST 2: a message of one byte. */
static const char seed_hex[] = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
static const char public_hex[] = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
static const char signature_hex[] =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
static const uint8_t message[] = {0x72};

static void from_hex(uint8_t *bytes, size_t size, const char *hex)
{
    size_t got = 0;

    assert_int_equal(sodium_hex2bin(bytes, size, hex, strlen(hex), NULL, &got, NULL), 0);
    assert_int_equal(got, size);
}

static void make_keys(uint8_t public_key[32], uint8_t secret_key[64])
{
    uint8_t seed[32];

    from_hex(seed, sizeof seed, seed_hex);
    assert_int_equal(pobf_sign_keypair(public_key, secret_key, seed), POBF_OK);
}

static void keys_and_signature_are_those_of_rfc_8032(void **state)
{
    uint8_t public_key[32], secret_key[64], signature[64], wanted_key[32], wanted[64];

    (void)state;
    from_hex(wanted_key, sizeof wanted_key, public_hex);
    from_hex(wanted, sizeof wanted, signature_hex);
    make_keys(public_key, secret_key);
    assert_memory_equal(public_key, wanted_key, 32);
    assert_int_equal(pobf_sign_make(signature, message, sizeof message, secret_key), POBF_OK);
    assert_memory_equal(signature, wanted, 64);
    assert_int_equal(pobf_sign_verify(signature, message, sizeof message, public_key), POBF_OK);
}

static void every_flipped_bit_is_refused(void **state)
{
    uint8_t public_key[32], secret_key[64], signature[64];

    (void)state;
    make_keys(public_key, secret_key);
    assert_int_equal(pobf_sign_make(signature, message, sizeof message, secret_key), POBF_OK);
    for (size_t bit = 0; bit < 8 * sizeof signature; bit++) {
        uint8_t flipped[64];

        memcpy(flipped, signature, sizeof flipped);
        flipped[bit / 8] = (uint8_t)(flipped[bit / 8] ^ (1U << bit % 8));
        assert_int_equal(pobf_sign_verify(flipped, message, sizeof message, public_key),
                         POBF_E_AUTH);
    }
}

static void another_message_or_key_is_refused(void **state)
{
    static const uint8_t other[] = {0x73};
    uint8_t public_key[32], secret_key[64], signature[64];

    (void)state;
    make_keys(public_key, secret_key);
    assert_int_equal(pobf_sign_make(signature, message, sizeof message, secret_key), POBF_OK);
    assert_int_equal(pobf_sign_verify(signature, other, sizeof other, public_key), POBF_E_AUTH);
    assert_int_equal(pobf_sign_verify(signature, message, 0, public_key), POBF_E_AUTH);
    public_key[0] ^= 1;
    assert_int_equal(pobf_sign_verify(signature, message, sizeof message, public_key), POBF_E_AUTH);
}

/* Under the neutral element as a key, R = neutral and S = 0 would sign every message. */
static void a_key_of_small_order_verifies_nothing(void **state)
{
    const uint8_t public_key[32] = {1};
    const uint8_t signature[64] = {1};

    (void)state;
    assert_int_equal(pobf_sign_verify(signature, message, sizeof message, public_key), POBF_E_AUTH);
}

static void sign_or_fail(int must_fail)
{
    uint8_t signature[64], secret_key[64] = {1};

    fail_fill(signature, sizeof signature);
    assert_int_equal(pobf_sign_make(signature, message, sizeof message, secret_key),
                     must_fail ? POBF_E_SYSTEM : POBF_OK);
    assert_int_equal(sodium_is_zero(signature, sizeof signature), must_fail);
}

static void when_signing_fails_the_signature_is_zeros(void **state)
{
    (void)state;
    assert_int_equal(fail_every_call(sign_or_fail), 1);
}

static void keypair_or_fail(int must_fail)
{
    uint8_t public_key[32], secret_key[64], seed[32] = {1};

    fail_fill(public_key, sizeof public_key);
    fail_fill(secret_key, sizeof secret_key);
    assert_int_equal(pobf_sign_keypair(public_key, secret_key, seed),
                     must_fail ? POBF_E_SYSTEM : POBF_OK);
    assert_int_equal(sodium_is_zero(public_key, sizeof public_key), must_fail);
    assert_int_equal(sodium_is_zero(secret_key, sizeof secret_key), must_fail);
}

static void when_a_key_pair_fails_both_keys_are_zeros(void **state)
{
    (void)state;
    assert_int_equal(fail_every_call(keypair_or_fail), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_and_signature_are_those_of_rfc_8032),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(another_message_or_key_is_refused),
        cmocka_unit_test(a_key_of_small_order_verifies_nothing),
        cmocka_unit_test(when_signing_fails_the_signature_is_zeros),
        cmocka_unit_test(when_a_key_pair_fails_both_keys_are_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
