#include "tests/framework/crypto/fail.h"

#include "framework/crypto/state.h"

static void a_wiped_state_is_zeros_to_its_last_byte(void **state)
{
    crypto_hash_sha256_state hash;

    (void)state;
    fail_fill(&hash, sizeof hash);
    pobf_state_wipe(&hash);
    fail_check_zero(&hash, sizeof hash);
}

/* Why the wipe is needed: what is hashed stands in the state until the block is full. */
static void a_running_state_holds_what_it_was_given(void **state)
{
    static const uint8_t canary[16] = "canary canary .";
    crypto_hash_sha256_state hash;

    (void)state;
    assert_int_equal(crypto_hash_sha256_init(&hash), 0);
    assert_int_equal(crypto_hash_sha256_update(&hash, canary, sizeof canary), 0);
    assert_non_null(memmem(&hash, sizeof hash, canary, sizeof canary));
    pobf_state_wipe(&hash);
    assert_null(memmem(&hash, sizeof hash, canary, sizeof canary));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wiped_state_is_zeros_to_its_last_byte),
        cmocka_unit_test(a_running_state_holds_what_it_was_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
