#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/dcap/parsed.h"

static json_t *take(const char *text)
{
    return parsed_take(text, strlen(text));
}

/* Is what the text says the very same thing as before? */
static int is_kept(const char *text, const json_t *before)
{
    json_t *says = take(text);
    const int same = says == before;

    assert_non_null(says);
    json_decref(says);
    return same;
}

static int clear(void **state)
{
    (void)state;
    parsed_clear();
    return 0;
}

static void the_same_bytes_are_parsed_once(void **state)
{
    char text[] = "{\"a\":1}";
    json_t *says = take(text);

    (void)state;
    assert_true(is_kept("{\"a\":1}", says));
    parsed_clear();
    assert_false(is_kept(text, says));
    json_decref(says);
}

static void a_changed_byte_is_parsed_again(void **state)
{
    char text[] = "{\"a\":1}";
    json_t *one = take(text);
    json_t *two;

    (void)state;
    text[5] = '2';
    two = take(text);
    assert_int_equal(json_integer_value(json_object_get(one, "a")), 1);
    assert_int_equal(json_integer_value(json_object_get(two, "a")), 2);
    assert_false(is_kept("{\"a\":1} ", one));
    json_decref(one);
    json_decref(two);
}

static void what_is_no_json_is_none_each_time(void **state)
{
    static const char *const wrong[] = {"", "{", "{\"a\":1,\"a\":1}", "{\"a\":1}x"};

    (void)state;
    for (size_t i = 0; i < 2 * sizeof wrong / sizeof wrong[0]; i++) {
        assert_null(take(wrong[i / 2]));
    }
}

static void the_oldest_goes_and_stays_with_who_took_it(void **state)
{
    char text[32];
    json_t *first = take("[0]");

    (void)state;
    for (int i = 1; i < PARSED_COUNT; i++) {
        snprintf(text, sizeof text, "[%d]", i);
        json_decref(take(text));
    }
    assert_true(is_kept("[0]", first));
    json_decref(take("[-1]"));
    assert_false(is_kept("[0]", first));
    assert_int_equal(json_integer_value(json_array_get(first, 0)), 0);
    json_decref(first);
}

static void what_is_large_is_not_kept(void **state)
{
    static char text[PARSED_BYTES_MAX + 2];
    json_t *says;

    (void)state;
    memset(text, ' ', sizeof text - 1);
    memcpy(text, "[1]", 3);
    says = parsed_take(text, PARSED_BYTES_MAX);
    assert_non_null(says);
    assert_ptr_equal(parsed_take(text, PARSED_BYTES_MAX), says);
    json_decref(says);
    json_decref(says);
    says = parsed_take(text, PARSED_BYTES_MAX + 1);
    assert_non_null(says);
    assert_false(is_kept(text, says));
    json_decref(says);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_same_bytes_are_parsed_once, clear),
        cmocka_unit_test_setup(a_changed_byte_is_parsed_again, clear),
        cmocka_unit_test_setup(what_is_no_json_is_none_each_time, clear),
        cmocka_unit_test_setup(the_oldest_goes_and_stays_with_who_took_it, clear),
        cmocka_unit_test_setup(what_is_large_is_not_kept, clear),
    };

    return cmocka_run_group_tests(tests, NULL, clear);
}
