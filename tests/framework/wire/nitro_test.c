#include "framework/wire/nitro.h"
#include "tests/framework/wire/spoil.h"

static struct pobf_nitro parsed;
static uint8_t sample[FOREIGN_ROOM];

static enum pobf_status parse(void *out, const uint8_t *bytes, size_t size)
{
    return pobf_nitro_parse(out, bytes, size);
}

static const struct spoil spoil = {parse, &parsed, sizeof parsed};

static void the_sample_parses_and_only_as_a_whole(void **state)
{
    (void)state;
    assert_only_the_whole_parses(&spoil, sample, foreign_nitro(sample));
}

static void what_is_changed_parses_or_leaves_zeros(void **state)
{
    const size_t size = foreign_nitro(sample);

    (void)state;
    assert_in_range(count_what_parses(&spoil, sample, size), 1, 255 * size - 1);
}

static void registers_and_issuers_are_found_by_index(void **state)
{
    const size_t size = foreign_nitro(sample);
    const struct pobf_span *pcrs = &parsed.claim[POBF_NITRO_REGISTERS];
    const struct pobf_span *bundle = &parsed.claim[POBF_NITRO_BUNDLE];
    struct pobf_span span;

    (void)state;
    assert_int_equal(pobf_nitro_parse(&parsed, sample, size), POBF_OK);
    assert_int_equal(pobf_nitro_pcr(&span, sample, pcrs, 2), 1);
    assert_int_equal(span.size, POBF_NITRO_PCR_BYTES);
    assert_int_equal(sample[span.at], 0x42);
    assert_int_equal(pobf_nitro_pcr(&span, sample, pcrs, 3), 0);
    assert_int_equal(span.size, 0);
    assert_int_equal(pobf_nitro_issuer(&span, sample, bundle, 1), 1);
    assert_int_equal(sample[span.at], 3);
    assert_int_equal(pobf_nitro_issuer(&span, sample, bundle, 2), 0);
    assert_int_equal(parsed.claim[POBF_NITRO_NONCE].size, 0);
    assert_int_equal(parsed.claim[POBF_NITRO_USER_DATA].size, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_parses_and_only_as_a_whole),
        cmocka_unit_test(what_is_changed_parses_or_leaves_zeros),
        cmocka_unit_test(registers_and_issuers_are_found_by_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
