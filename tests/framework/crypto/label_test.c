/*
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_init,--wrap=crypto_auth_hmacsha256_update
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_final
 */
#include "tests/framework/crypto/fail_hmac.h"

#include "framework/crypto/label.h"

static const uint8_t suite[2] = "su";
static const uint8_t label[3] = "lab";
static const uint8_t secret[5] = "bytes";
static const uint8_t prk[POBF_HKDF_BYTES] = {7};

static void extract_is_hkdf_of_version_suite_label_and_bytes(void **state)
{
    const struct pobf_part spelled = {(const uint8_t *)"HPKE-v1sulabbytes", 17};
    uint8_t labelled[32], plain[32];

    (void)state;
    assert_int_equal(pobf_label_extract(labelled, POBF_PART(suite), POBF_PART(prk),
                                        POBF_PART(label), POBF_PART(secret)),
                     POBF_OK);
    assert_int_equal(pobf_hkdf_extract(plain, prk, sizeof prk, &spelled, 1), POBF_OK);
    assert_memory_equal(labelled, plain, 32);
}

static void expand_is_hkdf_of_length_version_suite_label_and_info(void **state)
{
    const struct pobf_part spelled = {(const uint8_t *)"\0\14HPKE-v1sulabbytes", 19};
    uint8_t labelled[12], plain[12];

    (void)state;
    assert_int_equal(
        pobf_label_expand(labelled, 12, POBF_PART(suite), prk, POBF_PART(label), POBF_PART(secret)),
        POBF_OK);
    assert_int_equal(pobf_hkdf_expand(plain, 12, prk, &spelled, 1), POBF_OK);
    assert_memory_equal(labelled, plain, 12);
}

static void label_or_fail(int must_fail)
{
    const enum pobf_status wanted = must_fail ? POBF_E_SYSTEM : POBF_OK;
    uint8_t key[20];

    fail_fill(key, sizeof key);
    assert_int_equal(pobf_label_expand(key, sizeof key, POBF_PART(suite), prk, POBF_PART(label),
                                       POBF_PART(secret)),
                     wanted);
    assert_int_equal(sodium_is_zero(key, sizeof key), must_fail);
}

static void whichever_call_fails_the_key_is_zeros(void **state)
{
    (void)state;
    assert_int_equal(fail_every_call(label_or_fail), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extract_is_hkdf_of_version_suite_label_and_bytes),
        cmocka_unit_test(expand_is_hkdf_of_length_version_suite_label_and_info),
        cmocka_unit_test(whichever_call_fails_the_key_is_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
