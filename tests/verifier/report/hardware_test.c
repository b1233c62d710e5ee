#include "tests/verifier/snp/made.h"
#include "verifier/hardware/result.h"
#include "verifier/report/hardware.h"

/* What an appraisal of hardware amounts to, as a vector and as claims. */

enum { NOW = CHAIN_AT };

static struct made_snp made;

static int open_made(void **state)
{
    (void)state;
    made_open(&made);
    return 0;
}

static int close_made(void **state)
{
    (void)state;
    hardware_clear(&fixture);
    made_close(&made);
    return 0;
}

/* A report that is good but for one byte, signed well or not. */
static void appraise(size_t at, uint8_t flip, int sign_again)
{
    made_give(&made, &made_products[0], 0);
    made.report[at] ^= flip;
    if (sign_again) {
        made_sign(&made);
    }
    fixture_appraise("snp", made.report, POBF_SNP_REPORT_BYTES);
}

/* The vector as text, sorted by name. */
static void assert_vector(const char *expected, enum ear_status expected_status)
{
    enum ear_status status;
    json_t *vector = hardware_report_vector(&fixture, &status);
    char *text = json_dumps(vector, JSON_COMPACT | JSON_SORT_KEYS);

    assert_string_equal(text, expected);
    assert_int_equal(status, expected_status);
    free(text);
    json_decref(vector);
}

static void good_evidence_affirms(void **state)
{
    (void)state;
    appraise(0, 0, 1);
    assert_vector(
        "{\"configuration\":2,\"hardware\":2,\"instance-identity\":2,\"runtime-opaque\":2}",
        EAR_AFFIRMING);
}

static void a_bad_signature_says_that_of_every_claim(void **state)
{
    (void)state;
    appraise(0x90, 1, 0);
    assert_vector("{\"configuration\":99,\"executables\":99,\"file-system\":99,\"hardware\":99,"
                  "\"instance-identity\":99,\"runtime-opaque\":99,\"sourced-data\":99,"
                  "\"storage-opaque\":99}",
                  EAR_CONTRAINDICATED);
}

static void each_defect_bears_on_its_claim(void **state)
{
    (void)state;
    appraise(0x0a, 0x08, 1); /* debug */
    assert_vector("{\"configuration\":96,\"hardware\":2,\"instance-identity\":2}",
                  EAR_CONTRAINDICATED);
    appraise(0x1a0, 1, 1); /* another chip */
    assert_vector("{\"configuration\":2,\"hardware\":2,\"instance-identity\":97}",
                  EAR_CONTRAINDICATED);
    appraise(0x187, 1, 1); /* another TCB */
    assert_vector("{\"configuration\":2,\"hardware\":96,\"instance-identity\":2}",
                  EAR_CONTRAINDICATED);
}

static void old_firmware_warns_whether_the_policy_accepts_it_or_not(void **state)
{
    (void)state;
    appraise(0, 0, 1);
    fixture.found.tcb_status = TCB_OUT_OF_DATE;
    fixture.verdict = HARDWARE_WARNING;
    assert_vector(
        "{\"configuration\":2,\"hardware\":32,\"instance-identity\":2,\"runtime-opaque\":2}",
        EAR_WARNING);
    fixture.accepted = 0;
    hardware_check_at(&fixture, 4)->result = CHECK_FAIL;
    assert_string_equal(hardware_check_at(&fixture, 4)->id, "policy.tcb_status");
    assert_vector("{\"configuration\":2,\"hardware\":32,\"instance-identity\":2}", EAR_WARNING);
    fixture.found.tcb_status = TCB_NOT_SUPPORTED;
    assert_vector("{\"configuration\":2,\"hardware\":97,\"instance-identity\":2}",
                  EAR_CONTRAINDICATED);
}

static void without_a_nonce_nothing_is_affirmed(void **state)
{
    (void)state;
    appraise(0, 0, 1);
    fixture_input.any_report_data = 0;
    fixture_appraise("snp", made.report, POBF_SNP_REPORT_BYTES);
    assert_vector("{\"configuration\":2,\"hardware\":2,\"instance-identity\":0}", EAR_NONE);
}

static json_t *claims_at(uint64_t now_s, uint64_t lifetime_s)
{
    static const uint8_t bytes[64] = {1};
    const struct hardware_item nonce = {bytes, sizeof bytes};
    json_t *result = result_json(&fixture, "snp", NULL);
    json_t *claims = hardware_report_claims(&fixture, result, &nonce, now_s, lifetime_s);

    assert_non_null(claims);
    json_decref(result);
    return claims;
}

static void the_claims_carry_the_result_and_end_in_time(void **state)
{
    json_t *claims;
    const json_t *platform, *result;

    (void)state;
    appraise(0, 0, 1);
    claims = claims_at(NOW, 300);
    platform = json_object_get(json_object_get(claims, "submods"), "platform");
    result = json_object_get(platform, HARDWARE_REPORT_RESULT);
    assert_string_equal(json_string_value(json_object_get(claims, "eat_profile")), EAR_PROFILE);
    assert_string_equal(json_string_value(json_object_get(claims, "ear_status")), "affirming");
    assert_int_equal(json_integer_value(json_object_get(claims, "exp")), NOW + 300);
    assert_string_equal(json_string_value(json_object_get(result, "verdict")), "affirming");
    json_decref(claims);
    claims = claims_at(CHAIN_UNTIL - 10, 300); /* the certificates end before that */
    assert_int_equal(json_integer_value(json_object_get(claims, "exp")), CHAIN_UNTIL);
    json_decref(claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_evidence_affirms),
        cmocka_unit_test(a_bad_signature_says_that_of_every_claim),
        cmocka_unit_test(each_defect_bears_on_its_claim),
        cmocka_unit_test(old_firmware_warns_whether_the_policy_accepts_it_or_not),
        cmocka_unit_test(without_a_nonce_nothing_is_affirmed),
        cmocka_unit_test(the_claims_carry_the_result_and_end_in_time),
    };

    return cmocka_run_group_tests_name("verifier/report/hardware", tests, open_made, close_made);
}
