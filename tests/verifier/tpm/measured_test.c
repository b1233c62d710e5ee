#include <sodium.h>

#include "tests/verifier/certificate/made.h"
#include "tests/verifier/tpm/made.h"
#include "verifier/tpm/measured.h"

/* A certificate as the reference value of an image that a host measured into its TPM. */

static const struct certificate subjects = {
    .measurement = {1}, .policy = {2}, .monitor = {3}, .trustlet = {5}, .source = {4}};
static struct key *certifier, *other;
static char *certificate, *public[2];
static uint8_t evidence[MADE_ROOM];

static int begin(void **state)
{
    if (certifier == NULL) {
        assert_int_equal(key_generate(&certifier, KEY_EDDSA), POBF_OK);
        assert_int_equal(key_generate(&other, KEY_EDDSA), POBF_OK);
        certificate = made_certificate(&subjects, certifier);
        public[0] = key_public_pem(certifier);
        public[1] = key_public_pem(other);
    }
    return tpm_begin(state);
}

static int end(void **state)
{
    (void)state;
    free(certificate);
    free(public[0]);
    free(public[1]);
    key_close(certifier);
    key_close(other);
    return 0;
}

enum named { CERTIFIER, OTHER, NOBODY };

/* Into register 23 went this monitor and this image; the reference is this text. */
static void appraise(const uint8_t *monitor, const uint8_t *image, const char *reference,
                     enum named named)
{
    char text[MEASURED_TEXT];
    uint8_t value[POBF_DIGEST_BYTES];
    const struct tpm_wish wish = {.register_23 = value};

    assert_int_equal(measured_expect(text, monitor, image), POBF_OK);
    assert_int_equal(sodium_hex2bin(value, sizeof value, text, strlen(text), NULL, NULL, NULL), 0);
    fixture_input.reference = (struct hardware_item){(const uint8_t *)reference, strlen(reference)};
    fixture_input.reference_key = (struct hardware_item){.bytes = NULL};
    if (named != NOBODY) {
        fixture_input.reference_key =
            (struct hardware_item){(const uint8_t *)public[named], strlen(public[named])};
    }
    fixture_appraise("tpm", evidence, tpm_make(evidence, &wish));
}

static void the_image_of_a_certificate_is_affirmed_in_either_monitor(void **state)
{
    (void)state;
    appraise(subjects.monitor, subjects.measurement, certificate, CERTIFIER);
    assert_affirming();
    appraise(subjects.trustlet, subjects.measurement, certificate, CERTIFIER);
    assert_affirming();
}

static void another_image_or_monitor_is_refused(void **state)
{
    (void)state;
    appraise(subjects.monitor, subjects.policy, certificate, CERTIFIER);
    assert_failed("reference.measurement");
    appraise(subjects.source, subjects.measurement, certificate, CERTIFIER);
    assert_failed("reference.measurement");
    appraise(subjects.measurement, subjects.monitor, certificate, CERTIFIER); /* the other order */
    assert_failed("reference.measurement");
}

static void a_certificate_counts_under_the_key_that_is_named(void **state)
{
    (void)state;
    appraise(subjects.monitor, subjects.measurement, certificate, OTHER);
    assert_failed("reference.signature");
    appraise(subjects.monitor, subjects.measurement, certificate, NOBODY);
    assert_string_equal(fixture_failed(), "");
    assert_int_equal(hardware_exit_code(&fixture), 3);
    fixture_input.reference_key = (struct hardware_item){(const uint8_t *)"{}", 2};
    fixture_appraise("tpm", fixture_input.evidence.bytes, fixture_input.evidence.size);
    assert_failed("reference.signature");
}

/* Where a flip leaves no certificate, it is not a CoRIM either: none of them is accepted. */
static void every_flip_of_a_certificate_is_refused(void **state)
{
    const size_t size = strlen(certificate);
    char *changed = strdup(certificate);

    (void)state;
    for (size_t i = 0; i < size; i++) {
        changed[i] = (char)(changed[i] ^ 1 << i % 7);
        if (changed[i] != '\0') {
            appraise(subjects.monitor, subjects.measurement, changed, CERTIFIER);
            assert_int_equal(fixture.accepted, 0);
            assert_int_equal(hardware_exit_code(&fixture), 1);
        }
        changed[i] = certificate[i];
    }
    appraise(subjects.monitor, subjects.measurement, changed, CERTIFIER);
    assert_affirming();
    free(changed);
}

static void claims_without_the_register_have_no_value(void **state)
{
    json_t *claims =
        json_pack("{s:{s:{s:s}, s:{s:s}}}", "pcrs", "sha256", "0", "00", "sha384", "23", "00");

    (void)state;
    assert_null(measured_seen(claims));
    assert_null(measured_seen(NULL));
    json_decref(claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_image_of_a_certificate_is_affirmed_in_either_monitor, begin),
        cmocka_unit_test_setup(another_image_or_monitor_is_refused, begin),
        cmocka_unit_test_setup(a_certificate_counts_under_the_key_that_is_named, begin),
        cmocka_unit_test_setup(every_flip_of_a_certificate_is_refused, begin),
        cmocka_unit_test(claims_without_the_register_have_no_value),
    };

    return cmocka_run_group_tests_name("verifier/tpm/measured", tests, NULL, end);
}
