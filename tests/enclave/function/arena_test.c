/*
 * A module of the function, not of our libraries.
 * LINK: enclave/function/arena.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enclave/function/pobf_function.h"

enum { ROOM = 256 };

static _Alignas(512) uint8_t bytes[ROOM];

static struct pobf_arena arena_at(size_t offset)
{
    return (struct pobf_arena){.next = bytes + offset, .end = bytes + ROOM};
}

static void what_is_taken_is_aligned_apart_and_inside(void **state)
{
    struct pobf_arena arena = arena_at(1);
    uint8_t *first = pobf_arena_take(&arena, 3, 8);
    uint8_t *second = pobf_arena_take(&arena, 16, 16);

    (void)state;
    assert_ptr_equal(first, bytes + 8);
    assert_ptr_equal(second, bytes + 16);
    assert_ptr_equal(arena.next, bytes + 32);
}

static void all_of_it_can_be_taken_and_not_a_byte_more(void **state)
{
    struct pobf_arena arena = arena_at(0);

    (void)state;
    assert_null(pobf_arena_take(&arena, ROOM + 1, 1));
    assert_ptr_equal(pobf_arena_take(&arena, ROOM, 1), bytes);
    assert_null(pobf_arena_take(&arena, 1, 1));
    assert_non_null(pobf_arena_take(&arena, 0, 1));
}

static void a_size_that_would_wrap_is_not_there(void **state)
{
    struct pobf_arena arena = arena_at(1);

    (void)state;
    assert_null(pobf_arena_take(&arena, SIZE_MAX, 1));
    assert_null(pobf_arena_take(&arena, SIZE_MAX - 6, 8));
    arena = arena_at(ROOM - 1);
    assert_null(pobf_arena_take(&arena, 0, 512)); /* the gap itself is more than is left */
    assert_ptr_equal(arena.next, bytes + ROOM - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_is_aligned_apart_and_inside),
        cmocka_unit_test(all_of_it_can_be_taken_and_not_a_byte_more),
        cmocka_unit_test(a_size_that_would_wrap_is_not_there),
    };

    return cmocka_run_group_tests_name("enclave/function/arena", tests, NULL, NULL);
}
