/*
 * LINK: -Wl,--wrap=crypto_hash_sha256_init,--wrap=crypto_hash_sha256_update
 * LINK: -Wl,--wrap=crypto_hash_sha256_final
 */
#include "tests/framework/crypto/fail.h"

#include "framework/crypto/digest.h"

FAIL_WRAP(crypto_hash_sha256_init, (crypto_hash_sha256_state * state), (state))
FAIL_WRAP(crypto_hash_sha256_update,
          (crypto_hash_sha256_state * state, const unsigned char *in, unsigned long long inlen),
          (state, in, inlen))
FAIL_WRAP(crypto_hash_sha256_final, (crypto_hash_sha256_state * state, unsigned char *out),
          (state, out))

/* FIPS 180-2, appendix B.1 */
static const uint8_t abc[32] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};

static struct pobf_part part_of(const char *text)
{
    const struct pobf_part part = {(const uint8_t *)text, strlen(text)};

    return part;
}

static void abc_has_the_digest_of_fips_180(void **state)
{
    const struct pobf_part part = part_of("abc");
    uint8_t digest[32];

    (void)state;
    assert_int_equal(pobf_digest_sha256(digest, &part, 1), POBF_OK);
    assert_memory_equal(digest, abc, 32);
}

static void where_parts_end_makes_no_difference(void **state)
{
    const struct pobf_part parts[] = {part_of(""), part_of("a"), part_of(""), part_of("bc")};
    uint8_t digest[32];

    (void)state;
    assert_int_equal(pobf_digest_sha256(digest, parts, 4), POBF_OK);
    assert_memory_equal(digest, abc, 32);
}

static void no_parts_are_the_empty_text(void **state)
{
    const struct pobf_part empty = part_of("");
    uint8_t of_none[32], of_empty[32];

    (void)state;
    assert_int_equal(pobf_digest_sha256(of_none, NULL, 0), POBF_OK);
    assert_int_equal(pobf_digest_sha256(of_empty, &empty, 1), POBF_OK);
    assert_memory_equal(of_none, of_empty, 32);
}

static void the_digest_may_be_one_of_the_parts(void **state)
{
    const struct pobf_part apart = {abc, 32};
    uint8_t chained[32], wanted[32];
    const struct pobf_part itself = {chained, 32};

    (void)state;
    memcpy(chained, abc, 32);
    assert_int_equal(pobf_digest_sha256(wanted, &apart, 1), POBF_OK);
    assert_int_equal(pobf_digest_sha256(chained, &itself, 1), POBF_OK);
    assert_memory_equal(chained, wanted, 32);
}

static void digest_or_fail(int must_fail)
{
    const struct pobf_part parts[] = {part_of("a"), part_of("bc")};
    uint8_t digest[32];

    fail_fill(digest, sizeof digest);
    assert_int_equal(pobf_digest_sha256(digest, parts, 2), must_fail ? POBF_E_SYSTEM : POBF_OK);
    assert_int_equal(sodium_is_zero(digest, sizeof digest), must_fail);
}

static void whichever_call_fails_the_digest_is_zeros(void **state)
{
    (void)state;
    assert_int_equal(fail_every_call(digest_or_fail), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(abc_has_the_digest_of_fips_180),
        cmocka_unit_test(where_parts_end_makes_no_difference),
        cmocka_unit_test(no_parts_are_the_empty_text),
        cmocka_unit_test(the_digest_may_be_one_of_the_parts),
        cmocka_unit_test(whichever_call_fails_the_digest_is_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
