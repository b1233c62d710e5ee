#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "edge/cli/cli.h"

struct wanted {
    int flag;
    const char *value;
    uint64_t number, count;
    struct cli_list list;
};

static int parse(struct wanted *wanted, size_t *operands, char **argv)
{
    const struct cli_option options[] = {
        {"flag", CLI_FLAG, &wanted->flag, NULL, "a flag"},
        {"value", CLI_VALUE, &wanted->value, "TEXT", "a value"},
        {"number", CLI_NUMBER, &wanted->number, "N", "a number"},
        {"count", CLI_COUNT, &wanted->count, "N", "a number of things"},
        {"list", CLI_LIST, &wanted->list, "TEXT", "a list"},
    };
    const struct cli_usage usage = {"test", "A test.", options, 5, 1, 2};
    int argc = 0;

    memset(wanted, 0, sizeof *wanted);
    while (argv[argc] != NULL) {
        argc++;
    }
    return cli_parse(&usage, argc, argv, operands);
}

#define ARGV(...) ((char *[]){(char[]){"test"}, __VA_ARGS__, NULL})
#define A(text) ((char[]){text})

static void options_and_operands_come_in_any_order(void **state)
{
    struct wanted wanted;
    size_t operands;
    char **argv = ARGV(A("one"), A("--flag"), A("--value=x"), A("two"), A("--number"), A("42"),
                       A("--count=1"));

    (void)state;
    assert_int_equal(parse(&wanted, &operands, argv), -1);
    assert_int_equal(wanted.count, 1);
    assert_int_equal(operands, 2);
    assert_string_equal(argv[1], "one");
    assert_string_equal(argv[2], "two");
    assert_int_equal(wanted.flag, 1);
    assert_string_equal(wanted.value, "x");
    assert_int_equal(wanted.number, 42);
}

static void a_list_keeps_every_value_in_order(void **state)
{
    struct wanted wanted;
    size_t operands;

    (void)state;
    assert_int_equal(
        parse(&wanted, &operands, ARGV(A("--list"), A("a"), A("one"), A("--list"), A("b"))), -1);
    assert_int_equal(wanted.list.count, 2);
    assert_string_equal(wanted.list.value[1], "b");
}

static void every_misuse_is_a_usage_error(void **state)
{
    struct wanted wanted;
    size_t operands;
    char **const misuses[] = {
        ARGV(A("--flag")),
        ARGV(A("one"), A("--count=0")),
        ARGV(A("one"), A("--count=x")),
        ARGV(A("one"), A("two"), A("three")),
        ARGV(A("one"), A("--unknown")),
        ARGV(A("one"), A("--value")),
        ARGV(A("one"), A("--flag=x")),
        ARGV(A("one"), A("-flag")),
        ARGV(A("one"), A("--valu"), A("x")),
        ARGV(A("one"), A("--valu=x")),
        ARGV(A("one"), A("--fl")),
        ARGV(A("one"), A("--value=x"), A("--value=y")),
        ARGV(A("one"), A("--number=")),
        ARGV(A("one"), A("--number=-1")),
        ARGV(A("one"), A("--number=4x")),
        ARGV(A("one"), A("--number=99999999999999999999")),
    };

    (void)state;
    for (size_t i = 0; i < sizeof misuses / sizeof misuses[0]; i++) {
        assert_int_equal(parse(&wanted, &operands, misuses[i]), 2);
    }
}

static void help_ends_well(void **state)
{
    struct wanted wanted;
    size_t operands;

    (void)state;
    assert_int_equal(parse(&wanted, &operands, ARGV(A("--help"))), 0);
    assert_int_equal(parse(&wanted, &operands, ARGV(A("-h"))), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_operands_come_in_any_order),
        cmocka_unit_test(a_list_keeps_every_value_in_order),
        cmocka_unit_test(every_misuse_is_a_usage_error),
        cmocka_unit_test(help_ends_well),
    };

    return cmocka_run_group_tests_name("edge/cli/cli", tests, NULL, NULL);
}
