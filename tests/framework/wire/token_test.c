#include "framework/wire/token.h"
#include "tests/framework/wire/spoil.h"

/* {1: h'0102', -2: "abc", 3: 7}, and something after it. */
static const uint8_t sample[] = {0xa3, 1, 0x42, 1, 2, 0x21, 0x63, 'a', 'b', 'c', 3, 7, 0xf6};
enum { BYTES = 1, TEXT = -2, NUMBER = 3, NONE = 4, SAMPLE_BYTES = sizeof sample - 1 };

static struct pobf_token token;
static struct pobf_span span;

static void open_sample(size_t size)
{
    const struct pobf_span whole = {0, size};

    pobf_token_open(&token, sample, &whole);
    span = (struct pobf_span){3, 4};
}

/* What was read last stands there, and the token has failed or not. Then it is opened again. */
static void assert_found(size_t at, size_t size, int failed)
{
    assert_int_equal(span.at, at);
    assert_int_equal(span.size, size);
    assert_int_equal(token.failed, failed);
    open_sample(SAMPLE_BYTES);
}

static void a_token_is_a_map_and_nothing_after_it(void **state)
{
    (void)state;
    for (size_t size = 0; size <= sizeof sample; size++) {
        open_sample(size);
        assert_int_equal(token.failed, size != SAMPLE_BYTES);
        assert_ptr_equal(token.claims.bytes, sample);
        assert_int_equal(token.claims.size, size);
    }
}

static void an_item_is_found_whole(void **state)
{
    (void)state;
    open_sample(SAMPLE_BYTES);
    pobf_token_item(&token, &span, BYTES, POBF_TOKEN_REQUIRED);
    assert_found(2, 3, 0);
    pobf_token_item(&token, &span, TEXT, POBF_TOKEN_OPTIONAL);
    assert_found(6, 4, 0);
    pobf_token_item(&token, &span, NONE, POBF_TOKEN_OPTIONAL);
    assert_found(0, 0, 0);
    pobf_token_item(&token, &span, NONE, POBF_TOKEN_REQUIRED);
    assert_found(0, 0, 1);
}

static void bytes_are_found_within_their_limits(void **state)
{
    (void)state;
    open_sample(SAMPLE_BYTES);
    pobf_token_bytes(&token, &span, BYTES, POBF_TOKEN_REQUIRED, 2, 2);
    assert_found(3, 2, 0);
    pobf_token_bytes(&token, &span, BYTES, POBF_TOKEN_REQUIRED, 3, 4);
    assert_found(0, 0, 1);
    pobf_token_bytes(&token, &span, BYTES, POBF_TOKEN_REQUIRED, 0, 1);
    assert_found(0, 0, 1);
    pobf_token_bytes(&token, &span, NONE, POBF_TOKEN_OPTIONAL, 2, 2);
    assert_found(0, 0, 0);
    pobf_token_bytes(&token, &span, NONE, POBF_TOKEN_REQUIRED, 2, 2);
    assert_found(0, 0, 1);
}

static void a_text_is_found(void **state)
{
    (void)state;
    open_sample(SAMPLE_BYTES);
    pobf_token_text(&token, &span, TEXT, POBF_TOKEN_REQUIRED);
    assert_found(7, 3, 0);
    pobf_token_text(&token, &span, NONE, POBF_TOKEN_OPTIONAL);
    assert_found(0, 0, 0);
    pobf_token_text(&token, &span, NONE, POBF_TOKEN_REQUIRED);
    assert_found(0, 0, 1);
}

static void a_text_may_be_empty(void **state)
{
    static const uint8_t empty[] = {0xa1, 1, 0x60};
    const struct pobf_span whole = {0, sizeof empty};

    (void)state;
    pobf_token_open(&token, empty, &whole);
    pobf_token_text(&token, &span, 1, POBF_TOKEN_REQUIRED);
    assert_found(3, 0, 0);
}

/* A claim that may be left out may not be of another type. */
static void another_type_fails_even_where_it_is_optional(void **state)
{
    (void)state;
    open_sample(SAMPLE_BYTES);
    pobf_token_text(&token, &span, BYTES, POBF_TOKEN_OPTIONAL);
    assert_found(0, 0, 1);
    pobf_token_bytes(&token, &span, TEXT, POBF_TOKEN_OPTIONAL, 0, 9);
    assert_found(0, 0, 1);
}

static void a_number_is_found_within_its_limit(void **state)
{
    (void)state;
    open_sample(SAMPLE_BYTES);
    assert_int_equal(pobf_token_uint(&token, NUMBER, 7), 7);
    assert_int_equal(token.failed, 0);
    assert_int_equal(pobf_token_uint(&token, NUMBER, 6), 0);
    assert_int_equal(token.failed, 1);
    open_sample(SAMPLE_BYTES);
    assert_int_equal(pobf_token_uint(&token, TEXT, 6), 0);
    assert_int_equal(token.failed, 1);
    open_sample(SAMPLE_BYTES);
    assert_int_equal(pobf_token_uint(&token, NONE, 6), 0);
    assert_int_equal(token.failed, 1);
}

static void what_has_failed_stays_failed(void **state)
{
    (void)state;
    open_sample(SAMPLE_BYTES - 1);
    pobf_token_item(&token, &span, BYTES, POBF_TOKEN_OPTIONAL);
    pobf_token_bytes(&token, &span, BYTES, POBF_TOKEN_OPTIONAL, 0, 9);
    pobf_token_text(&token, &span, TEXT, POBF_TOKEN_OPTIONAL);
    assert_int_equal(token.failed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_a_map_and_nothing_after_it),
        cmocka_unit_test(an_item_is_found_whole),
        cmocka_unit_test(bytes_are_found_within_their_limits),
        cmocka_unit_test(a_text_is_found),
        cmocka_unit_test(a_text_may_be_empty),
        cmocka_unit_test(another_type_fails_even_where_it_is_optional),
        cmocka_unit_test(a_number_is_found_within_its_limit),
        cmocka_unit_test(what_has_failed_stays_failed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
