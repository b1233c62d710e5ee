#include <sodium.h>

#include "framework/wire/hcl.h"
#include "framework/wire/snp_report.h"
#include "tests/verifier/tpm/made.h"

/* Quotes of real TPMs, of swtpm and of Azure's: they verify, and what was made of them does not. */

enum { AT = 1780000000, ROOM = 64 * 1024 };

static uint8_t evidence[ROOM], file[ROOM], other[ROOM];

static json_t *hex(const uint8_t *bytes, size_t size)
{
    static char text[2 * ROOM + 1];

    return json_string(sodium_bin2hex(text, sizeof text, bytes, size));
}

static json_t *hex_file(const char *folder, const char *name)
{
    return hex(file, fixture_vector(file, sizeof file, folder, name));
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

/* Evidence of a TPM, and the AK that signed it; to be freed. */
static json_t *open_trustee(void)
{
    static char pem[1024];
    const size_t size =
        fixture_vector(evidence, sizeof evidence, "tpm/trustee", "tpm_evidence.json");
    json_t *root = json_loadb((const char *)evidence, size, 0, NULL);

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
    return root;
}

static void appraise_json(const json_t *root)
{
    fixture_appraise("auto", evidence, json_dumpb(root, (char *)evidence, sizeof evidence, 0));
}

static void a_quote_of_trustee_is_affirmed_under_its_ak(void **state)
{
    json_t *root = open_trustee();

    (void)state;
    appraise_json(root);
    assert_affirming();
    json_decref(root);
}

/* The bytes of a member, in one of the forms that trustee prints. */
static size_t read_member(uint8_t bytes[ROOM], const json_t *object, const char *name)
{
    static const int variants[] = {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_URLSAFE,
                                   sodium_base64_VARIANT_URLSAFE_NO_PADDING};
    const char *text = json_string_value(json_object_get(object, name));
    size_t size = 0;

    assert_non_null(text);
    if (sodium_hex2bin(bytes, ROOM, text, strlen(text), NULL, &size, NULL) == 0) {
        return size;
    }
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        if (sodium_base642bin(bytes, ROOM, text, strlen(text), NULL, &size, NULL, variants[i]) ==
            0) {
            return size;
        }
    }
    fail_msg("%s has no bytes", name);
    return 0;
}

/* Flip the bits bit, bit + step, .. of a member's bytes, between these two, one at a time. */
static void assert_part_holds(json_t *root, json_t *object, const char *name,
                              const struct pobf_span *part, size_t step)
{
    json_t *whole = json_incref(json_object_get(object, name));
    const size_t size = read_member(file, object, name);

    for (size_t bit = 8 * part->at; bit < 8 * (part->at + part->size); bit += step) {
        file[bit / 8] ^= (uint8_t)(1 << bit % 8);
        json_object_set_new(object, name, hex(file, size));
        appraise_json(root);
        if (fixture.accepted) {
            fail_msg("bit %zu of byte %zu of %s may be flipped", bit % 8, bit / 8, name);
        }
        file[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    json_object_set_new(object, name, whole);
    appraise_json(root);
    assert_affirming();
}

/* The same of message and signature of a quote. */
static void assert_quote_holds(json_t *root, size_t step)
{
    static const char *const names[] = {"message", "signature"};
    json_t *quote = json_object_get(root, "tpm_quote");

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct pobf_span all = {0, read_member(file, quote, names[i])};

        assert_part_holds(root, quote, names[i], &all, step);
    }
}

static void no_flip_of_a_genuine_quote_is_accepted(void **state)
{
    json_t *root = open_trustee();

    (void)state;
    assert_quote_holds(root, 1);
    json_decref(root);
}

/* What SEV-SNP signs of the report, the runtime's JSON, the quote: see fixture_flip_step. */
static void no_flip_of_genuine_evidence_of_azure_is_accepted(void **state)
{
    const size_t step = fixture_flip_step();
    struct pobf_hcl parts;
    json_t *root;

    (void)state;
    begin("snp/_roots/ask_ark_milan.pem");
    root = json_loadb(
        (const char *)evidence,
        fixture_vector(evidence, sizeof evidence, "azure-vtpm/trustee-az-snp", "evidence-v1.json"),
        0, NULL);
    assert_int_equal(pobf_hcl_parse(&parts, file, read_member(file, root, "hcl_report")), POBF_OK);
    parts.report.size = POBF_SNP_SIGNED_BYTES;
    assert_part_holds(root, root, "hcl_report", &parts.report, step);
    assert_part_holds(root, root, "hcl_report", &parts.runtime, step);
    assert_quote_holds(root, step);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genuine_evidence_of_azure_is_affirmed),
        cmocka_unit_test(azure_s_tdx_evidence_hangs_together),
        cmocka_unit_test(tampered_evidence_fails_at_the_named_step),
        cmocka_unit_test(a_quote_of_trustee_is_affirmed_under_its_ak),
        cmocka_unit_test(no_flip_of_a_genuine_quote_is_accepted),
        cmocka_unit_test(no_flip_of_genuine_evidence_of_azure_is_accepted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
