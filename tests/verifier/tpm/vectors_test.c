#include "tests/verifier/tpm/made.h"

/* Quotes of real TPMs, of swtpm and of Azure's: they verify, and what was made of them does not. */

enum { AT = 1780000000, ROOM = 64 * 1024 };

static uint8_t evidence[ROOM], file[ROOM], other[ROOM];

static json_t *hex_file(const char *folder, const char *name)
{
    const size_t size = fixture_vector(file, sizeof file, folder, name);
    char *text = calloc(2 * size + 1, 1);
    json_t *string;

    for (size_t i = 0; i < size; i++) {
        snprintf(text + 2 * i, 3, "%02x", file[i]);
    }
    string = json_string(text);
    free(text);
    return string;
}

/* 24 registers of 32 bytes, one after another. */
static json_t *registers_file(const char *folder, const char *name)
{
    json_t *list = json_array();

    assert_int_equal(fixture_vector(file, sizeof file, folder, name), 24 * 32);
    for (size_t i = 0; i < 24; i++) {
        json_array_append_new(list, tpm_hex(file + 32 * i, 32));
    }
    return list;
}

/* The parts of a folder of tpm-negative, put together. */
static size_t put_together(const char *name)
{
    char folder[64];
    json_t *root;
    size_t size;

    snprintf(folder, sizeof folder, "tpm-negative/%s", name);
    root = json_pack("{s:o, s:o, s:{s:o, s:o, s:o}}", "hcl_report", hex_file(folder, "hcl.bin"),
                     "vcek", hex_file(folder, "vcek.pem"), "tpm_quote", "message",
                     hex_file(folder, "quote.msg"), "signature", hex_file(folder, "quote.sig"),
                     "pcrs", registers_file(folder, "pcrs.bin"));
    size = json_dumpb(root, (char *)evidence, sizeof evidence, 0);
    json_decref(root);
    return size;
}

/* An input at this instant, with this endorsement. */
static void begin(const char *endorsement)
{
    fixture_begin(AT);
    fixture_endorse(other, fixture_vector(other, sizeof other, "", endorsement));
}

static void genuine_evidence_of_azure_is_affirmed(void **state)
{
    static const char *const names[] = {"evidence-v0.json", "evidence-v1.json"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin("snp/_roots/ask_ark_milan.pem");
        fixture_appraise(
            "auto", evidence,
            fixture_vector(evidence, sizeof evidence, "azure-vtpm/trustee-az-snp", names[i]));
        assert_string_equal(fixture.platform, "azure-vtpm");
        assert_affirming();
    }
}

/* A TD quote without Intel's collateral: all that hangs together does, and nothing is affirmed. */
static void azure_s_tdx_evidence_hangs_together(void **state)
{
    (void)state;
    fixture_begin(AT);
    fixture_appraise(
        "auto", evidence,
        fixture_vector(evidence, sizeof evidence, "azure-vtpm/trustee-az-tdx", "evidence-v1.json"));
    assert_int_equal(fixture.accepted, 0);
    assert_int_equal(checks_find(&fixture.checks, "azure.td_quote")->result, CHECK_PASS);
    assert_int_equal(checks_find(&fixture.checks, "azure.report_data")->result, CHECK_PASS);
    assert_int_equal(checks_find(&fixture.checks, "tpm.signature")->result, CHECK_PASS);
    assert_int_equal(checks_find(&fixture.checks, "tpm.pcrs")->result, CHECK_PASS);
    assert_int_equal(checks_find(&fixture.checks, "dcap.signature")->result, CHECK_PASS);
}

static const struct {
    const char *name;
    const char *failed;
} negatives[] = {
    {"magic", "tpm.magic tpm.signature"},
    {"nonce_flip", "tpm.signature"},
    {"pcr_flip", "tpm.pcrs"},
    {"sig_flip", "tpm.signature"},
    {"type_certify", "tpm.type tpm.signature"},
    {"vardata_flip", "azure.report_data"},
    {"ak_swapped", "tpm.signature snp.signature snp.product snp.tcb snp.chip_id"},
};

static void tampered_evidence_fails_at_the_named_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof negatives / sizeof negatives[0]; i++) {
        begin("snp/_roots/ask_ark_genoa.pem");
        fixture_appraise("auto", evidence, put_together(negatives[i].name));
        assert_failed(negatives[i].failed);
    }
}

static void a_quote_of_trustee_is_affirmed_under_its_ak(void **state)
{
    const size_t size =
        fixture_vector(evidence, sizeof evidence, "tpm/trustee", "tpm_evidence.json");
    json_t *root = json_loadb((const char *)evidence, size, 0, NULL);
    char pem[1024];

    (void)state;
    fixture_begin(AT);
    snprintf(
        pem, sizeof pem, "-----BEGIN PUBLIC KEY-----\n%.64s\n%.64s\n%.64s\n%.64s\n%.64s\n%s\n%s",
        json_string_value(json_object_get(root, "ak_public")),
        json_string_value(json_object_get(root, "ak_public")) + 64,
        json_string_value(json_object_get(root, "ak_public")) + 128,
        json_string_value(json_object_get(root, "ak_public")) + 192,
        json_string_value(json_object_get(root, "ak_public")) + 256,
        json_string_value(json_object_get(root, "ak_public")) + 320, "-----END PUBLIC KEY-----\n");
    fixture_endorse((const uint8_t *)pem, strlen(pem));
    fixture_appraise("auto", evidence, size);
    assert_affirming();
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genuine_evidence_of_azure_is_affirmed),
        cmocka_unit_test(azure_s_tdx_evidence_hangs_together),
        cmocka_unit_test(tampered_evidence_fails_at_the_named_step),
        cmocka_unit_test(a_quote_of_trustee_is_affirmed_under_its_ak),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
