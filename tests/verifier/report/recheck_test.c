#include "tests/verifier/report/issued.h"
#include "verifier/report/jws.h"

/* Spoil the claims and sign them well: only the check named may notice. */
static void judge_claims(json_t *claims, const char *id)
{
    char *jwt;

    assert_int_equal(jws_sign(&jwt, claims, key), POBF_OK);
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_REFUSED);
    for (size_t i = 0; i < checks.count; i++) {
        if (checks.item[i].result == CHECK_FAIL) {
            assert_string_equal(checks.item[i].id, id);
        }
    }
    free(jwt);
    json_decref(claims);
}

static void what_is_issued_is_verified(void **state)
{
    char *jwt = issue();

    (void)state;
    assert_true(report_is((const uint8_t *)jwt, strlen(jwt)));
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_AFFIRMED);
    free(jwt);
}

static void no_flipped_bit_of_a_report_is_affirmed(void **state)
{
    char *jwt = issue();
    const size_t size = strlen(jwt);

    (void)state;
    for (size_t at = 0; at < size; at++) {
        const char was = jwt[at];

        jwt[at] = (char)(was ^ 1 << at % 8);
        assert_int_not_equal(judge(jwt, size), VERDICT_AFFIRMED);
        jwt[at] = was;
    }
    assert_int_equal(judge(jwt, size), VERDICT_AFFIRMED);
    free(jwt);
}

static void without_the_issuers_key_it_cannot_be_told(void **state)
{
    char *jwt = issue();
    struct key *other;

    (void)state;
    expectation.key = NULL;
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_CANNOT_TELL);
    assert_int_equal(key_generate(&other, KEY_ES256), POBF_OK);
    expectation.key = other;
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_REFUSED);
    assert_int_equal(checks_find(&checks, "report.signature")->result, CHECK_FAIL);
    key_close(other);
    free(jwt);
}

static void a_signature_that_is_damaged_anywhere_is_named(void **state)
{
    char *jwt = issue();
    const size_t size = strlen(jwt);

    (void)state;
    for (size_t at = size - 1; jwt[at] != '.'; at--) {
        const char was = jwt[at];

        jwt[at] = was == 'B' ? 'C' : 'B'; /* the last one has bits that must be zero */
        assert_int_equal(judge(jwt, size), VERDICT_REFUSED);
        assert_int_equal(checks_find(&checks, "report.parse")->result, CHECK_PASS);
        assert_int_equal(checks_find(&checks, "report.signature")->result, CHECK_FAIL);
        jwt[at] = was;
    }
    assert_int_equal(judge(jwt, size), VERDICT_AFFIRMED);
    assert_int_equal(judge(jwt, size - 1), VERDICT_REFUSED); /* too short */
    assert_int_equal(checks_find(&checks, "report.signature")->result, CHECK_FAIL);
    free(jwt);
}

static void a_report_on_sim_is_refused_by_default(void **state)
{
    char *jwt = issue();

    (void)state;
    expectation.accept_sim = 0;
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_REFUSED);
    assert_int_equal(checks_find(&checks, "report.platform")->result, CHECK_FAIL);
    free(jwt);
}

static void a_report_alone_is_held_against_the_reference(void **state)
{
    static const struct appraisal none;
    char *jwt = issue();

    (void)state;
    expectation.appraisal = &none;
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_AFFIRMED);
    f.reference.monitor[0] ^= 1;
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_REFUSED);
    expectation.reference = NULL;
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_CANNOT_TELL);
    free(jwt);
}

/* A report on this backend, alone, against a certificate with these first bytes of monitors. */
static enum checks_verdict judge_on(const char *backend, uint8_t monitor, uint8_t trustlet)
{
    static const struct appraisal none;
    static struct certificate subjects;
    json_t *claims = report_claims(&appraisal, &options);
    json_t *platform = json_object_get(
        json_object_get(json_object_get(claims, "submods"), "platform"), CLAIMS_PLATFORM);
    enum checks_verdict verdict;
    char *jwt;

    memcpy(subjects.measurement, f.reference.measurement, POBF_DIGEST_BYTES);
    memcpy(subjects.policy, f.reference.policy, POBF_DIGEST_BYTES);
    memset(subjects.monitor, monitor, POBF_DIGEST_BYTES);
    memset(subjects.trustlet, trustlet, POBF_DIGEST_BYTES);
    expectation.appraisal = &none;
    expectation.reference = NULL;
    expectation.subjects = &subjects;
    if (backend != NULL) {
        json_object_set_new(platform, "backend", json_string(backend));
    } else {
        json_object_del(platform, "backend");
    }
    assert_int_equal(jws_sign(&jwt, claims, key), POBF_OK);
    verdict = judge(jwt, strlen(jwt));
    free(jwt);
    json_decref(claims);
    return verdict;
}

static void a_report_alone_is_held_against_the_monitor_of_its_backend(void **state)
{
    const uint8_t right = f.reference.monitor[0], other = right ^ 1;

    (void)state;
    assert_int_equal(judge_on("process", right, other), VERDICT_AFFIRMED);
    assert_int_equal(judge_on("kvm", other, right), VERDICT_AFFIRMED);
    assert_int_equal(judge_on("process", other, right), VERDICT_REFUSED);
    assert_int_equal(checks_find(&checks, "report.monitor")->result, CHECK_FAIL);
    assert_int_equal(judge_on("kvm", right, other), VERDICT_REFUSED);
    assert_int_equal(checks_find(&checks, "report.monitor")->result, CHECK_FAIL);
}

static void a_report_on_an_unknown_backend_is_refused(void **state)
{
    static const char *const unknown[] = {"none", "xen", "", NULL};
    const uint8_t right = f.reference.monitor[0];

    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_int_equal(judge_on(unknown[i], right, right), VERDICT_REFUSED);
        assert_int_equal(checks_find(&checks, "report.backend")->result, CHECK_FAIL);
    }
}

static void a_report_of_other_files_is_refused(void **state)
{
    char *jwt = issue();

    (void)state;
    appraisal.receipt_digest[0] ^= 1;
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_REFUSED);
    assert_int_equal(checks_find(&checks, "report.receipt")->result, CHECK_FAIL);
    free(jwt);
}

static json_t *forgetting_of(json_t *claims)
{
    return json_object_get(json_object_get(json_object_get(claims, "submods"), "forgetting"),
                           CLAIMS_FORGETTING);
}

static void set_status(json_t *claims, const char *submod, const char *status)
{
    json_object_set_new(json_object_get(json_object_get(claims, "submods"), submod), "ear_status",
                        json_string(status));
}

static void a_status_that_is_bad_or_too_good_is_refused(void **state)
{
    json_t *claims = report_claims(&appraisal, &options);

    (void)state;
    set_status(claims, "enclave", "contraindicated"); /* consistent, and bad */
    json_object_set_new(claims, "ear_status", json_string("contraindicated"));
    judge_claims(claims, "report.status");
    claims = report_claims(&appraisal, &options);
    set_status(claims, "forgetting", "none");
    json_object_set_new(claims, "ear_status", json_string("none"));
    judge_claims(claims, "report.status");
    claims = report_claims(&appraisal, &options);
    set_status(claims, "platform", "affirming"); /* no simulator is that good */
    json_object_set_new(claims, "ear_status", json_string("affirming"));
    judge_claims(claims, "report.status");
}

static void each_false_claim_is_refused_by_its_check(void **state)
{
    json_t *claims = report_claims(&appraisal, &options);

    (void)state;
    json_object_set_new(forgetting_of(claims), "zone_bytes", json_integer(1));
    judge_claims(claims, "report.facts");
    claims = report_claims(&appraisal, &options);
    json_object_set_new(claims, "ear_status", json_string("affirming")); /* above its worst */
    judge_claims(claims, "report.status");
    claims = report_claims(&appraisal, &options);
    json_object_del(claims, "ear_status");
    judge_claims(claims, "report.status");
    claims = report_claims(&appraisal, &options);
    json_object_set_new(claims, "eat_profile", json_string("tag:ietf.org,2026:rats/ear#02"));
    judge_claims(claims, "report.profile");
    claims = report_claims(&appraisal, &options);
    json_object_del(claims, CLAIMS_VERDICT);
    judge_claims(claims, "report.verdict");
    claims = report_claims(&appraisal, &options);
    json_object_set_new(json_array_get(json_object_get(claims, CLAIMS_CHECKS), 3), "result",
                        json_string("fail"));
    judge_claims(claims, "report.verdict");
    claims = report_claims(&appraisal, &options);
    json_object_del(claims, CLAIMS_CHECKS);
    judge_claims(claims, "report.verdict");
}

static void time_is_held_to_iat_and_exp(void **state)
{
    json_t *claims = report_claims(&appraisal, &options);
    char *jwt;

    (void)state;
    json_object_set_new(claims, "iat", json_integer(NOW + 100000));
    judge_claims(claims, "report.time");
    claims = report_claims(&appraisal, &options);
    json_object_set_new(claims, "iat", json_string("1800000000"));
    judge_claims(claims, "report.time");
    claims = report_claims(&appraisal, &options);
    json_object_set_new(claims, "exp", json_real(9e9));
    judge_claims(claims, "report.time");
    options.lifetime_s = 300; /* it is judged a thousand seconds later */
    judge_claims(report_claims(&appraisal, &options), "report.time");
    expectation.now_s = NOW + 299;
    jwt = issue();
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_AFFIRMED);
    free(jwt);
}

/* Claims of every wrong type in every place: nothing crashes, nothing is affirmed. */
static void claims_of_a_wrong_type_are_never_affirmed(void **state)
{
    static const char *const names[] = {"eat_profile",  "iat",          "ear_status", "submods",
                                        CLAIMS_VERDICT, CLAIMS_DIGESTS, CLAIMS_CHECKS};
    static const char *const values[] = {
        "null", "true", "0", "-1", "\"\"", "[]", "{}", "[{}]", "{\"platform\":[]}"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (size_t j = 0; j < sizeof values / sizeof values[0]; j++) {
            json_t *claims = report_claims(&appraisal, &options);
            char *jwt;

            json_object_set_new(claims, names[i], json_loads(values[j], JSON_DECODE_ANY, NULL));
            assert_int_equal(jws_sign(&jwt, claims, key), POBF_OK);
            if (judge(jwt, strlen(jwt)) == VERDICT_AFFIRMED) {
                print_error("%s: %s\n", names[i], values[j]);
                fail();
            }
            free(jwt);
            json_decref(claims);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_issued_is_verified, begin),
        cmocka_unit_test_setup(no_flipped_bit_of_a_report_is_affirmed, begin),
        cmocka_unit_test_setup(without_the_issuers_key_it_cannot_be_told, begin),
        cmocka_unit_test_setup(a_signature_that_is_damaged_anywhere_is_named, begin),
        cmocka_unit_test_setup(a_report_on_sim_is_refused_by_default, begin),
        cmocka_unit_test_setup(a_report_alone_is_held_against_the_reference, begin),
        cmocka_unit_test_setup(a_report_alone_is_held_against_the_monitor_of_its_backend, begin),
        cmocka_unit_test_setup(a_report_on_an_unknown_backend_is_refused, begin),
        cmocka_unit_test_setup(a_report_of_other_files_is_refused, begin),
        cmocka_unit_test_setup(a_status_that_is_bad_or_too_good_is_refused, begin),
        cmocka_unit_test_setup(each_false_claim_is_refused_by_its_check, begin),
        cmocka_unit_test_setup(time_is_held_to_iat_and_exp, begin),
        cmocka_unit_test_setup(claims_of_a_wrong_type_are_never_affirmed, begin),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
