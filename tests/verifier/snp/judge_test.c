#include "tests/verifier/snp/made.h"

static struct made_snp made;

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
    made_close(&made);
    return 0;
}

static void appraise(void)
{
    fixture_appraise("auto", made.report, POBF_SNP_REPORT_BYTES);
}

static void every_version_and_product_is_affirmed_with_vcek_and_vlek(void **state)
{
    (void)state;
    for (size_t i = 0; i < MADE_PRODUCTS; i++) {
        for (int vlek = 0; vlek <= 1; vlek++) {
            made_give(&made, &made_products[i], vlek);
            appraise();
            assert_affirming();
            assert_string_equal(fixture.platform, "snp");
            assert_int_equal(fixture.found.tcb_status, TCB_UNRATED);
            assert_int_equal(fixture.accepted_from, CHAIN_FROM);
            assert_int_equal(fixture.accepted_until, CHAIN_UNTIL);
        }
    }
}

/* One defect at a time, signed well where it is signed: just its own checks fail. */
static const struct {
    const char *what;
    size_t at;
    uint8_t flip;
    int sign_again;
    const char *failed;
} defects[] = {
    {"debug", 0x0a, 0x08, 1, "evidence.debug"},
    {"no bit 17", 0x0a, 0x02, 1, "snp.policy"},
    {"an unknown policy bit", 0x0b, 0x80, 1, "snp.policy"},
    {"level 4", 0x30, 4, 1, "snp.vmpl"},
    {"another algorithm", 0x34, 3, 1, "snp.signature_algorithm"},
    {"another TCB", 0x187, 1, 1, "snp.tcb"},
    {"another product", 0x189, 0x10, 1, "snp.product"},
    {"another chip", 0x1a0, 1, 1, "snp.chip_id"},
    {"no key", 0x48, 7 << 2, 1, "snp.vek"},
    {"the measurement", 0x90, 1, 0, "snp.signature"},
    {"R", 0x2a0, 1, 0, "snp.signature"},
    {"above R", 0x2a0 + 48, 1, 0, "snp.signature_encoding"},
    {"above S", 0x2e8 + 71, 1, 0, "snp.signature_encoding"},
    {"after the signature", 0x330, 1, 0, "snp.parse"},
    {"a reserved byte", 0x4c, 1, 1, "snp.parse"},
    {"version 4", 0, 7, 1, "snp.parse"},
};

static void every_defect_fails_its_own_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof defects / sizeof defects[0]; i++) {
        made_give(&made, &made_products[1], 0);
        made.report[defects[i].at] ^= defects[i].flip;
        if (defects[i].sign_again) {
            made_sign(&made);
        }
        fixture_appraise("snp", made.report, POBF_SNP_REPORT_BYTES);
        assert_failed(defects[i].failed);
    }
}

static void a_chip_that_is_masked_is_told_by_its_key(void **state)
{
    (void)state;
    made_give(&made, &made_products[1], 0);
    memset(made.report + 0x1a0, 0, 64);
    made_sign(&made);
    appraise();
    assert_affirming();
}

static void one_byte_more_or_less_is_refused(void **state)
{
    (void)state;
    made_give(&made, &made_products[1], 0);
    fixture_appraise("snp", made.report, POBF_SNP_REPORT_BYTES + 1);
    assert_failed("snp.parse");
    fixture_appraise("snp", made.report, POBF_SNP_REPORT_BYTES - 1);
    assert_failed("snp.parse");
    fixture_appraise("snp", made.report, 0);
    assert_failed("evidence.format");
}

static void without_the_vek_nobody_can_tell(void **state)
{
    (void)state;
    made_give(&made, &made_products[1], 0);
    fixture_input.endorsement_count = 0;
    appraise();
    assert_int_equal(fixture.verdict, HARDWARE_NONE);
    assert_int_equal(hardware_exit_code(&fixture), 3);
}

static void without_the_ask_the_chain_leads_nowhere(void **state)
{
    (void)state;
    made_give(&made, &made_products[1], 0);
    fixture_input.endorsement_count = 1;
    appraise();
    assert_failed("snp.chain");
}

static void a_chain_to_a_root_of_ones_own_is_refused_where_the_vendors_count(void **state)
{
    uint8_t ark[2048];

    (void)state;
    made_give(&made, &made_products[1], 0);
    fixture_endorse(ark, chain_print(ark, sizeof ark, made.ark.cert));
    fixture_input.roots = NULL;
    appraise();
    assert_failed("snp.chain");
}

static void a_revocation_list_counts_where_it_is_given(void **state)
{
    uint8_t der[2048];
    X509_CRL *crl = chain_crl(&made.ark, NULL);

    (void)state;
    made_give(&made, &made_products[1], 0);
    fixture_collate(der, chain_print_crl(der, sizeof der, crl));
    appraise();
    assert_affirming();
    assert_int_equal(checks_find(&fixture.checks, "snp.revocation")->result, CHECK_PASS);
    X509_CRL_free(crl);
    crl = chain_crl(&made.ark, made.ask.cert);
    fixture_input.collateral_count = 0;
    fixture_collate(der, chain_print_crl(der, sizeof der, crl));
    appraise();
    assert_failed("snp.revocation");
    X509_CRL_free(crl);
}

static void every_flipped_bit_of_a_report_is_refused(void **state)
{
    (void)state;
    made_give(&made, &made_products[5], 0);
    assert_every_flip_is_refused("snp", made.report, POBF_SNP_REPORT_BYTES, 0, 0x40);
    assert_every_flip_is_refused("snp", made.report, POBF_SNP_REPORT_BYTES, 0x2a0,
                                 POBF_SNP_REPORT_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_and_product_is_affirmed_with_vcek_and_vlek),
        cmocka_unit_test(every_defect_fails_its_own_check),
        cmocka_unit_test(a_chip_that_is_masked_is_told_by_its_key),
        cmocka_unit_test(one_byte_more_or_less_is_refused),
        cmocka_unit_test(without_the_vek_nobody_can_tell),
        cmocka_unit_test(without_the_ask_the_chain_leads_nowhere),
        cmocka_unit_test(a_chain_to_a_root_of_ones_own_is_refused_where_the_vendors_count),
        cmocka_unit_test(a_revocation_list_counts_where_it_is_given),
        cmocka_unit_test(every_flipped_bit_of_a_report_is_refused),
    };

    return cmocka_run_group_tests(tests, open_made, close_made);
}
