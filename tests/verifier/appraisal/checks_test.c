#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/appraisal/checks.h"

static void bytes_are_compared_to_the_last_and_shown_in_hex(void **state)
{
    struct checks checks = {.count = 0};
    struct check *check = checks_add(&checks, "a.check", 1, "do this");
    const unsigned char expected[4] = {1, 2, 3, 4}, seen[4] = {1, 2, 3, 5};

    (void)state;
    assert_int_equal(check->result, CHECK_NOT_EVALUATED);
    check_bytes(check, expected, seen, 4);
    assert_int_equal(check->result, CHECK_FAIL);
    assert_string_equal(check->expected, "01020304");
    assert_string_equal(check->seen, "01020305");
    check_bytes(check, expected, seen, 3);
    assert_int_equal(check->result, CHECK_PASS);
}

static void long_texts_are_cut_not_overrun(void **state)
{
    struct checks checks = {.count = 0};
    struct check *check = checks_add(&checks, "a.check", 1, "do this");
    unsigned char bytes[300];
    char text[300];

    (void)state;
    memset(bytes, 0xab, sizeof bytes);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    check_bytes(check, bytes, bytes, sizeof bytes);
    assert_true(strlen(check->seen) < CHECK_TEXT_ROOM);
    check_judge(check, 1, text, text);
    assert_int_equal(strlen(check->seen), CHECK_TEXT_ROOM - 1);
}

static void what_others_wrote_cannot_disturb_a_terminal(void **state)
{
    struct checks checks = {.count = 0};
    struct check *check = checks_add(&checks, "a.check", 1, "do this");
    json_t *list;

    (void)state;
    check_judge(check, 0, "plain", "\x1b[31mred\r\n\xc3");
    assert_string_equal(check->seen, "?[31mred???");
    list = checks_json(&checks);
    assert_int_equal(json_array_size(list), 1); /* half a character would have lost it */
    json_decref(list);
}

static void json_says_why_only_where_it_did_not_pass(void **state)
{
    struct checks checks = {.count = 0};
    json_t *list;

    (void)state;
    check_judge(checks_add(&checks, "a.pass", 1, "do this"), 1, "x", "x");
    check_judge(checks_add(&checks, "a.fail", 1, "do this"), 0, "x", "y");
    list = checks_json(&checks);
    assert_int_equal(json_array_size(list), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "why")), "");
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 1), "why")),
                        "do this");
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 1), "result")),
                        "fail");
    json_decref(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_compared_to_the_last_and_shown_in_hex),
        cmocka_unit_test(long_texts_are_cut_not_overrun),
        cmocka_unit_test(what_others_wrote_cannot_disturb_a_terminal),
        cmocka_unit_test(json_says_why_only_where_it_did_not_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
