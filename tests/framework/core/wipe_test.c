#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/core/wipe.h"

enum { SIZE = 300, SECRET_BYTES = 64, MARK = 0x3C };

static void a_wipe_leaves_zeros_and_touches_nothing_beside_them(void **state)
{
    uint8_t bytes[SIZE + 2];

    (void)state;
    for (size_t size = 0; size <= SIZE; size++) {
        memset(bytes, 0xA5, sizeof bytes);
        pobf_wipe(bytes + 1, size);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(bytes[1 + i], 0);
        }
        assert_int_equal(bytes[0], 0xA5);
        assert_int_equal(bytes[size + 1], 0xA5);
    }
}

static uint8_t memory[SECRET_BYTES]; /* stands for memory that nobody in this file reads again */

/* The stores just before memory goes away are what an optimiser drops. */
__attribute__((noinline)) static void use_and_wipe(void)
{
    memset(memory, MARK, sizeof memory);
    __asm__ volatile("" : : "r"(memory) : "memory");
    pobf_wipe(memory, sizeof memory);
}

__attribute__((noinline)) static void use_and_keep(void)
{
    memset(memory, MARK, sizeof memory);
    __asm__ volatile("" : : "r"(memory) : "memory");
}

/* Read as a stranger would: the compiler cannot know what is there. */
static unsigned int marks_left(void)
{
    const volatile uint8_t *bytes = memory;
    unsigned int left = 0;

    for (size_t i = 0; i < sizeof memory; i++) {
        left += bytes[i] == MARK;
    }
    return left;
}

static void the_stores_of_a_wipe_are_made(void **state)
{
    (void)state;
    use_and_wipe();
    assert_int_equal(marks_left(), 0);
}

static void the_search_finds_what_is_not_wiped(void **state)
{
    (void)state;
    use_and_keep();
    assert_int_equal(marks_left(), SECRET_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wipe_leaves_zeros_and_touches_nothing_beside_them),
        cmocka_unit_test(the_stores_of_a_wipe_are_made),
        cmocka_unit_test(the_search_finds_what_is_not_wiped),
    };

    return cmocka_run_group_tests_name("framework/core/wipe", tests, NULL, NULL);
}
