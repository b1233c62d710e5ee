#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verifier/appraisal/verdict.h"

static void an_empty_list_cannot_tell(void **state)
{
    const struct checks checks = {.count = 0};

    (void)state;
    assert_int_equal(checks_verdict(&checks), VERDICT_CANNOT_TELL);
}

/* All lists of two checks, each mandatory or not, of each result: the verdict is a plain rule. */
static void the_verdict_follows_from_the_whole_list(void **state)
{
    (void)state;
    for (int cell = 0; cell < 36; cell++) {
        const int results[] = {cell % 3, cell / 3 % 3};
        const int mandatory[] = {cell / 9 % 2, cell / 18};
        struct checks checks = {.count = 0};
        int failed = 0, missing = 0;

        for (size_t i = 0; i < 2; i++) {
            checks_add(&checks, "a.check", mandatory[i], "do this")->result =
                (enum check_result)results[i];
            failed |= results[i] == CHECK_FAIL;
            missing |= mandatory[i] && results[i] == CHECK_NOT_EVALUATED;
        }
        assert_int_equal(checks_verdict(&checks), failed    ? VERDICT_REFUSED
                                                  : missing ? VERDICT_CANNOT_TELL
                                                            : VERDICT_AFFIRMED);
    }
}

static void a_list_that_ran_over_is_never_affirmed(void **state)
{
    static struct checks checks;

    (void)state;
    for (size_t i = 0; i < CHECKS_MAX; i++) {
        checks_add(&checks, "a.check", 1, "do this")->result = CHECK_PASS;
    }
    assert_int_equal(checks_verdict(&checks), VERDICT_AFFIRMED);
    checks_add(&checks, "one.more", 1, "do this")->result = CHECK_PASS;
    assert_int_equal(checks.item[CHECKS_MAX - 1].result, CHECK_PASS);
    assert_int_equal(checks_verdict(&checks), VERDICT_CANNOT_TELL);
}

static void exit_codes_are_yes_no_and_cannot_tell(void **state)
{
    (void)state;
    assert_int_equal(checks_exit_code(VERDICT_AFFIRMED), 0);
    assert_int_equal(checks_exit_code(VERDICT_REFUSED), 1);
    assert_int_equal(checks_exit_code(VERDICT_CANNOT_TELL), 3);
}

static void what_is_added_has_not_been_judged_whatever_stood_there(void **state)
{
    static struct checks checks;
    struct check *check = &checks.item[0];

    (void)state;
    *check = (struct check){.field = "x", .result = CHECK_PASS, .expected = "x", .seen = "x"};
    assert_ptr_equal(checks_add(&checks, "a.check", 1, "do this"), check);
    assert_int_equal(check->result, CHECK_NOT_EVALUATED);
    assert_int_equal(check->mandatory, 1);
    assert_null(check->field);
    assert_string_equal(check->expected, "");
    assert_string_equal(check->seen, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_list_cannot_tell),
        cmocka_unit_test(the_verdict_follows_from_the_whole_list),
        cmocka_unit_test(a_list_that_ran_over_is_never_affirmed),
        cmocka_unit_test(exit_codes_are_yes_no_and_cannot_tell),
        cmocka_unit_test(what_is_added_has_not_been_judged_whatever_stood_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
