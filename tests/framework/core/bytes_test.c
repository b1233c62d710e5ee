#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/core/bytes.h"

enum { LONGEST = 200 }; /* three blocks of 64, and a rest */

static void a_copy_is_the_same_and_touches_nothing_beside_it(void **state)
{
    uint8_t from[LONGEST];
    uint8_t to[LONGEST + 2];

    (void)state;
    for (size_t i = 0; i < sizeof from; i++) {
        from[i] = (uint8_t)(i + 1);
    }
    for (size_t size = 0; size <= LONGEST; size++) {
        memset(to, 0xA5, sizeof to);
        pobf_bytes_copy(to + 1, from, size);
        assert_memory_equal(to + 1, from, size);
        assert_int_equal(to[0], 0xA5);
        assert_int_equal(to[size + 1], 0xA5);
        memset(to, 0xA5, sizeof to);
        pobf_bytes_copy_in(to + 1, from, size);
        assert_memory_equal(to + 1, from, size);
        assert_int_equal(to[0], 0xA5);
        assert_int_equal(to[size + 1], 0xA5);
    }
}

static void equal_sees_every_bit_at_every_place_of_every_size(void **state)
{
    uint8_t a[LONGEST];
    uint8_t b[LONGEST];

    (void)state;
    memset(a, 0x5A, sizeof a);
    memset(b, 0x5A, sizeof b);
    for (size_t size = 0; size <= LONGEST; size++) {
        assert_int_equal(pobf_bytes_equal(a, b, size), 1);
        for (size_t bit = 0; bit < size * 8; bit++) {
            b[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_int_equal(pobf_bytes_equal(a, b, size), 0);
            assert_int_equal(pobf_bytes_equal(a, b, bit / 8), 1);
            b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}

static void are_zero_sees_every_bit_at_every_place_of_every_size(void **state)
{
    uint8_t bytes[LONGEST] = {0};

    (void)state;
    for (size_t size = 0; size <= LONGEST; size++) {
        assert_int_equal(pobf_bytes_are_zero(bytes, size), 1);
        for (size_t bit = 0; bit < size * 8; bit++) {
            bytes[bit / 8] = (uint8_t)(1 << bit % 8);
            assert_int_equal(pobf_bytes_are_zero(bytes, size), 0);
            assert_int_equal(pobf_bytes_are_zero(bytes, bit / 8), 1);
            bytes[bit / 8] = 0;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_the_same_and_touches_nothing_beside_it),
        cmocka_unit_test(equal_sees_every_bit_at_every_place_of_every_size),
        cmocka_unit_test(are_zero_sees_every_bit_at_every_place_of_every_size),
    };

    return cmocka_run_group_tests_name("framework/core/bytes", tests, NULL, NULL);
}
