#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/core/zone.h"

enum { ZONE_BYTES = 1000, GOLDEN_BYTES = 300 };

static uint8_t bytes[ZONE_BYTES + 2]; /* the zone, between two bytes that are not its own */
static uint8_t golden[GOLDEN_BYTES];

static struct pobf_zone zone_of(size_t size, size_t golden_size)
{
    const struct pobf_zone zone = {
        .base = bytes + 1,
        .golden = golden,
        .size = size,
        .golden_size = golden_size,
    };

    for (size_t i = 0; i < sizeof golden; i++) {
        golden[i] = (uint8_t)(i * 7 + 1);
    }
    memset(bytes, 0xA5, sizeof bytes);
    return zone;
}

static void check_golden(const struct pobf_zone *zone)
{
    assert_memory_equal(zone->base, golden, zone->golden_size);
    for (size_t i = zone->golden_size; i < zone->size; i++) {
        assert_int_equal(zone->base[i], 0);
    }
}

static void a_rewind_brings_back_every_byte_and_no_other(void **state)
{
    (void)state;
    for (size_t golden_size = 0; golden_size <= GOLDEN_BYTES; golden_size += 50) {
        for (size_t size = golden_size; size <= ZONE_BYTES; size += 35) {
            const struct pobf_zone zone = zone_of(size, golden_size);

            pobf_zone_rewind(&zone);
            check_golden(&zone);
            assert_int_equal(bytes[0], 0xA5);
            assert_int_equal(bytes[1 + size], 0xA5);
        }
    }
}

static void a_comparison_sees_every_bit_of_the_zone(void **state)
{
    const struct pobf_zone zone = zone_of(ZONE_BYTES, GOLDEN_BYTES);

    (void)state;
    pobf_zone_rewind(&zone);
    assert_int_equal(pobf_zone_compare(&zone), 1);
    for (size_t bit = 0; bit < (size_t)ZONE_BYTES * 8; bit++) {
        zone.base[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(pobf_zone_compare(&zone), 0);
        zone.base[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(pobf_zone_compare(&zone), 1);
}

static void a_comparison_says_no_before_the_rewind(void **state)
{
    const struct pobf_zone zone = zone_of(ZONE_BYTES, GOLDEN_BYTES);

    (void)state;
    assert_int_equal(pobf_zone_compare(&zone), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rewind_brings_back_every_byte_and_no_other),
        cmocka_unit_test(a_comparison_sees_every_bit_of_the_zone),
        cmocka_unit_test(a_comparison_says_no_before_the_rewind),
    };

    return cmocka_run_group_tests_name("framework/core/zone", tests, NULL, NULL);
}
