#include "framework/wire/cca.h"
#include "tests/framework/wire/spoil.h"

static struct pobf_cca tokens;
static struct pobf_cca_platform platform;
static struct pobf_cca_realm realm;
static uint8_t sample[FOREIGN_ROOM];

static enum pobf_status parse_tokens(void *out, const uint8_t *bytes, size_t size)
{
    return pobf_cca_parse(out, bytes, size);
}

static enum pobf_status parse_platform(void *out, const uint8_t *bytes, size_t size)
{
    const struct pobf_span whole = {0, size};

    return pobf_cca_platform_parse(out, bytes, &whole);
}

static enum pobf_status parse_realm(void *out, const uint8_t *bytes, size_t size)
{
    const struct pobf_span whole = {0, size};

    return pobf_cca_realm_parse(out, bytes, &whole);
}

static const struct {
    struct spoil spoil;
    size_t (*make)(uint8_t *out);
} parts[] = {
    {{parse_tokens, &tokens, sizeof tokens}, foreign_cca},
    {{parse_platform, &platform, sizeof platform}, foreign_cca_platform},
    {{parse_realm, &realm, sizeof realm}, foreign_cca_realm},
};

static void each_part_parses_only_as_a_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_only_the_whole_parses(&parts[i].spoil, sample, parts[i].make(sample));
    }
}

static void what_is_changed_parses_or_leaves_zeros(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const size_t size = parts[i].make(sample);

        assert_in_range(count_what_parses(&parts[i].spoil, sample, size), 1, 255 * size - 1);
    }
}

static void the_point_is_found_in_the_key(void **state)
{
    const struct pobf_span *key = &realm.claim[POBF_CCA_REALM_KEY];
    const struct pobf_span *registers = &realm.claim[POBF_CCA_REALM_REGISTERS];
    struct pobf_span span;

    (void)state;
    assert_int_equal(parse_realm(&realm, sample, foreign_cca_realm(sample)), POBF_OK);
    assert_int_equal(realm.point[POBF_CCA_X].at, key->at + 1);
    assert_int_equal(realm.point[POBF_CCA_Y].at, key->at + 49);
    assert_int_equal(pobf_cca_register(&span, sample, registers, 3), 1);
    assert_int_equal(span.size, 32);
    assert_int_equal(pobf_cca_register(&span, sample, registers, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_parses_only_as_a_whole),
        cmocka_unit_test(what_is_changed_parses_or_leaves_zeros),
        cmocka_unit_test(the_point_is_found_in_the_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
