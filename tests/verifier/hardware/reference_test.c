/* Reference values as CoRIM, beside a report of SEV-SNP of our own: what they accept, and what not. */
#define made_sign made_report_sign /* both frames of made evidence have one */
#include "tests/verifier/snp/made.h"
#undef made_sign
#include "tests/verifier/certificate/made.h"
#include "tests/verifier/corim/made.h"
#include "verifier/hardware/result.h"

static struct made_snp snp;
static EVP_PKEY *signer, *stranger;
static uint8_t reference[MADE_ROOM], pem[2][1024];
static size_t pem_size[2];

static int open_all(void **state)
{
    (void)state;
    made_open(&snp);
    signer = EVP_EC_gen("P-256");
    stranger = EVP_EC_gen("P-256");
    pem_size[0] = made_pem(pem[0], sizeof pem[0], signer);
    pem_size[1] = made_pem(pem[1], sizeof pem[1], stranger);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    hardware_clear(&fixture);
    made_close(&snp);
    EVP_PKEY_free(signer);
    EVP_PKEY_free(stranger);
    return 0;
}

enum by { UNSIGNED, SIGNED };
enum named { NOBODY = -1, SIGNER, STRANGER };

static void appraise(const struct corim_wish *wish, enum by by, enum named named)
{
    made_give(&snp, &made_products[3], 0);
    fixture_input.reference = (struct hardware_item){
        reference, by == SIGNED ? corim_sign(reference, sizeof reference, signer, wish)
                                : corim_make(reference, sizeof reference, wish)};
    if (named != NOBODY) {
        fixture_input.reference_key = (struct hardware_item){pem[named], pem_size[named]};
    }
    fixture_appraise("snp", snp.report, POBF_SNP_REPORT_BYTES);
}

static const struct corim_wish good = {.number = 641, .fill = 0x22};

static void the_measurement_that_is_referred_to_is_affirmed(void **state)
{
    const struct corim_wish dated = {.number = 641, .fill = 0x22, .until = CHAIN_AT + 5};

    (void)state;
    appraise(&good, UNSIGNED, NOBODY);
    assert_affirming();
    appraise(&good, SIGNED, SIGNER);
    assert_affirming();
    appraise(&dated, SIGNED, SIGNER);
    assert_affirming();
    assert_int_equal(fixture.accepted_until, CHAIN_AT + 5);
}

static const struct {
    struct corim_wish wish;
    enum by by;
    enum named named;
    const char *failed;
} wrong[] = {
    {{.number = 641, .fill = 0x23}, UNSIGNED, NOBODY, "reference.measurement"},
    {{.number = 640, .fill = 0x22}, UNSIGNED, NOBODY, "reference.measurement"},
    {{.number = 641, .fill = 0x22}, UNSIGNED, SIGNER, "reference.signature"},
    {{.number = 641, .fill = 0x22}, SIGNED, STRANGER, "reference.signature"},
    {{.number = 641, .fill = 0x22, .leftover = 1}, UNSIGNED, NOBODY, "reference.parse"},
    {{.number = 641, .fill = 0x22, .until = CHAIN_AT - 1},
     UNSIGNED,
     NOBODY,
     "reference.validity clock"},
};

static void each_defect_fails_its_own_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        appraise(&wrong[i].wish, wrong[i].by, wrong[i].named);
        assert_failed(wrong[i].failed);
    }
}

static void what_is_signed_by_nobody_knows_whom_does_not_count(void **state)
{
    (void)state;
    appraise(&good, SIGNED, NOBODY);
    assert_string_equal(fixture_failed(), "");
    assert_int_equal(hardware_exit_code(&fixture), 3);
}

static void a_result_names_the_reference_and_its_key(void **state)
{
    json_t *result;
    const json_t *item;
    size_t i, found = 0;

    (void)state;
    appraise(&good, SIGNED, SIGNER);
    result = result_json(&fixture, "snp", NULL);
    json_array_foreach(json_object_get(result, "items"), i, item)
    {
        found += strncmp(json_string_value(json_object_get(item, "role")), "reference", 9) == 0;
    }
    assert_int_equal(found, 2);
    json_decref(result);
}

/* It says of an image what this machine does not measure: nothing was compared, so no yes. */
static void a_certificate_says_nothing_of_what_measures_no_image(void **state)
{
    const struct certificate subjects = {.measurement = {0x22}};
    struct key *certifier;
    char *envelope, *public;

    (void)state;
    assert_int_equal(key_generate(&certifier, KEY_ES256), POBF_OK);
    envelope = made_certificate(&subjects, certifier);
    public = key_public_pem(certifier);
    made_give(&snp, &made_products[3], 0);
    fixture_input.reference = (struct hardware_item){(uint8_t *)envelope, strlen(envelope)};
    fixture_input.reference_key = (struct hardware_item){(uint8_t *)public, strlen(public)};
    fixture_appraise("snp", snp.report, POBF_SNP_REPORT_BYTES);
    assert_string_equal(fixture_failed(), "");
    assert_string_equal(checks_reason(&fixture.checks, CHECK_NOT_EVALUATED)->id,
                        "reference.measurement");
    assert_int_equal(hardware_exit_code(&fixture), 3);
    free(envelope);
    free(public);
    key_close(certifier);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_measurement_that_is_referred_to_is_affirmed),
        cmocka_unit_test(each_defect_fails_its_own_check),
        cmocka_unit_test(what_is_signed_by_nobody_knows_whom_does_not_count),
        cmocka_unit_test(a_result_names_the_reference_and_its_key),
        cmocka_unit_test(a_certificate_says_nothing_of_what_measures_no_image),
    };

    return cmocka_run_group_tests_name("verifier/hardware/reference", tests, open_all, close_all);
}
