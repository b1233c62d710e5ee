#include <jansson.h>

#include "tests/verifier/appraisal/fixture.h"
#include "tests/verifier/dcap/made.h"

/*
 * The same of a domain of TDX: quotes and collateral of our own, under a root of our own, so this is a
 * STAND-IN for such a machine. What is the same for all of them is in machine_test.c.
 */

static struct fixture f;
static struct appraisal appraisal;
static struct made_dcap dcap;
static struct hardware_input trust;
static struct hardware_item collateral;
static struct hardware_policy policy;
static int other_data;

static void seal(void)
{
    static char envelope[4 * MADE_ROOM], evidence[MADE_ROOM], quote[2 * MADE_ROOM];
    json_t *root;

    sodium_bin2base64(evidence, sizeof evidence, f.input.evidence.bytes, f.input.evidence.size,
                      sodium_base64_VARIANT_ORIGINAL);
    sodium_bin2base64(quote, sizeof quote, dcap.quote, dcap.quote_size,
                      sodium_base64_VARIANT_ORIGINAL);
    root = json_pack("{s:s, s:s, s:s}", "profile", "tag:pobf,2026:evidence+tdx", "evidence",
                     evidence, "report", quote);
    f.input.evidence.size = json_dumpb(root, envelope, sizeof envelope, JSON_COMPACT);
    f.input.evidence.bytes = (const uint8_t *)envelope;
    assert_in_range(f.input.evidence.size, 1, sizeof envelope);
    json_decref(root);
}

static void appraise(enum pobf_quote_body body)
{
    uint8_t *data;
    char text[256];
    const char *defect;

    made_print_quote(&dcap, 5, body);
    data = made_body(&dcap) + 520;
    memset(data, 0, 64);
    crypto_hash_sha256(data, f.input.evidence.bytes, f.input.evidence.size);
    data[31] ^= (uint8_t)other_data;
    made_sign_quote(&dcap);
    made_print_documents(&dcap, 1, "UpToDate", "UpToDate", "UpToDate");
    made_print_collateral(&dcap, NULL);
    collateral = (struct hardware_item){(const uint8_t *)dcap.collateral, strlen(dcap.collateral)};
    snprintf(text, sizeof text, "{\"name\": \"domain\", \"measurements\": [\"%096d\"]}", 0);
    assert_int_equal(policy_parse(&policy, (const uint8_t *)text, strlen(text), &defect), POBF_OK);
    seal();
    appraisal_run(&appraisal, &f.input, &f.policy);
}

static int begin(void **state)
{
    (void)state;
    fixture_init(&f);
    policy_clear(&policy);
    trust = (struct hardware_input){.at = CHAIN_AT,
                                    .policy = &policy,
                                    .roots = &dcap.roots,
                                    .collateral = &collateral,
                                    .collateral_count = 1};
    f.policy.accept_sim = 0;
    f.policy.platform = &trust;
    other_data = 0;
    return 0;
}

static void a_domain_that_is_named_is_affirmed(void **state)
{
    appraise(POBF_QUOTE_TD10);
    assert_int_equal(appraisal.verdict, VERDICT_AFFIRMED);
    assert_int_equal(appraisal.platform, APPRAISAL_PLATFORM_TDX);
    begin(state);
    appraise(POBF_QUOTE_TD15);
    assert_int_equal(appraisal.verdict, VERDICT_AFFIRMED);
}

static void without_collateral_it_is_refused(void **state)
{
    (void)state;
    trust.collateral_count = 0;
    appraise(POBF_QUOTE_TD15);
    assert_int_equal(appraisal.verdict, VERDICT_REFUSED);
    assert_int_equal(checks_find(&appraisal.checks, "dcap.pck.revocation")->result, CHECK_FAIL);
    assert_int_equal(checks_find(&appraisal.checks, "platform.report_data")->result, CHECK_PASS);
}

static void a_quote_over_something_else_is_refused(void **state)
{
    (void)state;
    other_data = 1;
    appraise(POBF_QUOTE_TD15);
    assert_int_equal(appraisal.verdict, VERDICT_REFUSED);
    assert_int_equal(checks_find(&appraisal.checks, "platform.report_data")->result, CHECK_FAIL);
}

/* The longest list that there is: all of it, with certificate and reference values, has room. */
static void every_check_of_the_longest_list_has_room(void **state)
{
    (void)state;
    appraise(POBF_QUOTE_TD15);
    assert_false(appraisal.checks.overflow);
    print_message("%zu checks of %d\n", appraisal.checks.count, CHECKS_MAX);
}

static int open_all(void **state)
{
    (void)state;
    made_open(&dcap);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    policy_clear(&policy);
    made_close(&dcap);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_domain_that_is_named_is_affirmed, begin),
        cmocka_unit_test_setup(without_collateral_it_is_refused, begin),
        cmocka_unit_test_setup(a_quote_over_something_else_is_refused, begin),
        cmocka_unit_test_setup(every_check_of_the_longest_list_has_room, begin),
    };

    return cmocka_run_group_tests_name("verifier/appraisal/domain", tests, open_all, close_all);
}
