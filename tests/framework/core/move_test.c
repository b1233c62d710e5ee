#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/core/move.h"

enum { SIZE = 300, SECRET_BYTES = 64, MARK = 0x3C };

static void what_is_moved_is_there_and_nothing_is_left_behind(void **state)
{
    uint8_t from[SIZE + 2];
    uint8_t to[SIZE + 2];

    (void)state;
    for (size_t size = 0; size <= SIZE; size++) {
        memset(to, 0xA5, sizeof to);
        for (size_t i = 0; i < sizeof from; i++) {
            from[i] = (uint8_t)(i % 251 + 1);
        }
        pobf_move(to + 1, from + 1, size);
        for (size_t i = 1; i <= size; i++) {
            assert_int_equal(to[i], i % 251 + 1);
            assert_int_equal(from[i], 0);
        }
        assert_int_equal(to[0], 0xA5);
        assert_int_equal(to[size + 1], 0xA5);
        assert_int_equal(from[0], 1);
        assert_int_equal(from[size + 1], (size + 1) % 251 + 1);
    }
}

static uint8_t memory[SECRET_BYTES]; /* stands for memory that nobody in this file reads again */

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

/* The stores just before memory goes away are what an optimiser drops. */
__attribute__((noinline)) static void use(int and_move)
{
    static uint8_t elsewhere[SECRET_BYTES];

    memset(memory, MARK, sizeof memory);
    __asm__ volatile("" : : "r"(memory) : "memory");
    if (and_move) {
        pobf_move(elsewhere, memory, sizeof memory);
    }
}

static void the_zeros_are_stored(void **state)
{
    (void)state;
    use(0);
    assert_int_equal(marks_left(), SECRET_BYTES);
    use(1);
    assert_int_equal(marks_left(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_moved_is_there_and_nothing_is_left_behind),
        cmocka_unit_test(the_zeros_are_stored),
    };

    return cmocka_run_group_tests_name("framework/core/move", tests, NULL, NULL);
}
