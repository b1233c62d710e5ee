/*
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_init,--wrap=crypto_auth_hmacsha256_update
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_final
 */
#include "tests/framework/crypto/fail_hmac.h"

#include "framework/crypto/hkdf.h"

static const uint8_t text[6] = {1, 2, 3, 4, 5, 6};
static const struct pobf_part whole[] = {{text, 6}};
static const struct pobf_part split[] = {{text, 0}, {text, 2}, {text + 2, 1}, {text + 3, 3}};
static const uint8_t zeros[32] = {0};

static void where_parts_end_makes_no_difference(void **state)
{
    uint8_t one[32], other[32];

    (void)state;
    assert_int_equal(pobf_hkdf_extract(one, text, 3, whole, 1), POBF_OK);
    assert_int_equal(pobf_hkdf_extract(other, text, 3, split, 4), POBF_OK);
    assert_memory_equal(one, other, 32);
    assert_int_equal(pobf_hkdf_expand(one, 32, zeros, whole, 1), POBF_OK);
    assert_int_equal(pobf_hkdf_expand(other, 32, zeros, split, 4), POBF_OK);
    assert_memory_equal(one, other, 32);
}

static void no_salt_is_the_same_as_zeros(void **state)
{
    uint8_t one[32], other[32];

    (void)state;
    assert_int_equal(pobf_hkdf_extract(one, text, 0, whole, 1), POBF_OK);
    assert_int_equal(pobf_hkdf_extract(other, zeros, sizeof zeros, whole, 1), POBF_OK);
    assert_memory_equal(one, other, 32);
}

static void a_short_key_is_the_beginning_of_a_long_one(void **state)
{
    uint8_t one[32], other[32];

    (void)state;
    assert_int_equal(pobf_hkdf_expand(one, 32, zeros, whole, 1), POBF_OK);
    for (size_t size = 0; size < 32; size++) {
        fail_fill(other, sizeof other);
        assert_int_equal(pobf_hkdf_expand(other, size, zeros, whole, 1), POBF_OK);
        assert_memory_equal(other, one, size);
        assert_int_equal(other[size], 0xA5);
    }
}

static void extract_or_fail(int must_fail)
{
    uint8_t prk[32];

    fail_fill(prk, sizeof prk);
    assert_int_equal(pobf_hkdf_extract(prk, text, 6, split, 4),
                     must_fail ? POBF_E_SYSTEM : POBF_OK);
    assert_int_equal(sodium_is_zero(prk, sizeof prk), must_fail);
}

static void expand_or_fail(int must_fail)
{
    uint8_t key[12];

    fail_fill(key, sizeof key);
    assert_int_equal(pobf_hkdf_expand(key, sizeof key, zeros, split, 4),
                     must_fail ? POBF_E_SYSTEM : POBF_OK);
    assert_int_equal(sodium_is_zero(key, sizeof key), must_fail);
}

static void whichever_call_fails_the_output_is_zeros(void **state)
{
    (void)state;
    assert_int_equal(fail_every_call(extract_or_fail), 7);
    assert_int_equal(fail_every_call(expand_or_fail), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_parts_end_makes_no_difference),
        cmocka_unit_test(no_salt_is_the_same_as_zeros),
        cmocka_unit_test(a_short_key_is_the_beginning_of_a_long_one),
        cmocka_unit_test(whichever_call_fails_the_output_is_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
