#include "tests/verifier/snp/made.h"

/* What every platform's evidence is held against, with reports of SEV-SNP of our own. */

static struct made_snp made;
static const uint8_t report_data[64] = {
    0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
    0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
    0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
    0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11};

static int open_made(void **state)
{
    (void)state;
    made_open(&made);
    return 0;
}

static int close_made(void **state)
{
    (void)state;
    hardware_clear(&fixture);
    policy_clear(&fixture_policy);
    made_close(&made);
    return 0;
}

static void appraise(void)
{
    fixture_appraise("auto", made.report, POBF_SNP_REPORT_BYTES);
}

static void give(void)
{
    made_give(&made, &made_products[1], 0);
}

/* Take a policy in place of the built-in one. */
static void take_policy(const char *text)
{
    const char *defect;

    policy_clear(&fixture_policy);
    assert_int_equal(policy_parse(&fixture_policy, (const uint8_t *)text, strlen(text), &defect),
                     POBF_OK);
}

static void without_an_expectation_nothing_is_affirmed(void **state)
{
    (void)state;
    give();
    fixture_input.any_report_data = 0;
    appraise();
    assert_string_equal(fixture_failed(), "");
    assert_int_equal(fixture.verdict, HARDWARE_NONE);
    assert_int_equal(fixture.accepted, 0);
    assert_int_equal(hardware_exit_code(&fixture), 3);
}

static void report_data_is_compared_whole(void **state)
{
    uint8_t other[64];

    (void)state;
    give();
    fixture_input.any_report_data = 0;
    fixture_input.report_data = report_data;
    fixture_input.report_data_size = 64;
    appraise();
    assert_affirming();
    fixture_input.report_data_size = 63; /* and a zero */
    appraise();
    assert_failed("evidence.report_data");
    memcpy(other, report_data, sizeof other);
    for (size_t i = 0; i < sizeof other; i++) {
        other[i] ^= 1;
        fixture_input.report_data = other;
        fixture_input.report_data_size = 64;
        appraise();
        assert_failed("evidence.report_data");
        other[i] ^= 1;
    }
}

static void a_shorter_expectation_stands_for_itself_and_zeros(void **state)
{
    (void)state;
    give();
    memset(made.report + 0x50 + 32, 0, 32);
    made_sign(&made);
    fixture_input.any_report_data = 0;
    fixture_input.nonce = report_data;
    fixture_input.nonce_size = 32;
    appraise();
    assert_affirming();
    fixture_input.nonce_size = 7; /* too short to make anything fresh */
    appraise();
    assert_int_equal(hardware_exit_code(&fixture), 3);
    fixture_input.nonce_size = 31;
    appraise();
    assert_failed("evidence.report_data");
}

static const struct {
    const char *policy;
    const char *failed; /* "": accepted */
} policies[] = {
    {"{\"name\":\"a\",\"measurements\":[\"2222\"]}", "policy.measurement"},
    {"{\"name\":\"a\",\"measurements\":[\"00\",\"22222222222222222222222222222222222222222222222222"
     "2222222222222222222222222222222222222222222222\"]}",
     ""},
    {"{\"name\":\"a\",\"minimum_tcb\":{\"bootloader\":3,\"microcode\":209}}", ""},
    {"{\"name\":\"a\",\"minimum_tcb\":{\"bootloader\":4}}", "policy.minimum_tcb"},
    {"{\"name\":\"a\",\"minimum_tcb\":{\"unheard_of\":0}}", "policy.minimum_tcb"},
    {"{\"name\":\"a\",\"claims\":{\"vmpl\":0,\"smt\":false}}", ""},
    {"{\"name\":\"a\",\"claims\":{\"vmpl\":1}}", "policy.claims"},
    {"{\"name\":\"a\",\"claims\":{\"unheard_of\":null}}", "policy.claims"},
    {"{\"name\":\"a\",\"claims\":{\"debug\":true}}", "policy.claims"},
    {"{\"name\":\"a\",\"tcb_status\":[\"UpToDate\"]}", "policy.tcb_status"},
    {"{\"name\":\"a\",\"advisories\":[]}", ""},
};

static void a_policy_is_kept_to_the_letter(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        give();
        take_policy(policies[i].policy);
        appraise();
        assert_string_equal(fixture_failed(), policies[i].failed);
        assert_int_equal(fixture.accepted, policies[i].failed[0] == '\0');
    }
}

static void a_rule_of_the_policy_that_cannot_be_evaluated_keeps_the_verdict_open(void **state)
{
    (void)state;
    give();
    take_policy("{\"name\":\"a\",\"measurements\":[\"22\"],\"claims\":{\"vmpl\":0}}");
    fixture_appraise("snp", made.report, 100);
    assert_failed("snp.parse");
    assert_int_equal(checks_find(&fixture.checks, "policy.measurement")->result,
                     CHECK_NOT_EVALUATED);
    assert_int_equal(checks_find(&fixture.checks, "policy.measurement")->mandatory, 1);
}

static void what_was_given_must_parse(void **state)
{
    (void)state;
    give();
    fixture_endorse((const uint8_t *)"junk", 4);
    appraise();
    assert_failed("endorsements.parse");
    give();
    fixture_collate((const uint8_t *)"", 0);
    appraise();
    assert_failed("endorsements.parse");
}

static void bytes_of_no_platform_are_refused(void **state)
{
    (void)state;
    give();
    fixture_appraise("auto", (const uint8_t *)"nobody's", 8);
    assert_failed("evidence.format");
    fixture_appraise("nobody", made.report, POBF_SNP_REPORT_BYTES);
    assert_failed("evidence.format");
}

static void every_check_is_listed_however_little_there_is(void **state)
{
    size_t count;

    (void)state;
    give();
    appraise();
    count = fixture.checks.count;
    fixture_appraise("snp", made.report, 1);
    assert_int_equal(fixture.checks.count, count);
}

static void a_span_is_inclusive_at_both_ends(void **state)
{
    static const struct {
        int64_t at;
        const char *failed;
    } instants[] = {{CHAIN_FROM - 1, "clock snp.validity"},
                    {CHAIN_FROM, ""},
                    {CHAIN_UNTIL, ""},
                    {CHAIN_UNTIL + 1, "clock snp.validity"}};

    (void)state;
    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        give();
        fixture_input.at = instants[i].at;
        appraise();
        assert_string_equal(fixture_failed(), instants[i].failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_expectation_nothing_is_affirmed),
        cmocka_unit_test(report_data_is_compared_whole),
        cmocka_unit_test(a_shorter_expectation_stands_for_itself_and_zeros),
        cmocka_unit_test(a_policy_is_kept_to_the_letter),
        cmocka_unit_test(a_rule_of_the_policy_that_cannot_be_evaluated_keeps_the_verdict_open),
        cmocka_unit_test(what_was_given_must_parse),
        cmocka_unit_test(bytes_of_no_platform_are_refused),
        cmocka_unit_test(every_check_is_listed_however_little_there_is),
        cmocka_unit_test(a_span_is_inclusive_at_both_ends),
    };

    return cmocka_run_group_tests(tests, open_made, close_made);
}
