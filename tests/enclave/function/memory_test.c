/* The functions under other names, so that the C library's can say what is right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#undef memcpy
#undef memmove
#undef memset
#define memcpy function_memcpy
#define memmove function_memmove
#define memset function_memset
#define memcmp function_memcmp
#include "enclave/function/memory.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

enum { ROOM = 64 };

static void fill(uint8_t bytes[ROOM])
{
    for (int i = 0; i < ROOM; i++) {
        bytes[i] = (uint8_t)(i + 1);
    }
}

static void every_overlap_moves_as_the_c_library_moves_it(void **state)
{
    uint8_t seen[ROOM];
    uint8_t expected[ROOM];

    (void)state;
    for (size_t to = 0; to <= ROOM / 2; to++) {
        for (size_t from = 0; from <= ROOM / 2; from++) {
            for (size_t size = 0; size <= ROOM / 2; size++) {
                fill(seen);
                fill(expected);
                memmove(expected + to, expected + from, size);
                assert_ptr_equal(function_memmove(seen + to, seen + from, size), seen + to);
                assert_memory_equal(seen, expected, ROOM);
            }
        }
    }
}

static void copy_and_set_write_what_they_should_and_no_more(void **state)
{
    uint8_t seen[ROOM];
    uint8_t expected[ROOM];
    const uint8_t from[ROOM] = {9, 8, 7, 6};

    (void)state;
    for (size_t size = 0; size < ROOM; size++) {
        fill(seen);
        fill(expected);
        memcpy(expected + 1, from, size);
        assert_ptr_equal(function_memcpy(seen + 1, from, size), seen + 1);
        assert_memory_equal(seen, expected, ROOM);
        memset(expected, 0xa5, size);
        assert_ptr_equal(function_memset(seen, 0xa5, size), seen);
        assert_memory_equal(seen, expected, ROOM);
    }
}

static void the_first_difference_decides(void **state)
{
    (void)state;
    assert_int_equal(function_memcmp("abc", "abd", 2), 0);
    assert_true(function_memcmp("abc", "abd", 3) < 0);
    assert_true(function_memcmp("a\xff", "a\x01", 2) > 0);
    assert_int_equal(function_memcmp("a", "b", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_overlap_moves_as_the_c_library_moves_it),
        cmocka_unit_test(copy_and_set_write_what_they_should_and_no_more),
        cmocka_unit_test(the_first_difference_decides),
    };

    return cmocka_run_group_tests_name("enclave/function/memory", tests, NULL, NULL);
}
