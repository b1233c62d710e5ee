#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "framework/wire/fixed.h"

static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 0x88};

static void numbers_are_little_endian(void **state)
{
    (void)state;
    assert_int_equal(pobf_fixed_u16(bytes), 0x0201);
    assert_int_equal(pobf_fixed_u32(bytes), 0x04030201);
    assert_true(pobf_fixed_u64(bytes) == 0x8807060504030201);
}

static void parts_are_taken_one_after_the_other(void **state)
{
    struct pobf_fixed_reader reader;

    (void)state;
    pobf_fixed_init(&reader, bytes, sizeof bytes);
    assert_ptr_equal(pobf_fixed_take(&reader, 1), bytes);
    assert_int_equal(pobf_fixed_take_u16(&reader), 0x0302);
    assert_int_equal(pobf_fixed_end(&reader), POBF_E_INPUT); /* something is left over */
    assert_int_equal(pobf_fixed_take_u32(&reader), 0x07060504);
    assert_ptr_equal(pobf_fixed_take(&reader, 1), bytes + 7);
    assert_int_equal(pobf_fixed_end(&reader), POBF_OK);
}

static void the_first_failure_sticks(void **state)
{
    struct pobf_fixed_reader reader;

    (void)state;
    pobf_fixed_init(&reader, bytes, 3);
    assert_null(pobf_fixed_take(&reader, 4));
    assert_null(pobf_fixed_take(&reader, 1));
    assert_int_equal(pobf_fixed_take_u16(&reader), 0);
    assert_int_equal(pobf_fixed_take_u32(&reader), 0);
    assert_int_equal(pobf_fixed_end(&reader), POBF_E_INPUT);
}

static void a_size_that_wraps_around_is_too_much(void **state)
{
    struct pobf_fixed_reader reader;

    (void)state;
    pobf_fixed_init(&reader, bytes, sizeof bytes);
    assert_non_null(pobf_fixed_take(&reader, 4));
    assert_null(pobf_fixed_take(&reader, SIZE_MAX));
    assert_int_equal(reader.at, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_little_endian),
        cmocka_unit_test(parts_are_taken_one_after_the_other),
        cmocka_unit_test(the_first_failure_sticks),
        cmocka_unit_test(a_size_that_wraps_around_is_too_much),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
