/*
 * LINK: -Wl,--wrap=crypto_sign_ed25519_detached
 */
#include "tests/framework/crypto/fail.h"
#include "tests/framework/wire/tamper.h"

#include "framework/wire/offer.h"

FAIL_WRAP(crypto_sign_ed25519_detached,
          (unsigned char *sig, unsigned long long *siglen_p, const unsigned char *m,
           unsigned long long mlen, const unsigned char *sk),
          (sig, siglen_p, m, mlen, sk))

static struct pobf_offer sample(void)
{
    struct pobf_offer offer;

    fill(&offer, sizeof offer, 1);
    return offer;
}

static enum pobf_status sign_into(uint8_t *out, size_t room, size_t *size)
{
    const struct pobf_offer offer = sample();
    const struct test_key key = test_key(1);

    return pobf_offer_sign(out, room, size, &offer, key.signing_key);
}

static size_t sign_sample(uint8_t *out, size_t room)
{
    size_t size;

    assert_int_equal(sign_into(out, room, &size), POBF_OK);
    return size;
}

/* The sample, encoded by a program that shares nothing with ours. */
static const char sample_hex[] =
    "a4190109737461673a706f62662c323032363a6f666665723a00011238500102030405060708090a0b0c0d0e"
    "0f103a00011239501112131415161718191a1b1c1d1e1f203a0001123a58202122232425262728292a2b2c2d"
    "2e2f303132333435363738393a3b3c3d3e3f40";

static void the_claims_are_those_of_the_table(void **state)
{
    uint8_t out[POBF_OFFER_ROOM];

    (void)state;
    assert_claims_are(sample_hex, out, sign_sample(out, sizeof out));
}

static void what_is_signed_parses_back(void **state)
{
    const struct pobf_offer offer = sample();
    struct pobf_offer back;
    uint8_t out[POBF_OFFER_ROOM];
    const size_t size = sign_sample(out, sizeof out);

    (void)state;
    memset(&back, 0, sizeof back);
    assert_int_equal(pobf_offer_parse(&back, out, size), POBF_OK);
    assert_memory_equal(&back, &offer, sizeof back);
}

/* Parses and verifies. What does not parse leaves all zeros. */
static int accepted(const uint8_t *bytes, size_t size)
{
    const struct test_key key = test_key(1);
    struct pobf_offer offer;

    memset(&offer, 0xa5, sizeof offer);
    if (pobf_offer_parse(&offer, bytes, size) != POBF_OK) {
        assert_true(all_zero(&offer, sizeof offer));
        return 0;
    }
    return pobf_cose_verify(bytes, size, key.public_key) == POBF_OK;
}

static void every_change_is_refused(void **state)
{
    uint8_t out[POBF_OFFER_ROOM];

    (void)state;
    assert_only_the_whole_is_accepted(accepted, out, sign_sample(out, sizeof out));
}

static void signed_claims_that_are_not_the_layout_are_refused(void **state)
{
    uint8_t out[POBF_OFFER_ROOM];

    (void)state;
    assert_only_its_claims_are_accepted(accepted, out, sign_sample(out, sizeof out));
}

static size_t reprint(uint8_t *out, size_t room, const uint8_t *message, size_t message_size)
{
    const struct test_key key = test_key(1);
    struct pobf_offer offer;
    size_t size;

    if (pobf_offer_parse(&offer, message, message_size) != POBF_OK) {
        return 0;
    }
    assert_int_equal(pobf_offer_sign(out, room, &size, &offer, key.signing_key), POBF_OK);
    return size;
}

static void what_parses_prints_back_and_only_values_may_differ(void **state)
{
    uint8_t out[POBF_OFFER_ROOM];
    const size_t size = sign_sample(out, sizeof out);

    (void)state;
    assert_int_equal(count_what_parses_and_prints_back(reprint, out, size), 8 * (16 + 16 + 32));
}

static void too_little_room_leaves_zeros(void **state)
{
    (void)state;
    assert_too_little_room_leaves_zeros(sign_into);
}

static void a_failing_library_leaves_zeros(void **state)
{
    uint8_t out[POBF_OFFER_ROOM];
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
        cmocka_unit_test(too_little_room_leaves_zeros),
        cmocka_unit_test(a_failing_library_leaves_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
