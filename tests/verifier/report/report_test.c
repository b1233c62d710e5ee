#include "tests/verifier/report/issued.h"

static const char *status_in(const json_t *claims, const char *submod)
{
    return json_string_value(
        json_object_get(json_object_get(json_object_get(claims, "submods"), submod), "ear_status"));
}

static json_int_t tier_in(const json_t *claims, const char *submod, const char *claim)
{
    const json_t *of = json_object_get(json_object_get(claims, "submods"), submod);

    return json_integer_value(
        json_object_get(json_object_get(of, "ear_trustworthiness_vector"), claim));
}

/* What it says of how the zone was compared. */
static const char *comparison_in(const json_t *claims)
{
    const json_t *of = json_object_get(json_object_get(claims, "submods"), "forgetting");

    return json_string_value(json_object_get(json_object_get(of, CLAIMS_FORGETTING), "comparison"));
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
    assert_string_equal(comparison_in(claims), "every restored byte, on every call");
    assert_non_null(strstr(sentence_of(claims), "The host is trusted"));
    assert_int_equal(json_object_size(json_object_get(claims, CLAIMS_ASSUMPTIONS)), 6);
    assert_int_equal(json_array_size(json_object_get(claims, CLAIMS_NOT_CLAIMED)), 7);
    assert_null(json_object_get(claims, "exp"));
    assert_int_equal(tier_in(claims, "platform", "hardware"), 32);
    assert_int_equal(tier_in(claims, "platform", "runtime-opaque"), 32);
    assert_int_equal(tier_in(claims, "forgetting", "storage-opaque"), 2);
    json_decref(claims);
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

static void every_check_that_is_missing_makes_its_submod_none(void **state)
{
    const size_t count = appraisal.checks.count;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct appraisal spoilt = appraisal;
        json_t *claims;

        if (!spoilt.checks.item[i].mandatory) {
            continue;
        }
        spoilt.checks.item[i].result = CHECK_NOT_EVALUATED;
        spoilt.verdict = checks_verdict(&spoilt.checks);
        claims = report_claims(&spoilt, &options);
        assert_string_equal(json_string_value(json_object_get(claims, "ear_status")), "none");
        json_decref(claims);
    }
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

static void a_verdict_that_no_submod_shows_is_in_the_status(void **state)
{
    struct appraisal spoilt = appraisal;
    json_t *claims;

    (void)state;
    spoilt.checks.overflow = 1;
    spoilt.verdict = checks_verdict(&spoilt.checks);
    claims = report_claims(&spoilt, &options);
    assert_string_equal(json_string_value(json_object_get(claims, "ear_status")), "none");
    json_decref(claims);
    checks_add(&spoilt.checks, "novel", 1, "do not")->result = CHECK_FAIL;
    spoilt.verdict = checks_verdict(&spoilt.checks);
    claims = report_claims(&spoilt, &options);
    assert_string_equal(json_string_value(json_object_get(claims, "ear_status")),
                        "contraindicated");
    json_decref(claims);
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
        cmocka_unit_test_setup(a_refused_appraisal_is_reported_as_contraindicated, begin),
        cmocka_unit_test_setup(evidence_alone_says_nothing_of_forgetting, begin),
        cmocka_unit_test_setup(what_cannot_be_told_is_never_better_than_none, begin),
        cmocka_unit_test_setup(every_check_that_is_missing_makes_its_submod_none, begin),
        cmocka_unit_test_setup(every_failed_check_makes_its_submod_contraindicated, begin),
        cmocka_unit_test_setup(a_verdict_that_no_submod_shows_is_in_the_status, begin),
        cmocka_unit_test_setup(a_public_key_issues_nothing, begin),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
