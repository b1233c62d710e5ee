#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enclave/host/capacity.h"
#include "enclave/host/seats.h"
#include "framework/chain/provider.h"

static struct image image_of(uint32_t bytes)
{
    return (struct image){
        .size = 16384,
        .zone_size = bytes,
        .manifest = {.input_max = 4096, .output_max = 4096, .arena = bytes},
    };
}

static void what_one_takes_grows_with_what_its_function_may_have(void **state)
{
    const struct image small = image_of(1 << 16);
    const struct image large = image_of(1 << 28);

    (void)state;
    assert_true(capacity_each(&small) > 1 << 20);
    assert_true(capacity_each(&large) - capacity_each(&small) >= (1 << 28) - (1 << 16));
}

static void there_is_memory_and_a_processor(void **state)
{
    (void)state;
    assert_true(capacity_available() > 1 << 20);
    assert_true(capacity_processors() >= 1);
}

static void nothing_asked_is_one_for_every_processor(void **state)
{
    const struct image image = image_of(1 << 16);
    size_t count = 0;

    (void)state;
    assert_int_equal(capacity_choose(&count, capacity_each(&image), 0, 0), POBF_OK);
    assert_int_equal(count, capacity_processors() < SEATS_MAX ? capacity_processors() : SEATS_MAX);
}

static void what_is_asked_is_given_where_it_fits(void **state)
{
    const struct image image = image_of(1 << 16);
    size_t count = 0;

    (void)state;
    assert_int_equal(capacity_choose(&count, capacity_each(&image), 3, 1), POBF_OK);
    assert_int_equal(count, 3);
}

static void more_than_there_is_memory_for_is_refused(void **state)
{
    const struct image image = image_of(1 << 30);
    const uint64_t fit = capacity_available() / capacity_each(&image);
    size_t count = 7;

    (void)state;
    assert_int_equal(capacity_choose(&count, capacity_each(&image), fit + 1, 0), POBF_E_USAGE);
    assert_int_equal(capacity_choose(&count, capacity_each(&image), fit == 0 ? 1 : fit, 16),
                     POBF_E_USAGE);
    assert_int_equal(count, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_one_takes_grows_with_what_its_function_may_have),
        cmocka_unit_test(there_is_memory_and_a_processor),
        cmocka_unit_test(nothing_asked_is_one_for_every_processor),
        cmocka_unit_test(what_is_asked_is_given_where_it_fits),
        cmocka_unit_test(more_than_there_is_memory_for_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
