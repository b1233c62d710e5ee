#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/service/submission.h"

static struct submission submission;
static const char *defect;

static enum pobf_status parse(const char *text)
{
    submission_clear(&submission);
    return submission_parse(&submission, (const uint8_t *)text, strlen(text), &defect);
}

static void assert_bytes(const struct hardware_item *item, const char *bytes)
{
    assert_int_equal(item->size, strlen(bytes));
    assert_memory_equal(item->bytes, bytes, item->size);
}

static void everything_arrives_in_order(void **state)
{
    (void)state;
    assert_int_equal(parse("{\"tee\":\"snp\",\"evidence\":\"YQ==\",\"endorsements\":[\"YmI=\","
                           "\"Y2Nj\"],\"collateral\":[\"ZA==\"]}"),
                     POBF_OK);
    assert_string_equal(submission.tee, "snp");
    assert_bytes(&submission.evidence, "a");
    assert_int_equal(submission.endorsement_count, 2);
    assert_bytes(&submission.endorsement[0], "bb");
    assert_bytes(&submission.endorsement[1], "ccc");
    assert_int_equal(submission.collateral_count, 1);
    assert_bytes(&submission.collateral[0], "d");
}

static void what_is_left_out_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(parse("{\"evidence\":\"YQ==\"}"), POBF_OK);
    assert_string_equal(submission.tee, "auto");
    assert_int_equal(submission.endorsement_count + submission.collateral_count, 0);
}

static void anything_else_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"evidence\":\"\"}",
        "{\"evidence\":1}",
        "{\"evidence\":\"YQ\"}",
        "{\"evidence\":\"YR==\"}",
        "{\"evidence\":\"YQ==\"} ,",
        "{\"evidence\":\"YQ==\",\"evidence\":\"YQ==\"}",
        "{\"evidence\":\"YQ==\",\"nonce\":\"YQ==\"}",
        "{\"evidence\":\"YQ==\",\"tee\":\"abacus\"}",
        "{\"evidence\":\"YQ==\",\"tee\":null}",
        "{\"evidence\":\"YQ==\",\"endorsements\":\"YQ==\"}",
        "{\"evidence\":\"YQ==\",\"endorsements\":[\"\"]}",
        "{\"evidence\":\"YQ==\",\"collateral\":[1]}",
        "{\"evidence\":\"YQ==\",\"collateral\":null}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (parse(texts[i]) != POBF_E_INPUT || defect == NULL || submission.bytes != NULL) {
            fail_msg("%s is taken", texts[i]);
        }
    }
}

static void what_is_sent_follows_what_the_operator_gave_and_is_not_named(void **state)
{
    static struct submission_items items;
    static const struct hardware_item own[2] = {{(const uint8_t *)"own", 3},
                                                {(const uint8_t *)"key", 3}};
    const struct hardware_input given = {.endorsements = own,
                                         .endorsement_count = 2,
                                         .named_count = 2,
                                         .collateral = own,
                                         .collateral_count = 1};
    struct hardware_input input;

    (void)state;
    assert_int_equal(parse("{\"evidence\":\"YQ==\",\"endorsements\":[\"YmI=\"],"
                           "\"collateral\":[\"Y2Nj\"]}"),
                     POBF_OK);
    assert_int_equal(submission_fill(&input, &items, &submission, &given), POBF_OK);
    assert_int_equal(input.endorsement_count, 3);
    assert_int_equal(input.named_count, 2);
    assert_bytes(&input.endorsements[1], "key");
    assert_bytes(&input.endorsements[2], "bb");
    assert_int_equal(input.collateral_count, 2);
    assert_bytes(&input.collateral[0], "own");
    assert_bytes(&input.collateral[1], "ccc");
    assert_bytes(&input.evidence, "a");
}

static void more_than_the_lists_hold_is_refused(void **state)
{
    static struct submission_items items;
    static const struct hardware_item own[HARDWARE_ITEMS_MAX];
    struct hardware_input given = {.endorsements = own,
                                   .endorsement_count = HARDWARE_ITEMS_MAX - 1};
    struct hardware_input input;

    (void)state;
    assert_int_equal(parse("{\"evidence\":\"YQ==\",\"endorsements\":[\"YmI=\"]}"), POBF_OK);
    assert_int_equal(submission_fill(&input, &items, &submission, &given), POBF_OK);
    given.endorsement_count = HARDWARE_ITEMS_MAX;
    assert_int_equal(submission_fill(&input, &items, &submission, &given), POBF_E_SPACE);
}

static int clear(void **state)
{
    (void)state;
    submission_clear(&submission);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_arrives_in_order),
        cmocka_unit_test(what_is_left_out_is_nothing),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(what_is_sent_follows_what_the_operator_gave_and_is_not_named),
        cmocka_unit_test(more_than_the_lists_hold_is_refused),
    };

    return cmocka_run_group_tests_name("verifier/service/submission", tests, NULL, clear);
}
