#include "tests/verifier/hardware/fixture.h"

/* Reports of real machines, read in place: they verify, and what was made of them does not. */

enum { AT = 1788000000, VLEK_AT = 1760000000, ROOM = 16 * 1024 };

static uint8_t report[ROOM], vek[ROOM], chain[ROOM];

/* Load a report and its certificates; returns the report's size. */
static size_t load(const char *report_name, const char *vek_name, const char *chain_name,
                   int64_t at)
{
    const size_t size = fixture_vector(report, sizeof report, "", report_name);

    fixture_begin(at);
    fixture_endorse(vek, fixture_vector(vek, sizeof vek, "", vek_name));
    fixture_endorse(chain, fixture_vector(chain, sizeof chain, "", chain_name));
    return size;
}

#define TRUSTEE "snp/trustee/deps__verifier__test_data__snp__test-"

static const struct {
    const char *report, *vek, *chain;
    int64_t at;
} genuine[] = {
    {"snp/azure-privacy-sandbox-kms/derived/report.bin",
     "snp/azure-privacy-sandbox-kms/derived/chain.pem", "snp/_roots/ask_ark_milan.pem", AT},
    {"snp/oak/derived/genoa_oc_report.bin", "snp/oak/derived/genoa_oc_vcek.der",
     "snp/_roots/ask_ark_genoa.pem", AT},
    {"snp/oak/derived/milan_oc_release_report.bin", "snp/oak/derived/milan_oc_release_vcek.der",
     "snp/_roots/ask_ark_milan.pem", AT},
    {"snp/oak/derived/turin_oc_report.bin", "snp/oak/derived/turin_oc_vcek.der",
     "snp/_roots/ask_ark_turin_vcek.pem", AT},
    {"snp/virtee-sev/derived/report_milan.bin", "snp/virtee-sev/certs_data__vcek_milan.der",
     "snp/_roots/ask_ark_milan.pem", AT},
    {TRUSTEE "report.bin", TRUSTEE "vcek.der", "snp/_roots/ask_ark_milan.pem", AT},
    {TRUSTEE "vlek-report.bin", TRUSTEE "vlek.der", "snp/_roots/ask_ark_milan_vlek.pem", VLEK_AT},
};

static void genuine_reports_are_affirmed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof genuine / sizeof genuine[0]; i++) {
        const size_t size =
            load(genuine[i].report, genuine[i].vek, genuine[i].chain, genuine[i].at);

        fixture_appraise("auto", report, size);
        assert_affirming();
    }
}

/* The step that must fail is the one that expected.json names; what fails with it is listed too. */
static const struct {
    const char *name;
    const char *failed;
} negatives[] = {
    {"azcvm_unpaired_vcek", "snp.signature snp.chip_id"},
    {"debug_enabled_real", "evidence.debug"},
    {"genoa5_flip_policy_debug", "evidence.debug snp.signature"},
    {"milan_flip_chip_id", "snp.signature snp.chip_id"},
    {"milan_flip_host_data", "snp.signature"},
    {"milan_flip_measurement", "snp.signature"},
    {"milan_flip_policy_debug", "evidence.debug snp.signature"},
    {"milan_flip_report_data", "snp.signature"},
    {"milan_flip_report_id", "snp.signature"},
    {"milan_flip_reported_tcb", "snp.signature snp.tcb"},
    {"milan_flip_vmpl", "snp.signature"},
    {"milan_no_ark", ""}, /* the root is ours: it need not come along */
    {"milan_other_chip_vek", "snp.signature snp.product snp.tcb snp.chip_id"},
    {"milan_sig_bigendian", "snp.signature"},
    {"milan_sig_reserved_nonzero", "snp.signature_encoding"},
    {"milan_sig_zero", "snp.signature"},
    {"milan_sigalgo", "snp.signature_algorithm snp.signature"},
    {"milan_trailing", "snp.parse"},
    {"milan_truncated", "snp.parse"},
    {"milan_vek_tbs_flip", "snp.chain"},
    {"milan_wrong_product_chain", "snp.chain"},
    {"turin5_flip_policy_debug", "evidence.debug snp.signature"},
};

static void what_was_made_of_them_fails_at_its_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof negatives / sizeof negatives[0]; i++) {
        char name[3][96];
        size_t size;

        snprintf(name[0], sizeof name[0], "snp-negative/%s/report.bin", negatives[i].name);
        snprintf(name[1], sizeof name[1], "snp-negative/%s/vek.pem", negatives[i].name);
        snprintf(name[2], sizeof name[2], "snp-negative/%s/chain.pem", negatives[i].name);
        size = load(name[0], name[1], name[2], AT);
        fixture_appraise("snp", report, size);
        assert_string_equal(fixture_failed(), negatives[i].failed);
        assert_int_equal(fixture.accepted, negatives[i].failed[0] == '\0');
    }
}

static void every_flipped_bit_of_a_genuine_report_is_refused(void **state)
{
    const size_t size = load(genuine[3].report, genuine[3].vek, genuine[3].chain, AT);

    (void)state;
    assert_every_flip_is_refused("snp", report, size, 0, 0x2a0);
}

static void a_clock_that_is_off_is_told_so(void **state)
{
    const size_t size = load(genuine[6].report, genuine[6].vek, genuine[6].chain, VLEK_AT);
    const int64_t last = 1765404861; /* of the VLEK, which counts for a year */

    (void)state;
    fixture_input.at = last;
    fixture_appraise("snp", report, size);
    assert_affirming();
    assert_int_equal(fixture.accepted_until, last);
    fixture_input.at = last + 1;
    fixture_appraise("snp", report, size);
    assert_failed("clock snp.validity");
    fixture_input.at = last + 3 * 86400;
    fixture_appraise("snp", report, size);
    assert_string_equal(checks_find(&fixture.checks, "clock")->seen,
                        "your clock is 3 days ahead of this evidence");
    fixture_input.at = fixture.accepted_from - 2 * 3600;
    fixture_appraise("snp", report, size);
    assert_string_equal(checks_find(&fixture.checks, "clock")->seen,
                        "your clock is 2 hours behind this evidence");
}

static int close_fixture(void **state)
{
    (void)state;
    hardware_clear(&fixture);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genuine_reports_are_affirmed),
        cmocka_unit_test(what_was_made_of_them_fails_at_its_step),
        cmocka_unit_test(every_flipped_bit_of_a_genuine_report_is_refused),
        cmocka_unit_test(a_clock_that_is_off_is_told_so),
    };

    return cmocka_run_group_tests(tests, NULL, close_fixture);
}
