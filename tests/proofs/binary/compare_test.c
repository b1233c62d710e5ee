#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proofs/binary/compare.h"

/* The verdicts of the binary check's differential, on states made up by hand. */

enum { AREA_BYTES = 64 };

static void add(struct state *state, const char *bytes)
{
    uint8_t *area = state_add(state, "memory", 0x1000, AREA_BYTES);

    assert_non_null(area);
    memcpy(area, bytes, strlen(bytes));
}

static struct state state_of(const char *bytes, const char *published)
{
    struct state state = {.count = 0};

    add(&state, bytes);
    assert_int_equal(state_publish(&state, published, strlen(published)), 1);
    return state;
}

struct counts {
    size_t published, different, unsteady;
    int is_other;
};

static struct counts counts_of(struct state one, struct state other)
{
    static struct comparison comparison;
    struct counts counts;

    assert_int_equal(compare_states(&comparison, &one, &other), 1);
    counts = (struct counts){
        .published = compare_count(&comparison, COMPARE_PUBLISHED),
        .different = compare_count(&comparison, COMPARE_DIFFERENT),
        .is_other = comparison.is_other,
    };
    compare_clear(&comparison);
    state_clear(&one);
    state_clear(&other);
    return counts;
}

static void equal_states_have_no_difference(void **state)
{
    const struct counts counts = counts_of(state_of("abc", "x"), state_of("abc", "y"));

    (void)state;
    assert_int_equal(counts.different + counts.published, 0);
}

static void every_byte_that_differs_is_counted(void **state)
{
    assert_int_equal(counts_of(state_of("abcdef", ""), state_of("aXcdeY", "")).different, 2);
    (void)state;
}

static void a_copy_of_what_was_published_is_told_apart(void **state)
{
    const struct counts counts =
        counts_of(state_of("..01234567..", "--01234567"), state_of("..abcdefgh..", "--abcdefgh"));

    (void)state;
    assert_int_equal(counts.published, 8);
    assert_int_equal(counts.different, 0);
}

static void seven_bytes_are_no_copy(void **state)
{
    const struct counts counts =
        counts_of(state_of("..0123456...", "--0123456="), state_of("..abcdefg...", "--abcdefg="));

    (void)state;
    assert_int_equal(counts.published, 0);
    assert_int_equal(counts.different, 7);
}

static void a_copy_of_another_place_is_none(void **state)
{
    const struct counts counts = counts_of(state_of("01234567", "01234567........"),
                                           state_of("abcdefgh", "........abcdefgh"));

    (void)state;
    assert_int_equal(counts.different, 8);
}

static void a_copy_in_one_state_alone_is_none(void **state)
{
    assert_int_equal(
        counts_of(state_of("01234567", "01234567"), state_of("abcdefgh", "ABCDEFGH")).different, 8);
    (void)state;
}

static void a_leak_beside_a_copy_is_found(void **state)
{
    const struct counts counts =
        counts_of(state_of("01234567!", "01234567"), state_of("abcdefgh?", "abcdefgh"));

    (void)state;
    assert_int_equal(counts.published, 8);
    assert_int_equal(counts.different, 1);
}

static void other_areas_are_another_layout(void **state)
{
    struct state more = state_of("abc", "");

    (void)state;
    add(&more, "abc");
    assert_int_equal(counts_of(state_of("abc", ""), more).is_other, 1);
}

static void what_does_not_come_back_is_no_finding_and_what_wavers_says_nothing(void **state)
{
    static struct comparison first, second;
    struct state one = state_of("abcd", "");
    struct state other = state_of("aXYd", "");
    struct state again = state_of("abYd", "");

    (void)state;
    assert_int_equal(compare_states(&first, &one, &other), 1);
    assert_int_equal(compare_states(&second, &one, &again), 1);
    compare_confirm(&first, &second);
    assert_int_equal(compare_count(&first, COMPARE_DIFFERENT), 1);
    compare_steadiness(&first, &other, &again);
    assert_int_equal(compare_count(&first, COMPARE_DIFFERENT), 1);
    assert_int_equal(compare_count(&first, COMPARE_UNSTEADY), 1);
    compare_clear(&first);
    compare_clear(&second);
    state_clear(&one);
    state_clear(&other);
    state_clear(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_states_have_no_difference),
        cmocka_unit_test(every_byte_that_differs_is_counted),
        cmocka_unit_test(a_copy_of_what_was_published_is_told_apart),
        cmocka_unit_test(seven_bytes_are_no_copy),
        cmocka_unit_test(a_copy_of_another_place_is_none),
        cmocka_unit_test(a_copy_in_one_state_alone_is_none),
        cmocka_unit_test(a_leak_beside_a_copy_is_found),
        cmocka_unit_test(other_areas_are_another_layout),
        cmocka_unit_test(what_does_not_come_back_is_no_finding_and_what_wavers_says_nothing),
    };

    return cmocka_run_group_tests_name("proofs/binary/compare", tests, NULL, NULL);
}
