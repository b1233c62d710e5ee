#include "framework/wire/hcl.h"
#include "tests/framework/wire/spoil.h"

static struct pobf_hcl parsed;
static uint8_t sample[FOREIGN_ROOM];

static enum pobf_status parse(void *out, const uint8_t *bytes, size_t size)
{
    return pobf_hcl_parse(out, bytes, size);
}

static const struct spoil spoil = {parse, &parsed, sizeof parsed};

static void the_parts_are_where_the_table_says(void **state)
{
    (void)state;
    assert_int_equal(pobf_hcl_parse(&parsed, sample, foreign_hcl(sample)), POBF_OK);
    assert_int_equal(parsed.report_type, POBF_HCL_SNP);
    assert_int_equal(parsed.hash_type, POBF_HCL_SHA256);
    assert_int_equal(parsed.report.at, 32);
    assert_int_equal(parsed.report.size, 1184);
    assert_int_equal(parsed.runtime.at, 1236);
    assert_int_equal(parsed.runtime.size, 2);
}

/* Padding is legal, zeros and as many as there are; anything else after the JSON is not. */
static void only_zeros_may_follow(void **state)
{
    const size_t size = foreign_hcl(sample);

    (void)state;
    for (size_t i = 0; i <= size; i++) {
        assert_int_equal(spoil_parses(&spoil, sample, i), i >= 1238);
    }
    for (size_t i = 1238; i < size; i++) {
        sample[i] = 1;
        assert_false(spoil_parses(&spoil, sample, size));
        sample[i] = 0;
    }
}

static void what_is_changed_parses_or_leaves_zeros(void **state)
{
    const size_t size = foreign_hcl(sample);

    (void)state;
    assert_in_range(count_what_parses(&spoil, sample, size), 1, 255 * size - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_are_where_the_table_says),
        cmocka_unit_test(only_zeros_may_follow),
        cmocka_unit_test(what_is_changed_parses_or_leaves_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
