#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/service/bundle.h"

/* [h'0102', h'03', h''] */
static const uint8_t good[] = {0x83, 0x42, 0x01, 0x02, 0x41, 0x03, 0x40};

static void three_strings_are_a_bundle(void **state)
{
    struct bundle bundle;

    (void)state;
    assert_int_equal(bundle_parse(&bundle, good, sizeof good), POBF_OK);
    assert_int_equal(bundle.evidence.size, 2);
    assert_memory_equal(bundle.evidence.bytes, "\1\2", 2);
    assert_int_equal(bundle.receipt.size, 1);
    assert_memory_equal(bundle.receipt.bytes, "\3", 1);
    assert_int_equal(bundle.exchange.size, 0);
}

static void assert_refused(const uint8_t *bytes, size_t size)
{
    struct bundle bundle;

    assert_int_equal(bundle_parse(&bundle, bytes, size), POBF_E_INPUT);
    assert_null(bundle.evidence.bytes);
    assert_null(bundle.receipt.bytes);
    assert_null(bundle.exchange.bytes);
}

static void shorter_and_longer_ones_are_refused(void **state)
{
    uint8_t longer[sizeof good + 1] = {0};

    (void)state;
    for (size_t size = 0; size < sizeof good; size++) {
        assert_refused(good, size);
    }
    memcpy(longer, good, sizeof good);
    assert_refused(longer, sizeof longer);
}

static void other_layouts_are_refused(void **state)
{
    static const uint8_t two[] = {0x82, 0x41, 0x01, 0x41, 0x02};
    static const uint8_t text[] = {0x83, 0x61, 'a', 0x40, 0x40};
    static const uint8_t long_head[] = {0x83, 0x58, 0x01, 0x01, 0x40, 0x40};
    static const uint8_t unbounded[] = {0x9f, 0x40, 0x40, 0x40, 0xff};
    static const uint8_t huge[] = {0x83, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

    (void)state;
    assert_refused(two, sizeof two);
    assert_refused(text, sizeof text);
    assert_refused(long_head, sizeof long_head);
    assert_refused(unbounded, sizeof unbounded);
    assert_refused(huge, sizeof huge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_strings_are_a_bundle),
        cmocka_unit_test(shorter_and_longer_ones_are_refused),
        cmocka_unit_test(other_layouts_are_refused),
    };

    return cmocka_run_group_tests_name("verifier/service/bundle", tests, NULL, NULL);
}
