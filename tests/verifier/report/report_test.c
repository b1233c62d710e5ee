#include "tests/verifier/appraisal/fixture.h"

#include "verifier/report/claims.h"
#include "verifier/report/jws.h"
#include "verifier/report/report.h"

enum { NOW = 1800000000 };

static struct fixture f;
static struct appraisal appraisal;
static struct key *key;
static struct report_options options;
static struct report_expectation expectation;
static struct checks checks;

static int begin(void **state)
{
    (void)state;
    fixture_init(&f);
    appraisal_run(&appraisal, &f.input, &f.policy);
    if (key == NULL && key_generate(&key, KEY_ES256) != POBF_OK) {
        return -1;
    }
    options = (struct report_options){.key = key, .now_s = NOW};
    expectation = (struct report_expectation){.key = key,
                                              .appraisal = &appraisal,
                                              .reference = &f.reference,
                                              .nonce = f.evidence.nonce,
                                              .now_s = NOW + 1000,
                                              .accept_sim = 1};
    return 0;
}

static int end(void **state)
{
    (void)state;
    key_close(key);
    return 0;
}

static enum checks_verdict judge(const char *jwt, size_t size)
{
    checks = (struct checks){.count = 0};
    json_decref(report_verify(&checks, (const uint8_t *)jwt, size, &expectation));
    return checks_verdict(&checks);
}

static char *issue(void)
{
    char *jwt;

    assert_int_equal(report_issue(&jwt, &appraisal, &options), POBF_OK);
    return jwt;
}

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

static const char *status_in(const json_t *claims, const char *submod)
{
    return json_string_value(
        json_object_get(json_object_get(json_object_get(claims, "submods"), submod), "ear_status"));
}

static const char *sentence_of(const json_t *claims)
{
    return json_string_value(json_object_get(json_object_get(claims, CLAIMS_VERDICT), "sentence"));
}

static void a_good_call_on_sim_is_a_warning_that_the_host_is_trusted(void **state)
{
    json_t *claims = report_claims(&appraisal, &options);

    (void)state;
    assert_string_equal(json_string_value(json_object_get(claims, "ear_status")), "warning");
    assert_string_equal(status_in(claims, "platform"), "warning");
    assert_string_equal(status_in(claims, "enclave"), "affirming");
    assert_string_equal(status_in(claims, "forgetting"), "affirming");
    assert_non_null(strstr(sentence_of(claims), "The host is trusted"));
    assert_int_equal(json_object_size(json_object_get(claims, CLAIMS_ASSUMPTIONS)), 6);
    assert_int_equal(json_array_size(json_object_get(claims, CLAIMS_NOT_CLAIMED)), 5);
    assert_null(json_object_get(claims, "exp"));
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

static void a_refused_appraisal_is_reported_as_contraindicated(void **state)
{
    json_t *claims;
    char *jwt;

    (void)state;
    f.receipt.mismatches = 3;
    fixture_sign(&f);
    appraisal_run(&appraisal, &f.input, &f.policy);
    claims = report_claims(&appraisal, &options);
    assert_string_equal(json_string_value(json_object_get(claims, "ear_status")),
                        "contraindicated");
    assert_string_equal(status_in(claims, "forgetting"), "contraindicated");
    assert_string_equal(status_in(claims, "enclave"), "affirming");
    assert_non_null(strstr(sentence_of(claims), "receipt.mismatches"));
    json_decref(claims);
    jwt = issue();
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_REFUSED);
    free(jwt);
}

static void evidence_alone_says_nothing_of_forgetting(void **state)
{
    json_t *claims;

    (void)state;
    f.input.scope = APPRAISAL_EVIDENCE;
    f.input.nonce = f.evidence.nonce;
    f.input.receipt.bytes = NULL;
    f.input.exchange.bytes = NULL;
    appraisal_run(&appraisal, &f.input, &f.policy);
    claims = report_claims(&appraisal, &options);
    assert_string_equal(status_in(claims, "forgetting"), "none");
    assert_string_equal(json_string_value(json_object_get(claims, "ear_status")), "warning");
    json_decref(claims);
}

static void what_cannot_be_told_is_never_better_than_none(void **state)
{
    json_t *claims;
    char *jwt;

    (void)state;
    f.policy.reference = NULL;
    appraisal_run(&appraisal, &f.input, &f.policy);
    claims = report_claims(&appraisal, &options);
    assert_string_equal(json_string_value(json_object_get(claims, "ear_status")), "none");
    json_decref(claims);
    jwt = issue();
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_REFUSED);
    free(jwt);
}

static void every_failed_check_makes_its_submod_contraindicated(void **state)
{
    const size_t count = appraisal.checks.count;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct appraisal spoilt = appraisal;
        json_t *claims;
        int seen = 0;

        spoilt.checks.item[i].result = CHECK_FAIL;
        spoilt.verdict = checks_verdict(&spoilt.checks);
        claims = report_claims(&spoilt, &options);
        seen += strcmp(status_in(claims, "platform"), "contraindicated") == 0;
        seen += strcmp(status_in(claims, "enclave"), "contraindicated") == 0;
        seen += strcmp(status_in(claims, "forgetting"), "contraindicated") == 0;
        assert_int_equal(seen, 1);
        assert_string_equal(json_string_value(json_object_get(claims, "ear_status")),
                            "contraindicated");
        json_decref(claims);
    }
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
    assert_int_equal(appraisal_find(&checks, "report.signature")->result, CHECK_FAIL);
    key_close(other);
    free(jwt);
}

static void a_report_on_sim_is_refused_by_default(void **state)
{
    char *jwt = issue();

    (void)state;
    expectation.accept_sim = 0;
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_REFUSED);
    assert_int_equal(appraisal_find(&checks, "report.platform")->result, CHECK_FAIL);
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

static void a_report_of_other_files_is_refused(void **state)
{
    char *jwt = issue();

    (void)state;
    appraisal.receipt_digest[0] ^= 1;
    assert_int_equal(judge(jwt, strlen(jwt)), VERDICT_REFUSED);
    assert_int_equal(appraisal_find(&checks, "report.receipt")->result, CHECK_FAIL);
    free(jwt);
}

static json_t *forgetting_of(json_t *claims)
{
    return json_object_get(json_object_get(json_object_get(claims, "submods"), "forgetting"),
                           CLAIMS_FORGETTING);
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

static void a_public_key_issues_nothing(void **state)
{
    char path[] = "/tmp/pobf-report-XXXXXX";
    char file[64], file_public[64];
    struct key *half;
    char *jwt = NULL;

    (void)state;
    assert_non_null(mkdtemp(path));
    snprintf(file, sizeof file, "%s/key", path);
    snprintf(file_public, sizeof file_public, "%s/key.pub", path);
    assert_int_equal(key_write(key, file), POBF_OK);
    assert_int_equal(key_open(&half, file_public), POBF_OK);
    options.key = half;
    assert_int_equal(report_issue(&jwt, &appraisal, &options), POBF_E_KEY);
    assert_null(jwt);
    key_close(half);
    assert_int_equal(remove(file) + remove(file_public) + remove(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_good_call_on_sim_is_a_warning_that_the_host_is_trusted, begin),
        cmocka_unit_test_setup(what_is_issued_is_verified, begin),
        cmocka_unit_test_setup(a_refused_appraisal_is_reported_as_contraindicated, begin),
        cmocka_unit_test_setup(evidence_alone_says_nothing_of_forgetting, begin),
        cmocka_unit_test_setup(what_cannot_be_told_is_never_better_than_none, begin),
        cmocka_unit_test_setup(every_failed_check_makes_its_submod_contraindicated, begin),
        cmocka_unit_test_setup(no_flipped_bit_of_a_report_is_affirmed, begin),
        cmocka_unit_test_setup(without_the_issuers_key_it_cannot_be_told, begin),
        cmocka_unit_test_setup(a_report_on_sim_is_refused_by_default, begin),
        cmocka_unit_test_setup(a_report_alone_is_held_against_the_reference, begin),
        cmocka_unit_test_setup(a_report_of_other_files_is_refused, begin),
        cmocka_unit_test_setup(each_false_claim_is_refused_by_its_check, begin),
        cmocka_unit_test_setup(time_is_held_to_iat_and_exp, begin),
        cmocka_unit_test_setup(claims_of_a_wrong_type_are_never_affirmed, begin),
        cmocka_unit_test_setup(a_public_key_issues_nothing, begin),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
