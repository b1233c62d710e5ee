#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "edge/cli/cli.h"
#include "edge/cli/talk.h"

/* The table once more: scripts and clients rest on these numbers. */
static const struct {
    enum pobf_status status;
    int exit_code;
    int http_code;
} expected[] = {
    {POBF_OK, 0, 200},        {POBF_E_INPUT, 1, 400},    {POBF_E_AUTH, 1, 422},
    {POBF_E_REFUSED, 1, 403}, {POBF_E_STATE, 1, 409},    {POBF_E_SPACE, 1, 413},
    {POBF_E_KEY, 1, 422},     {POBF_E_FUNCTION, 1, 422}, {POBF_E_POISONED, 1, 503},
    {POBF_E_USAGE, 2, 400},   {POBF_E_MISSING, 3, 404},  {POBF_E_SYSTEM, 3, 500},
};

static void every_status_has_its_codes_and_a_sentence_of_its_own(void **state)
{
    (void)state;
    assert_int_equal(sizeof expected / sizeof expected[0], POBF_STATUS_COUNT);
    for (int i = 0; i < POBF_STATUS_COUNT; i++) {
        assert_int_equal(expected[i].status, i);
        assert_int_equal(talk_exit_code(expected[i].status), expected[i].exit_code);
        assert_int_equal(talk_http_code(expected[i].status), expected[i].http_code);
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(talk_sentence(expected[i].status),
                                    talk_sentence(expected[j].status));
        }
    }
}

/* What --help and the man pages say of exit codes is all that there is. */
static void every_exit_code_is_in_the_table_of_the_help(void **state)
{
    (void)state;
    for (int i = 0; i < POBF_STATUS_COUNT; i++) {
        int known = 0;

#define X(code, word, sentence) known += talk_exit_code(expected[i].status) == (code);
        CLI_EXITS(X)
#undef X
        assert_int_equal(known, 1);
    }
}

static void what_is_no_status_is_the_worst_one(void **state)
{
    (void)state;
    assert_int_equal(talk_exit_code(POBF_STATUS_COUNT), 3);
    assert_int_equal(talk_http_code((enum pobf_status) - 1), 500);
    assert_string_equal(talk_sentence((enum pobf_status)1000), talk_sentence(POBF_E_SYSTEM));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_codes_and_a_sentence_of_its_own),
        cmocka_unit_test(every_exit_code_is_in_the_table_of_the_help),
        cmocka_unit_test(what_is_no_status_is_the_worst_one),
    };

    return cmocka_run_group_tests_name("edge/cli/talk", tests, NULL, NULL);
}
