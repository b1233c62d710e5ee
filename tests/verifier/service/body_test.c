#include "tests/verifier/certificate/made.h"
#include "tests/verifier/service/ask.h"
#include "tests/verifier/tpm/made.h"
#include "verifier/report/jws.h"
#include "verifier/service/submission.h"
#include "verifier/tpm/measured.h"

/* Evidence of hardware over HTTP: quotes of our own, under an AK that the operator names. */

#define FIXED_NONCE "AwEEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static struct hardware_item named;
static struct hardware_input given;
static struct hardware_policy policy;
static uint8_t evidence[MADE_ROOM];
static char body[4 * MADE_ROOM];
static struct key *key;

static int start(void **state)
{
    if (tpm_begin(state) != 0 || key_generate(&key, KEY_EDDSA) != POBF_OK) {
        return -1;
    }
    policy_affirming(&policy);
    named = (struct hardware_item){tpm_pem, tpm_pem_size};
    given = (struct hardware_input){
        .policy = &policy, .endorsements = &named, .endorsement_count = 1, .named_count = 1};
    api.hardware = &given;
    api.key = key;
    return ask_start();
}

static int stop(void **state)
{
    policy_clear(&policy);
    key_close(key);
    return ask_stop(state);
}

/* As JSON for the service; `sent` is a key that comes along, NULL: none. */
static size_t wrap(size_t size, const char *tee, const char *sent)
{
    static char text[2 * MADE_ROOM];
    char endorsement[2048] = "";

    sodium_bin2base64(text, sizeof text, evidence, size, sodium_base64_VARIANT_ORIGINAL);
    if (sent != NULL) {
        sodium_bin2base64(endorsement, sizeof endorsement, (const uint8_t *)sent, strlen(sent),
                          sodium_base64_VARIANT_ORIGINAL);
    }
    return (size_t)snprintf(body, sizeof body,
                            "{\"tee\":\"%s\",\"evidence\":\"%s\",\"endorsements\":[%s%s%s]}", tee,
                            text, sent == NULL ? "" : "\"", endorsement, sent == NULL ? "" : "\"");
}

/* The quotes are over one nonce, so each session of a test asks for it in a way of its own. */
static void send_quote(const char *query, const struct tpm_wish *wish, const char *sent)
{
    char path[URL_ROOM];

    snprintf(path, sizeof path, "%s%s", NEW_SESSION, query);
    assert_int_equal(ask("POST", path, "text/plain", "", 0), 201);
    assert_int_equal(ask("POST", location, SUBMISSION_MEDIA_TYPE, body,
                         wrap(tpm_make(evidence, wish), "tpm", sent)),
                     200);
}

static const char *failed(void)
{
    static char text[512];
    json_t *facts = json_loads(answer, 0, NULL);
    const json_t *check;
    size_t i, at = 0;

    text[0] = '\0';
    json_array_foreach(json_object_get(facts, "checks"), i, check)
    {
        if (strcmp(json_string_value(json_object_get(check, "result")), "fail") == 0) {
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", at > 0 ? " " : "",
                                   json_string_value(json_object_get(check, "id")));
        }
    }
    json_decref(facts);
    return text;
}

static void good_evidence_completes_and_its_result_is_signed(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    const char *defect;
    struct jws jws;
    char *result;

    (void)state;
    send_quote("?nonce=" FIXED_NONCE, &good, NULL);
    assert_member("status", "complete");
    result = member("result");
    assert_non_null(result);
    assert_int_equal(jws_parse(&jws, (const uint8_t *)result, strlen(result), &defect), POBF_OK);
    assert_int_equal(jws_verify(&jws, (const uint8_t *)result, key), POBF_OK);
    assert_string_equal(json_string_value(json_object_get(jws.claims, "ear_status")), "affirming");
    assert_string_equal(json_string_value(json_object_get(jws.claims, "eat_nonce")),
                        "AwEEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    jws_clear(&jws);
    free(result);
}

static void evidence_for_another_nonce_fails(void **state)
{
    const struct tpm_wish good = {.magic = 0};

    (void)state;
    send_quote("?nonceSize=32", &good, NULL);
    assert_member("status", "failed");
    assert_string_equal(failed(), "evidence.report_data");
}

/* The nonce without its last zero stands for itself and zeros, so this is the same quote again. */
static void a_tampered_quote_fails_by_its_check(void **state)
{
    const struct tpm_wish bad = {.other_register = 1};

    (void)state;
    send_quote("?nonce=AwEEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", &bad, NULL);
    assert_member("status", "failed");
    assert_string_equal(failed(), "tpm.pcrs");
}

/* A key that comes with the evidence: neither is it trusted, nor does it spoil the operator's. */
static void a_key_that_is_sent_is_not_trusted(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    EVP_PKEY *mine = tpm_ak;
    char pem[1024] = "";

    (void)state;
    tpm_ak = tpm_stranger;
    made_pem((uint8_t *)pem, sizeof pem, tpm_stranger);
    send_quote("?nonce=AwEEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", &good, pem);
    tpm_ak = mine;
    assert_member("status", "failed");
    assert_string_equal(failed(), "tpm.signature");
    send_quote("?nonce=AwEEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", &good, pem);
    assert_member("status", "complete");
}

static void other_forms_are_signed_on_request(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    char *result;

    (void)state;
    send_quote("?nonce=AwEEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&result=ietf-cwt", &good, NULL);
    assert_member("status", "complete");
    result = member("result");
    assert_memory_equal(result, "0oRDoQEn", 8); /* tag 18, four parts, {1: -8} */
    free(result);
    send_quote("?nonce=AwEEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=&result=veraison-jwt", &good, NULL);
    assert_member("status", "complete");
    result = member("result");
    assert_memory_equal(result, "eyJ", 3);
    free(result);
}

static void what_is_no_submission_leaves_the_session_waiting(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", NEW_SESSION, "text/plain", "", 0), 201);
    assert_int_equal(ask("POST", location, SUBMISSION_MEDIA_TYPE, "{}", 2), 400);
    assert_int_equal(ask("POST", location, "application/eat+cwt", "x", 1), 400);
    assert_int_equal(ask("GET", location, NULL, NULL, 0), 200);
    assert_member("status", "waiting");
    assert_int_equal(ask("POST", location, "application/psa-attestation-token", "x", 1), 200);
    assert_member("status", "failed");
    assert_string_equal(failed(), "psa.parse");
}

/* The operator gives a certificate: the image that it is of is affirmed, and no other. */
static void reference_values_of_the_operator_count(void **state)
{
    const struct certificate subjects = {.measurement = {1}, .monitor = {3}};
    char *certificate = made_certificate(&subjects, key);
    char *public = key_public_pem(key);
    char text[MEASURED_TEXT];
    uint8_t value[POBF_DIGEST_BYTES];
    const struct tpm_wish other = {.magic = 0}, good = {.register_23 = value};

    assert_int_equal(measured_expect(text, subjects.monitor, subjects.measurement), POBF_OK);
    sodium_hex2bin(value, sizeof value, text, strlen(text), NULL, NULL, NULL);
    assert_int_equal(ask_stop(state), 0);
    given.reference = (struct hardware_item){(uint8_t *)certificate, strlen(certificate)};
    given.reference_key = (struct hardware_item){(uint8_t *)public, strlen(public)};
    assert_int_equal(ask_start(), 0);
    send_quote("?nonce=" FIXED_NONCE, &good, NULL);
    assert_member("status", "complete");
    send_quote("?nonce=AwEEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", &other, NULL);
    assert_member("status", "failed");
    assert_string_equal(failed(), "reference.measurement");
    free(certificate);
    free(public);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_evidence_completes_and_its_result_is_signed),
        cmocka_unit_test(evidence_for_another_nonce_fails),
        cmocka_unit_test(a_tampered_quote_fails_by_its_check),
        cmocka_unit_test(a_key_that_is_sent_is_not_trusted),
        cmocka_unit_test(other_forms_are_signed_on_request),
        cmocka_unit_test(what_is_no_submission_leaves_the_session_waiting),
        cmocka_unit_test(reference_values_of_the_operator_count),
    };

    return cmocka_run_group_tests_name("verifier/service/body", tests, start, stop);
}
