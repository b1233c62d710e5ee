#include "tests/verifier/hardware/fixture.h"

/* Documents of real enclaves: they verify, and what was made of them does not. */

enum { ROOM = 16 * 1024 };

static uint8_t document[ROOM];

static size_t load(const char *name, int64_t at)
{
    const size_t size = fixture_vector(document, sizeof document, "", name);

    fixture_begin(at);
    return size;
}

static const struct {
    const char *name;
    int64_t at;
} genuine[] = {
    {"nitro/veracruz/aws_nitro_document.cbor", 1668034321},
    {"nitro/nautilus/twitter.bin", 1744731538},
    {"nitro/_derived/evervault_test_data_beta_valid_attestation_doc_bytes.cose", 1665651483},
};

static void genuine_documents_are_affirmed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof genuine / sizeof genuine[0]; i++) {
        fixture_appraise("auto", document, load(genuine[i].name, genuine[i].at));
        assert_affirming();
    }
}

static const struct {
    const char *name;
    int64_t at;
} debug[] = {
    {"nitro/_derived/evervault_test_data_beta_debug_mode_attestation_doc_bytes.cose", 1665582607},
    {"nitro/_derived/evervault_test_data_valid_attestation_doc_base64.cose", 1695049411},
    {"nitro/_derived/fortanix_em_app_tests_expired_attestation.bin.cose", 1631182761},
};

static void genuine_documents_of_debug_mode_are_refused_for_that_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof debug / sizeof debug[0]; i++) {
        fixture_appraise("auto", document, load(debug[i].name, debug[i].at));
        assert_failed("evidence.debug");
    }
}

static void another_day_is_refused(void **state)
{
    (void)state;
    fixture_appraise("nitro", document, load(genuine[0].name, genuine[0].at + 86400));
    assert_failed("clock nitro.validity");
}

static void tampered_documents_fail_at_the_named_step(void **state)
{
    (void)state;
    fixture_appraise("nitro", document,
                     load("nitro-negative/sig_flip/document.cose", genuine[0].at));
    assert_failed("nitro.signature");
    fixture_appraise("nitro", document,
                     load("nitro-negative/sig_der/document.cose", genuine[0].at));
    assert_failed("nitro.signature");
    fixture_appraise("nitro", document,
                     load("nitro-negative/huge_len/document.cose", genuine[0].at));
    assert_failed("nitro.parse");
    fixture_appraise("nitro", document,
                     load("nitro/veracruz/aws_nitro_document_bad_sig.cbor", genuine[0].at));
    assert_failed("nitro.signature");
}

static void flips_all_over_are_refused(void **state)
{
    const size_t size = load(genuine[0].name, genuine[0].at);

    (void)state;
    assert_flips_all_over_are_refused("nitro", document, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genuine_documents_are_affirmed),
        cmocka_unit_test(genuine_documents_of_debug_mode_are_refused_for_that_alone),
        cmocka_unit_test(another_day_is_refused),
        cmocka_unit_test(tampered_documents_fail_at_the_named_step),
        cmocka_unit_test(flips_all_over_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
