#include <dirent.h>

#include <jansson.h>

#include "tests/verifier/hardware/fixture.h"

/* Quotes of real machines with Intel's collateral, read in place, and what was made of them. */

static uint8_t quote[16 * 1024], collateral[FIXTURE_FILE_ROOM], text[16 * 1024];

static json_t *load_expected(const char *folder)
{
    const size_t size = fixture_vector(text, sizeof text, folder, "expected.json");
    json_t *expected = json_loadb((const char *)text, size, 0, NULL);

    assert_non_null(expected);
    return expected;
}

/* Load a bundle at its instant; returns the quote's size. */
static size_t load(const char *folder)
{
    const size_t size = fixture_vector(quote, sizeof quote, folder, "quote.bin");
    json_t *expected = load_expected(folder);

    fixture_begin(json_integer_value(json_object_get(expected, "now")));
    json_decref(expected);
    fixture_collate(collateral,
                    fixture_vector(collateral, sizeof collateral, folder, "collateral.json"));
    return size;
}

/* Every advisory of Intel's rules, no other, each once. */
static void assert_advisories(const json_t *expected)
{
    const struct hardware_found *found = &fixture.found;
    size_t matched = 0, i;
    json_t *name;

    json_array_foreach(expected, i, name)
    {
        int seen = 0;

        for (size_t j = 0; j < found->advisory_count; j++) {
            seen += strcmp(found->advisories[j], json_string_value(name)) == 0;
        }
        assert_int_equal(seen, 1);
    }
    for (size_t j = 0; j < found->advisory_count; j++) {
        json_array_foreach(expected, i, name)
        {
            if (strcmp(found->advisories[j], json_string_value(name)) == 0) {
                matched++;
                break;
            }
        }
    }
    assert_int_equal(matched, found->advisory_count);
}

/* What may fail of a genuine bundle: what its firmware is worth, debug, and bytes after it. */
static void assert_only_rated(void)
{
    for (size_t i = 0; i < fixture.checks.count; i++) {
        const struct check *check = &fixture.checks.item[i];

        if (check->result == CHECK_FAIL && strcmp(check->id, "policy.tcb_status") != 0 &&
            strcmp(check->id, "evidence.debug") != 0 && strcmp(check->id, "dcap.tcb_level") != 0 &&
            strcmp(check->id, "dcap.padding") != 0) {
            fail_msg("%s failed: expected %s, seen %s", check->id, check->expected, check->seen);
        }
    }
}

static void judge_bundle(const char *name)
{
    char folder[300];
    json_t *expected;
    const char *status;
    size_t size;

    snprintf(folder, sizeof folder, "dcap-bundles/%s", name);
    size = load(folder);
    expected = load_expected(folder);
    status = json_string_value(json_object_get(expected, "status_intel_rules"));
    fixture_appraise("auto", quote, size);
    assert_string_equal(tcb_word(fixture.found.tcb_status), status);
    assert_advisories(json_array_get(json_object_get(expected, "launch"), 1));
    assert_int_equal(fixture.found.debug, json_is_true(json_object_get(expected, "debug")));
    assert_int_equal(fixture.accepted_until,
                     json_integer_value(json_object_get(expected, "valid_to")));
    assert_only_rated();
    assert_int_equal(fixture.accepted, strcmp(status, "UpToDate") == 0);
    json_decref(expected);
}

static void every_bundle_has_intels_status_and_date(void **state)
{
    char path[512];
    size_t count = 0;
    DIR *folder;

    (void)state;
    snprintf(path, sizeof path, "%s/evidence/dcap-bundles", vectors_folder());
    folder = opendir(path);
    if (folder == NULL) {
        printf("SKIP: no evidence/dcap-bundles: set POBF_VECTORS to the folder that holds it\n");
        skip();
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strstr(entry->d_name, "X_") != NULL) {
            judge_bundle(entry->d_name);
            count++;
        }
    }
    closedir(folder);
    assert_int_equal(count, 46);
}

/* The step that must fail; what fails with it is listed too. */
static const struct {
    const char *name;
    const char *failed;
} negatives[] = {
    {"sgx3_attkeytype_3", "policy.tcb_status dcap.key_type dcap.signature"},
    {"sgx3_crl_sig_flip", "policy.tcb_status dcap.pck.revocation"},
    {"sgx3_crl_swapped", "policy.tcb_status dcap.pck.revocation"},
    {"sgx3_empty", "evidence.format"},
    {"sgx3_flip_att_key", "policy.tcb_status dcap.signature dcap.attestation_key"},
    {"sgx3_flip_isv_sig", "policy.tcb_status dcap.signature"},
    {"sgx3_flip_measurement", "policy.tcb_status dcap.signature"},
    {"sgx3_flip_qe_auth", "policy.tcb_status dcap.attestation_key"},
    {"sgx3_flip_qe_report", "policy.tcb_status dcap.qe_signature"},
    {"sgx3_flip_qe_reportdata", "policy.tcb_status dcap.attestation_key dcap.qe_signature"},
    {"sgx3_flip_qe_sig", "policy.tcb_status dcap.qe_signature"},
    {"sgx3_flip_report_data", "policy.tcb_status dcap.signature"},
    {"sgx3_just_expired", "policy.tcb_status clock dcap.qe_identity.validity"},
    {"sgx3_other_pck", "dcap.qe_signature dcap.pck.chain dcap.tcb_info.match"},
    {"sgx3_qe_vendor", "policy.tcb_status dcap.qe_vendor dcap.signature"},
    {"sgx3_qeid_edited", "dcap.qe_identity.signature"},
    {"sgx3_qeid_other_tee", "clock dcap.qe_identity.validity dcap.qe_identity.match"},
    {"sgx3_tcb_other_fmspc", "clock dcap.tcb_info.validity dcap.tcb_info.match"},
    {"sgx3_tcb_reserialised", "dcap.tcb_info.signature"},
    {"sgx3_tcb_sig_flip", "dcap.tcb_info.signature"},
    {"sgx3_tcb_status_edited", "dcap.tcb_info.signature"},
    {"sgx3_too_early", "policy.tcb_status clock dcap.pck.revocation.validity "
                       "dcap.tcb_info.validity dcap.qe_identity.validity"},
    {"sgx3_too_late", "policy.tcb_status clock dcap.pck.revocation.validity "
                      "dcap.tcb_info.revocation.validity dcap.tcb_info.validity "
                      "dcap.qe_identity.validity"},
    {"sgx3_truncated", "dcap.parse"},
    {"sgx3_version_99", "dcap.parse"},
    {"tdx4_flip_isv_sig", "dcap.signature"},
    {"tdx4_flip_measurement", "dcap.signature"},
    {"tdx4_just_expired", "clock dcap.tcb_info.validity"},
    {"tdx4_tcb_status_edited", "dcap.tcb_info.signature"},
};

static void what_was_made_of_them_fails_at_its_step(void **state)
{
    static uint8_t pck[8192];

    (void)state;
    for (size_t i = 0; i < sizeof negatives / sizeof negatives[0]; i++) {
        char folder[128];
        size_t size;

        snprintf(folder, sizeof folder, "dcap-negative/%s", negatives[i].name);
        size = load(folder);
        if (strcmp(negatives[i].name, "sgx3_other_pck") == 0) {
            fixture_endorse(pck, fixture_vector(pck, sizeof pck, folder, "pck_leaf.pem"));
        }
        fixture_appraise(negatives[i].name[0] == 't' ? "tdx" : "sgx", quote, size);
        assert_failed(negatives[i].failed);
    }
}

static void every_flipped_bit_of_an_enclaves_quote_is_refused(void **state)
{
    const size_t size = load("dcap-bundles/05_SGX_00606a000000_2025-08-15T050818_e17");

    (void)state;
    fixture_policy.tcb_statuses |= 1U << TCB_SW_HARDENING;
    assert_every_flip_is_refused("sgx", quote, size, 0, 48 + 384);
    assert_int_equal(fixture.verdict, HARDWARE_WARNING);
}

static void every_flipped_bit_of_a_domains_quote_is_refused(void **state)
{
    const size_t size = load("dcap-bundles/22_TDX_90c06f000000_2025-06-05T034345_e17");

    (void)state;
    assert_every_flip_is_refused("tdx", quote, size, 0, 54 + 648);
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
        cmocka_unit_test(every_bundle_has_intels_status_and_date),
        cmocka_unit_test(what_was_made_of_them_fails_at_its_step),
        cmocka_unit_test(every_flipped_bit_of_an_enclaves_quote_is_refused),
        cmocka_unit_test(every_flipped_bit_of_a_domains_quote_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, close_fixture);
}
