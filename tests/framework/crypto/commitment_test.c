/*
 * LINK: -Wl,--wrap=crypto_generichash_blake2b
 */
#include "tests/framework/crypto/fail.h"

#include "framework/crypto/commitment.h"

FAIL_WRAP(crypto_generichash_blake2b,
          (unsigned char *out, size_t outlen, const unsigned char *in, unsigned long long inlen,
           const unsigned char *key, size_t keylen),
          (out, outlen, in, inlen, key, keylen))

static void commit(uint8_t commitment[32], uint8_t salt_byte, const char *data)
{
    uint8_t salt[POBF_SALT_BYTES];

    memset(salt, salt_byte, sizeof salt);
    assert_int_equal(pobf_commitment_make(commitment, salt, (const uint8_t *)data, strlen(data)),
                     POBF_OK);
}

static void it_is_keyed_blake2b_as_another_implementation_has_it(void **state)
{
    /* Python: hashlib.blake2b(b"abc", digest_size=32, key=bytes(range(32))).hexdigest() */
    static const uint8_t wanted[32] = {0xd6, 0x3a, 0x32, 0xd3, 0xe4, 0x47, 0x38, 0xd7,
                                       0x90, 0x7f, 0x96, 0x43, 0x16, 0xc2, 0x41, 0xad,
                                       0xab, 0xa0, 0xab, 0xfe, 0xab, 0xc3, 0x23, 0x49,
                                       0x67, 0x75, 0x78, 0xa1, 0x5a, 0x20, 0x3f, 0x7f};
    uint8_t salt[POBF_SALT_BYTES], commitment[32];

    (void)state;
    for (size_t i = 0; i < sizeof salt; i++) {
        salt[i] = (uint8_t)i;
    }
    assert_int_equal(pobf_commitment_make(commitment, salt, (const uint8_t *)"abc", 3), POBF_OK);
    assert_memory_equal(commitment, wanted, 32);
}

static void the_same_salt_and_data_give_the_same(void **state)
{
    uint8_t one[32], two[32];

    (void)state;
    commit(one, 1, "data");
    commit(two, 1, "data");
    assert_memory_equal(one, two, 32);
}

static void another_salt_or_other_data_give_another(void **state)
{
    uint8_t one[32], other[32];

    (void)state;
    commit(one, 1, "data");
    commit(other, 2, "data");
    assert_memory_not_equal(one, other, 32);
    commit(other, 1, "dat");
    assert_memory_not_equal(one, other, 32);
    commit(other, 1, "");
    assert_memory_not_equal(one, other, 32);
}

static void commit_or_fail(int must_fail)
{
    uint8_t commitment[32], salt[POBF_SALT_BYTES] = {1};

    fail_fill(commitment, sizeof commitment);
    assert_int_equal(pobf_commitment_make(commitment, salt, (const uint8_t *)"data", 4),
                     must_fail ? POBF_E_SYSTEM : POBF_OK);
    assert_int_equal(sodium_is_zero(commitment, sizeof commitment), must_fail);
}

static void when_hashing_fails_it_is_zeros(void **state)
{
    (void)state;
    assert_int_equal(fail_every_call(commit_or_fail), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_keyed_blake2b_as_another_implementation_has_it),
        cmocka_unit_test(the_same_salt_and_data_give_the_same),
        cmocka_unit_test(another_salt_or_other_data_give_another),
        cmocka_unit_test(when_hashing_fails_it_is_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
