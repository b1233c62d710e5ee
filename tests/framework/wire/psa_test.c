#include "framework/wire/psa.h"
#include "tests/framework/wire/spoil.h"

static struct pobf_psa parsed;
static uint8_t sample[FOREIGN_ROOM];

static enum pobf_status parse(void *out, const uint8_t *bytes, size_t size)
{
    const struct pobf_span whole = {0, size};

    return pobf_psa_parse(out, bytes, &whole);
}

static const struct spoil spoil = {parse, &parsed, sizeof parsed};

static void the_sample_parses_and_only_as_a_whole(void **state)
{
    (void)state;
    assert_only_the_whole_parses(&spoil, sample, foreign_psa_claims(sample));
}

static void what_is_changed_parses_or_leaves_zeros(void **state)
{
    const size_t size = foreign_psa_claims(sample);

    (void)state;
    assert_in_range(count_what_parses(&spoil, sample, size), 1, 255 * size - 1);
}

static void a_client_may_be_negative(void **state)
{
    const size_t size = foreign_psa_claims(sample);
    const uint8_t client[] = {0x19, 0x09, 0x5a, 0x01};
    uint8_t *at = memmem(sample, size, client, sizeof client);

    (void)state;
    assert_non_null(at);
    at[3] = 0x24;
    assert_int_equal(parse(&parsed, sample, size), POBF_OK);
    assert_int_equal(parsed.client_id, -5);
    assert_int_equal(parsed.profile, POBF_PSA_2);
    assert_int_equal(parsed.lifecycle, 0x3001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_parses_and_only_as_a_whole),
        cmocka_unit_test(what_is_changed_parses_or_leaves_zeros),
        cmocka_unit_test(a_client_may_be_negative),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
