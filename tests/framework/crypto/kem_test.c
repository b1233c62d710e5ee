/*
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_init,--wrap=crypto_auth_hmacsha256_update
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_final,--wrap=crypto_scalarmult_curve25519
 * LINK: -Wl,--wrap=crypto_scalarmult_curve25519_base
 */
#include "tests/framework/crypto/fail_kem.h"

#include "framework/crypto/kem.h"

static const uint8_t ephemeral[32] = {8}, private_key[32] = {16};

/* Points of small order: every private key takes them to zero. RFC 7748, section 6.1. */
static const char *const small_order[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void both_sides_agree(void **state)
{
    uint8_t recipient[32], encapsulated[32], ours[32], theirs[32];

    (void)state;
    assert_int_equal(pobf_kem_public_key(recipient, private_key), POBF_OK);
    assert_int_equal(pobf_kem_encapsulate(ours, encapsulated, ephemeral, recipient), POBF_OK);
    assert_int_equal(pobf_kem_decapsulate(theirs, encapsulated, private_key), POBF_OK);
    assert_memory_equal(ours, theirs, 32);
    assert_int_equal(pobf_kem_decapsulate(theirs, encapsulated, ephemeral), POBF_OK);
    assert_memory_not_equal(ours, theirs, 32);
}

static void a_point_of_small_order_gives_no_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof small_order / sizeof small_order[0]; i++) {
        uint8_t point[32], shared[32], encapsulated[32];

        assert_int_equal(sodium_hex2bin(point, 32, small_order[i], 64, NULL, NULL, NULL), 0);
        fail_fill(shared, sizeof shared);
        fail_fill(encapsulated, sizeof encapsulated);
        assert_int_equal(pobf_kem_encapsulate(shared, encapsulated, ephemeral, point), POBF_E_KEY);
        fail_check_zero(shared, sizeof shared);
        fail_check_zero(encapsulated, sizeof encapsulated);
        fail_fill(shared, sizeof shared);
        assert_int_equal(pobf_kem_decapsulate(shared, point, private_key), POBF_E_KEY);
        fail_check_zero(shared, sizeof shared);
    }
}

/* A failing X25519 is a bad key, everything else libsodium's. */
static void check_status(enum pobf_status status, int must_fail)
{
    assert_int_equal(status != POBF_OK, must_fail);
    assert_true(status == POBF_OK || status == POBF_E_KEY || status == POBF_E_SYSTEM);
}

static void encapsulate_or_fail(int must_fail)
{
    uint8_t shared[32], encapsulated[32], recipient[32] = {9};

    fail_fill(shared, sizeof shared);
    fail_fill(encapsulated, sizeof encapsulated);
    check_status(pobf_kem_encapsulate(shared, encapsulated, ephemeral, recipient), must_fail);
    assert_int_equal(sodium_is_zero(shared, sizeof shared), must_fail);
    assert_int_equal(sodium_is_zero(encapsulated, sizeof encapsulated), must_fail);
}

static void decapsulate_or_fail(int must_fail)
{
    uint8_t shared[32], encapsulated[32] = {9};

    fail_fill(shared, sizeof shared);
    check_status(pobf_kem_decapsulate(shared, encapsulated, private_key), must_fail);
    assert_int_equal(sodium_is_zero(shared, sizeof shared), must_fail);
}

static void public_key_or_fail(int must_fail)
{
    uint8_t public_key[32];

    fail_fill(public_key, sizeof public_key);
    check_status(pobf_kem_public_key(public_key, private_key), must_fail);
    assert_int_equal(sodium_is_zero(public_key, sizeof public_key), must_fail);
}

static void whichever_call_fails_the_outputs_are_zeros(void **state)
{
    (void)state;
    assert_int_equal(fail_every_call(encapsulate_or_fail), 17);
    assert_int_equal(fail_every_call(decapsulate_or_fail), 17);
    assert_int_equal(fail_every_call(public_key_or_fail), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_agree),
        cmocka_unit_test(a_point_of_small_order_gives_no_key),
        cmocka_unit_test(whichever_call_fails_the_outputs_are_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
