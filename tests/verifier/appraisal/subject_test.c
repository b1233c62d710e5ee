#include "tests/verifier/appraisal/fixture.h"

#include "tests/verifier/certificate/levels.h"
#include "verifier/certificate/statement.h"

static struct fixture f;
static struct appraisal appraisal;
static struct key *key;
static struct statement statement;
static char *envelope;

/* Sign a certificate of the fixture's enclave, and bind its digest into the evidence. */
static void certify(void)
{
    struct pobf_part part;

    free(envelope);
    assert_int_equal(certificate_sign(&envelope, &statement, key), POBF_OK);
    f.input.certificate = (struct appraisal_file){(const uint8_t *)envelope, strlen(envelope)};
    part = (struct pobf_part){f.input.certificate.bytes, f.input.certificate.size};
    assert_int_equal(pobf_digest_sha256(f.evidence.certificate, &part, 1), POBF_OK);
    assert_int_equal(pobf_evidence_bind(f.evidence.report_data, &f.evidence), POBF_OK);
    fixture_sign(&f);
}

static int begin(void **state)
{
    static const uint8_t digest[POBF_DIGEST_BYTES] = {0xd1};
    struct certificate *facts = &statement.facts;

    (void)state;
    fixture_init(&f);
    statement = (struct statement){.builds = 2, .identical = 1, .passed = 1};
    *facts = (struct certificate){.proved = 9, .goals = 9, .issued_at_s = 1700000000};
    memcpy(facts->measurement, f.evidence.measurement, POBF_DIGEST_BYTES);
    memcpy(facts->policy, f.evidence.policy, POBF_DIGEST_BYTES);
    memcpy(facts->monitor, f.evidence.monitor, POBF_DIGEST_BYTES);
    memset(facts->trustlet, 8, POBF_DIGEST_BYTES);
    memset(facts->source, 9, POBF_DIGEST_BYTES);
    give_levels(&statement, "framework/core/wipe.c", NULL);
    statement.configuration = json_pack("[o]", statement_item("frama-c", digest, NULL));
    assert_int_equal(key_generate(&key, KEY_EDDSA), POBF_OK);
    f.policy.certificate_key = key;
    certify();
    return 0;
}

static int end(void **state)
{
    (void)state;
    statement_clear(&statement);
    key_close(key);
    free(envelope);
    envelope = NULL;
    return 0;
}

static enum checks_verdict appraise(void)
{
    appraisal_run(&appraisal, &f.input, &f.policy);
    assert_false(appraisal.checks.overflow);
    return appraisal.verdict;
}

static void refused_by(const char *id)
{
    const char *seen;

    assert_int_equal(appraise(), VERDICT_REFUSED);
    seen = fixture_only_failure(&appraisal.checks);
    assert_non_null(seen);
    assert_string_equal(seen, id);
}

static void a_certificate_of_this_enclave_is_affirmed(void **state)
{
    (void)state;
    assert_int_equal(appraise(), VERDICT_AFFIRMED);
    assert_int_equal(checks_find(&appraisal.checks, "certificate.monitor")->result, CHECK_PASS);
    assert_int_equal(checks_find(&appraisal.checks, "evidence.certificate")->result, CHECK_PASS);
}

static void its_subjects_are_reference_values_where_there_are_no_others(void **state)
{
    (void)state;
    f.policy.reference = NULL;
    assert_int_equal(appraise(), VERDICT_AFFIRMED);
    f.policy.certificate_key = NULL; /* anybody's certificate is nobody's word */
    assert_int_equal(appraise(), VERDICT_CANNOT_TELL);
    assert_int_equal(checks_find(&appraisal.checks, "evidence.measurement")->result,
                     CHECK_NOT_EVALUATED);
    f.policy.reference = &f.reference;
    assert_int_equal(appraise(), VERDICT_CANNOT_TELL);
}

static void a_certificate_by_another_key_is_refused(void **state)
{
    struct key *other;

    (void)state;
    f.policy.reference = NULL;
    assert_int_equal(key_generate(&other, KEY_EDDSA), POBF_OK);
    f.policy.certificate_key = other;
    assert_int_equal(appraise(), VERDICT_REFUSED);
    key_close(other);
}

static void a_certificate_of_another_image_limits_or_monitor_is_refused(void **state)
{
    (void)state;
    statement.facts.measurement[0] ^= 1;
    certify();
    refused_by("certificate.measurement");
    statement.facts.measurement[0] ^= 1;
    statement.facts.policy[0] ^= 1;
    certify();
    refused_by("certificate.policy");
    statement.facts.policy[0] ^= 1;
    statement.facts.monitor[0] ^= 1;
    certify();
    refused_by("certificate.monitor");
}

/* The same enclave in a virtual machine, and its certificate. */
static void move_to_kvm(void)
{
    f.evidence.backend = POBF_BACKEND_KVM;
    memset(f.evidence.monitor, 8, POBF_DIGEST_BYTES);
    memset(f.reference.monitor, 8, POBF_DIGEST_BYTES);
    certify();
}

static void swap_monitors(void)
{
    uint8_t kept[POBF_DIGEST_BYTES];

    memcpy(kept, statement.facts.monitor, sizeof kept);
    memcpy(statement.facts.monitor, statement.facts.trustlet, sizeof kept);
    memcpy(statement.facts.trustlet, kept, sizeof kept);
    certify();
}

static void one_certificate_covers_both_backends(void **state)
{
    (void)state;
    for (int on_kvm = 0; on_kvm < 2; on_kvm++) {
        if (on_kvm) {
            move_to_kvm();
        }
        f.policy.reference = &f.reference;
        assert_int_equal(appraise(), VERDICT_AFFIRMED);
        f.policy.reference = NULL;
        assert_int_equal(appraise(), VERDICT_AFFIRMED);
        assert_int_equal(checks_find(&appraisal.checks, "evidence.monitor")->result, CHECK_PASS);
        assert_int_equal(checks_find(&appraisal.checks, "certificate.monitor")->result, CHECK_PASS);
    }
}

static void the_monitor_of_the_other_backend_is_refused(void **state)
{
    (void)state;
    for (int on_kvm = 0; on_kvm < 2; on_kvm++) {
        if (on_kvm) {
            move_to_kvm();
        }
        swap_monitors();
        f.policy.reference = &f.reference;
        refused_by("certificate.monitor");
        f.policy.reference = NULL;
        assert_int_equal(appraise(), VERDICT_REFUSED);
        assert_int_equal(checks_find(&appraisal.checks, "evidence.monitor")->result, CHECK_FAIL);
        assert_int_equal(checks_find(&appraisal.checks, "certificate.monitor")->result, CHECK_FAIL);
        swap_monitors();
        assert_int_equal(appraise(), VERDICT_AFFIRMED); /* the control */
    }
}

/* The platform signs one backend, and the monitor of the other runs. */
static void evidence_that_swaps_its_backend_is_refused(void **state)
{
    (void)state;
    f.evidence.backend = POBF_BACKEND_KVM;
    certify();
    f.policy.reference = NULL;
    assert_int_equal(appraise(), VERDICT_REFUSED);
    assert_int_equal(checks_find(&appraisal.checks, "evidence.monitor")->result, CHECK_FAIL);
    assert_int_equal(checks_find(&appraisal.checks, "certificate.monitor")->result, CHECK_FAIL);
}

static void a_certificate_that_the_evidence_does_not_bind_is_refused(void **state)
{
    (void)state;
    memset(f.evidence.certificate, 0, sizeof f.evidence.certificate);
    assert_int_equal(pobf_evidence_bind(f.evidence.report_data, &f.evidence), POBF_OK);
    fixture_sign(&f);
    refused_by("evidence.certificate");
}

static void no_flipped_bit_of_a_certificate_is_affirmed(void **state)
{
    const size_t size = f.input.certificate.size;

    (void)state;
    for (size_t at = 0; at < size; at++) {
        const char was = envelope[at];

        envelope[at] = (char)(was ^ 1 << at % 8);
        assert_int_not_equal(appraise(), VERDICT_AFFIRMED);
        envelope[at] = was;
    }
    assert_int_equal(appraise(), VERDICT_AFFIRMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_certificate_of_this_enclave_is_affirmed, begin, end),
        cmocka_unit_test_setup_teardown(its_subjects_are_reference_values_where_there_are_no_others,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_certificate_by_another_key_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_certificate_of_another_image_limits_or_monitor_is_refused,
                                        begin, end),
        cmocka_unit_test_setup_teardown(one_certificate_covers_both_backends, begin, end),
        cmocka_unit_test_setup_teardown(the_monitor_of_the_other_backend_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(evidence_that_swaps_its_backend_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_certificate_that_the_evidence_does_not_bind_is_refused,
                                        begin, end),
        cmocka_unit_test_setup_teardown(no_flipped_bit_of_a_certificate_is_affirmed, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
