#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "edge/cli/help.h"

static enum help_value value_of(const char *argument)
{
    const struct cli_option option = {"name", CLI_VALUE, NULL, argument, "a sentence"};

    return help_value_of(&option);
}

static void what_a_value_is_follows_from_its_word(void **state)
{
    (void)state;
    assert_int_equal(value_of(NULL), HELP_WORD);
    assert_int_equal(value_of("HEX"), HELP_WORD);
    assert_int_equal(value_of("FILE"), HELP_FILE);
    assert_int_equal(value_of("PEM"), HELP_FILE);
    assert_int_equal(value_of("FILE|FOLDER"), HELP_FILE);
    assert_int_equal(value_of("FOLDER"), HELP_FOLDER);
    assert_int_equal(value_of("a|b"), HELP_CHOICE);
}

static void help_is_asked_for_in_so_many_words(void **state)
{
    (void)state;
    assert_true(help_is_asked("--help"));
    assert_true(help_is_asked("-h"));
    assert_true(help_is_asked("help"));
    assert_true(help_is_asked("--help=man"));
    assert_false(help_is_asked("--helpless"));
    assert_false(help_is_asked("call"));
}

static void a_form_that_is_none_is_a_usage_error(void **state)
{
    const struct help_group group = {"pobf", "a sentence", NULL, 0};

    (void)state;
    assert_int_equal(help_answer(&group, "--help=fish"), 2);
    assert_int_equal(help_answer(&group, "--help="), 2);
    assert_int_equal(help_answer(&group, "--help"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_value_is_follows_from_its_word),
        cmocka_unit_test(help_is_asked_for_in_so_many_words),
        cmocka_unit_test(a_form_that_is_none_is_a_usage_error),
    };

    return cmocka_run_group_tests_name("edge/cli/help", tests, NULL, NULL);
}
