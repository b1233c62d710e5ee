#include "tests/verifier/service/ask.h"
#include "verifier/report/report.h"
#include "verifier/service/bundle.h"

#define EAT "application/eat+cwt"

enum { PER_CLIENT = 100 };

static struct reference reference = {.measurement = {1}, .policy = {2}, .monitor = {3}};
static uint8_t platform_root[POBF_PUBLIC_KEY_BYTES], platform_key[POBF_SIGNING_KEY_BYTES];

/* A service that trusts a platform key of our own. */
static int start(void **state)
{
    struct key *key;

    (void)state;
    crypto_sign_keypair(platform_root, platform_key);
    if (key_generate(&key, KEY_ES256) != POBF_OK) {
        return -1;
    }
    api.key = key;
    api.sessions_per_client = PER_CLIENT;
    api.policy = (struct appraisal_policy){
        .reference = &reference, .sim_root = platform_root, .accept_sim = 1};
    return ask_start();
}

/* Open a session, and take its nonce. */
static void open_session(uint8_t nonce[POBF_NONCE_BYTES])
{
    size_t size;
    char *text;

    assert_int_equal(ask("POST", NEW_SESSION "?nonceSize=32", "text/plain", "", 0), 201);
    text = member("nonce");
    assert_non_null(text);
    assert_int_equal(sodium_base642bin(nonce, POBF_NONCE_BYTES, text, strlen(text), NULL, &size,
                                       NULL, sodium_base64_VARIANT_ORIGINAL),
                     0);
    assert_int_equal(size, POBF_NONCE_BYTES);
    free(text);
}

static size_t make_evidence(uint8_t bytes[POBF_EVIDENCE_ROOM],
                            const uint8_t nonce[POBF_NONCE_BYTES], uint8_t measurement)
{
    struct pobf_evidence evidence = {.platform = POBF_PLATFORM_SIM,
                                     .backend = POBF_BACKEND_PROCESS,
                                     .boot_id = {5},
                                     .measurement = {measurement},
                                     .policy = {2},
                                     .monitor = {3},
                                     .receipt_key = {4}};
    size_t size;

    memcpy(evidence.nonce, nonce, POBF_NONCE_BYTES);
    assert_int_equal(pobf_evidence_bind(evidence.report_data, &evidence), POBF_OK);
    assert_int_equal(pobf_evidence_sign(bytes, POBF_EVIDENCE_ROOM, &size, &evidence, platform_key),
                     POBF_OK);
    return size;
}

/* The result is a report that verifies under the service's key. */
static void assert_report(const char *status)
{
    static const struct appraisal nothing_else;
    const struct report_expectation expectation = {
        .key = api.key,
        .appraisal = &nothing_else,
        .now_s = (uint64_t)time(NULL),
        .accept_sim = 1,
    };
    struct checks checks = {.count = 0};
    char *jwt = member("result");
    json_t *claims;

    assert_non_null(jwt);
    claims = report_verify(&checks, (const uint8_t *)jwt, strlen(jwt), &expectation);
    assert_non_null(claims);
    assert_int_equal(checks_find(&checks, "report.signature")->result, CHECK_PASS);
    assert_string_equal(json_string_value(json_object_get(claims, "ear_status")), status);
    json_decref(claims);
    free(jwt);
}

static void a_session_waits_with_a_nonce(void **state)
{
    char *nonce, *expiry;

    (void)state;
    assert_int_equal(ask("POST", NEW_SESSION, "text/plain", "", 0), 201);
    assert_member("status", "waiting");
    nonce = member("nonce");
    expiry = member("expiry");
    assert_int_equal(strlen(nonce), 44);
    assert_int_equal(strlen(expiry), strlen("2026-01-01T00:00:00Z"));
    assert_int_equal(ask("GET", location, NULL, NULL, 0), 200);
    assert_member("nonce", nonce);
    free(nonce);
    free(expiry);
}

static void a_nonce_is_as_long_as_asked_for(void **state)
{
    char *nonce;

    (void)state;
    assert_int_equal(ask("POST", NEW_SESSION "?nonceSize=64", "text/plain", "", 0), 201);
    nonce = member("nonce");
    assert_int_equal(strlen(nonce), 88);
    free(nonce);
    assert_int_equal(ask("POST", NEW_SESSION "?nonceSize=8", "text/plain", "", 0), 201);
    nonce = member("nonce");
    assert_int_equal(strlen(nonce), 12);
    free(nonce);
    assert_int_equal(ask("POST", location, EAT, "", 0), 400); /* an enclave's nonce has 32 bytes */
    assert_non_null(strstr(answer, "32 bytes"));
}

static void a_callers_nonce_is_taken_in_both_alphabets(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", NEW_SESSION "?nonce=-_-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                         "text/plain", "", 0),
                     201);
    assert_member("nonce", "+/+/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assert_int_equal(ask("POST",
                         NEW_SESSION "?nonce=%2B/%2B/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=",
                         "text/plain", "", 0),
                     201);
    assert_member("nonce", "+/+/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=");
    assert_int_equal(ask("POST",
                         NEW_SESSION "?nonce=%2B/%2B/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=",
                         "text/plain", "", 0),
                     409);
    assert_non_null(strstr(answer, "was not used yet"));
}

static void other_nonces_are_refused(void **state)
{
    static const char *const queries[] = {
        "?nonceSize=65",
        "?nonceSize=7",
        "?nonceSize=0",
        "?nonceSize=32x",
        "?nonceSize=032",
        "?nonceSize=-32",
        "?nonceSize=18446744073709551648",
        "?nonce=",
        "?nonce=AAAA",
        "?nonce="
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "?nonce=!",
        "?nonceSize=32&nonce=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "?result=xml",
        "?result=",
    };
    char path[URL_ROOM];

    (void)state;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        snprintf(path, sizeof path, "%s%s", NEW_SESSION, queries[i]);
        assert_int_equal(ask("POST", path, "text/plain", "", 0), 400);
        assert_non_null(strstr(answer, "\"expected\""));
    }
}

static void good_evidence_completes_a_session(void **state)
{
    uint8_t nonce[POBF_NONCE_BYTES], evidence[POBF_EVIDENCE_ROOM];
    size_t size;

    (void)state;
    open_session(nonce);
    size = make_evidence(evidence, nonce, 1);
    assert_int_equal(ask("POST", location, EAT "; eat_profile=\"x\"", evidence, size), 200);
    assert_member("status", "complete");
    assert_report("warning"); /* never more, on the simulator */
    assert_int_equal(ask("GET", location, NULL, NULL, 0), 200);
    assert_member("status", "complete");
}

static void a_judged_session_takes_nothing_more(void **state)
{
    uint8_t nonce[POBF_NONCE_BYTES], evidence[POBF_EVIDENCE_ROOM];
    size_t size;

    (void)state;
    open_session(nonce);
    size = make_evidence(evidence, nonce, 9);
    assert_int_equal(ask("POST", location, EAT, evidence, size), 200);
    assert_member("status", "failed");
    size = make_evidence(evidence, nonce, 1);
    assert_int_equal(ask("POST", location, EAT, evidence, size), 409);
    assert_int_equal(ask("GET", location, NULL, NULL, 0), 200);
    assert_member("status", "failed");
}

/* Which check of the failed session's list has failed; exactly one must. */
static void assert_failed_for(const char *id)
{
    json_t *facts = json_loads(answer, 0, NULL);
    const json_t *check;
    size_t i;

    assert_member("status", "failed");
    json_array_foreach(json_object_get(facts, "checks"), i, check)
    {
        const char *name = json_string_value(json_object_get(check, "id"));
        const char *result = json_string_value(json_object_get(check, "result"));

        if ((strcmp(result, "fail") == 0) != (strcmp(name, id) == 0)) {
            fail_msg("expected %s to fail, and alone; %s is %s", id, name, result);
        }
    }
    assert_true(i > 0);
    json_decref(facts);
}

static void each_lie_fails_the_session_by_its_check(void **state)
{
    uint8_t nonce[POBF_NONCE_BYTES], evidence[POBF_EVIDENCE_ROOM];
    size_t size;

    (void)state;
    open_session(nonce);
    size = make_evidence(evidence, nonce, 9);
    assert_int_equal(ask("POST", location, EAT, evidence, size), 200);
    assert_failed_for("evidence.measurement");
    assert_report("contraindicated");

    open_session(nonce);
    nonce[0] ^= 1;
    size = make_evidence(evidence, nonce, 1);
    assert_int_equal(ask("POST", location, EAT, evidence, size), 200);
    assert_failed_for("evidence.nonce");

    open_session(nonce);
    size = make_evidence(evidence, nonce, 1);
    evidence[size - 1] ^= 1;
    assert_int_equal(ask("POST", location, EAT, evidence, size), 200);
    assert_failed_for("evidence.signature");

    open_session(nonce);
    size = make_evidence(evidence, nonce, 1);
    assert_int_equal(ask("POST", location, EAT, evidence, size - 1), 200);
    assert_failed_for("evidence.parse");

    open_session(nonce);
    assert_int_equal(ask("POST", location, EAT, "", 0), 200);
    assert_member("status", "failed");
}

static void a_bundle_without_a_receipt_fails(void **state)
{
    uint8_t nonce[POBF_NONCE_BYTES], body[POBF_EVIDENCE_ROOM + 8] = {0x83, 0x59};
    size_t size;

    (void)state;
    open_session(nonce);
    size = make_evidence(body + 4, nonce, 1);
    body[2] = (uint8_t)(size >> 8);
    body[3] = (uint8_t)size;
    body[4 + size] = 0x40;
    body[5 + size] = 0x40;
    assert_int_equal(ask("POST", location, BUNDLE_MEDIA_TYPE, body, size + 6), 200);
    assert_member("status", "failed");
    assert_non_null(strstr(answer, "receipt.parse"));
    assert_int_equal(ask("POST", location, BUNDLE_MEDIA_TYPE, body, size + 6), 409);
}

static void a_malformed_body_leaves_the_session_waiting(void **state)
{
    uint8_t nonce[POBF_NONCE_BYTES];

    (void)state;
    open_session(nonce);
    assert_int_equal(ask("POST", location, "application/json", "{}", 2), 400);
    assert_non_null(strstr(answer, "Content-Type"));
    assert_int_equal(ask("POST", location, BUNDLE_MEDIA_TYPE, "\x82\x40\x40", 3), 400);
    assert_int_equal(ask("GET", location, NULL, NULL, 0), 200);
    assert_member("status", "waiting");
}

static void a_deleted_or_unknown_session_is_gone(void **state)
{
    uint8_t nonce[POBF_NONCE_BYTES];

    (void)state;
    open_session(nonce);
    assert_int_equal(ask("DELETE", location, NULL, NULL, 0), 204);
    assert_int_equal(ask("GET", location, NULL, NULL, 0), 404);
    assert_int_equal(ask("DELETE", location, NULL, NULL, 0), 404);
    assert_int_equal(ask("POST", location, EAT, "", 0), 404);
    assert_int_equal(ask("GET", "/challenge-response/v1/session/", NULL, NULL, 0), 404);
    assert_int_equal(ask("GET", NEW_SESSION, NULL, NULL, 0), 405);
}

static void it_says_whose_results_these_are(void **state)
{
    json_t *facts;
    const json_t *key;

    (void)state;
    assert_int_equal(ask("GET", "/.well-known/veraison/verification", NULL, NULL, 0), 200);
    assert_member("service-state", "READY");
    facts = json_loads(answer, JSON_REJECT_DUPLICATES, NULL);
    key = json_object_get(facts, "ear-verification-key");
    assert_string_equal(json_string_value(json_object_get(key, "alg")), "ES256");
    assert_null(json_object_get(key, "d"));
    assert_int_equal(json_array_size(json_object_get(facts, "media-types")), 2);
    assert_string_equal(json_string_value(json_object_get(json_object_get(facts, "api-endpoints"),
                                                          "newChallengeResponseSession")),
                        NEW_SESSION);
    json_decref(facts);
}

static void assert_counted(const char *line)
{
    assert_int_equal(ask("GET", "/metrics", NULL, NULL, 0), 200);
    if (strstr(answer, line) == NULL) {
        fail_msg("expected %s in\n%s", line, answer);
    }
}

/* After the tests above: what each did to the counts is in them. */
static void what_was_done_is_counted(void **state)
{
    (void)state;
    assert_counted(
        "\npobf_verifier_appraisals_total{subject=\"enclave\",verdict=\"affirmed\"} 1\n");
    assert_counted(
        "\npobf_verifier_appraisals_total{subject=\"hardware\",verdict=\"refused\"} 0\n");
    assert_counted("\npobf_verifier_bodies_refused_total 3\n");
    assert_counted("\npobf_verifier_sessions_refused_total 15\n");
}

static void hardware_without_a_policy_is_not_taken(void **state)
{
    uint8_t nonce[POBF_NONCE_BYTES];

    (void)state;
    open_session(nonce);
    assert_int_equal(ask("POST", location, "application/psa-attestation-token", "x", 1), 400);
    assert_non_null(strstr(answer, "Content-Type"));
}

/* Open sessions until one is refused; how. */
static long open_until_refused(const char *from, int *opened)
{
    long code = 201;

    ask_from = from;
    *opened = 0;
    while (code == 201 && *opened <= 2 * CHALLENGES_MAX) {
        code = ask("POST", NEW_SESSION, "text/plain", "", 0);
        *opened += code == 201;
    }
    ask_from = NULL;
    return code;
}

/* Open a session with a nonce of one's own, and end it at once: the nonce is spent. */
static long spend_nonce(const char *from, uint32_t number)
{
    char path[URL_ROOM], nonce[64];
    uint8_t bytes[32] = {0xee};
    long code;

    memcpy(bytes + 1, &number, sizeof number);
    sodium_bin2base64(nonce, sizeof nonce, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    snprintf(path, sizeof path, NEW_SESSION "?nonce=%s", nonce);
    ask_from = from;
    code = ask("POST", path, "text/plain", "", 0);
    if (code == 201) {
        assert_int_equal(ask("DELETE", location, NULL, NULL, 0), 204);
    }
    ask_from = NULL;
    return code;
}

/* Nonces that clients choose are remembered, and that memory is shared as the sessions are. */
static void one_client_cannot_spend_all_nonces(void **state)
{
    uint32_t spent = 0;
    long code = 201;

    (void)state;
    while (code == 201 && spent <= CHALLENGE_SPENT_MAX) {
        code = spend_nonce("127.0.0.4", spent);
        spent += code == 201;
    }
    assert_int_equal(code, 429);
    assert_int_equal(spent, PER_CLIENT * CHALLENGE_SPENT_PER_PLACE);
    assert_int_equal(spend_nonce("127.0.0.5", spent), 201);
    ask_from = "127.0.0.4";
    assert_int_equal(ask("POST", NEW_SESSION, "text/plain", "", 0), 201); /* a fresh one is free */
    assert_int_equal(ask("DELETE", location, NULL, NULL, 0), 204);
    ask_from = NULL;
}

/* Last: they leave the table full. One client takes its share; the others have theirs. */
static void one_client_cannot_take_all_sessions(void **state)
{
    int opened;

    (void)state;
    assert_int_equal(open_until_refused("127.0.0.1", &opened), 429);
    assert_int_equal(ask("GET", "/healthz", NULL, NULL, 0), 200);
    assert_int_equal(open_until_refused("127.0.0.2", &opened), 429);
    assert_int_equal(opened, PER_CLIENT);
}

static void too_many_sessions_are_refused_for_now(void **state)
{
    int opened;

    (void)state;
    assert_int_equal(open_until_refused("127.0.0.3", &opened), 503);
    assert_in_range(opened, 1, PER_CLIENT - 1);
    assert_int_equal(ask("GET", "/healthz", NULL, NULL, 0), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_waits_with_a_nonce),
        cmocka_unit_test(a_nonce_is_as_long_as_asked_for),
        cmocka_unit_test(a_callers_nonce_is_taken_in_both_alphabets),
        cmocka_unit_test(other_nonces_are_refused),
        cmocka_unit_test(good_evidence_completes_a_session),
        cmocka_unit_test(a_judged_session_takes_nothing_more),
        cmocka_unit_test(each_lie_fails_the_session_by_its_check),
        cmocka_unit_test(a_bundle_without_a_receipt_fails),
        cmocka_unit_test(a_malformed_body_leaves_the_session_waiting),
        cmocka_unit_test(a_deleted_or_unknown_session_is_gone),
        cmocka_unit_test(it_says_whose_results_these_are),
        cmocka_unit_test(what_was_done_is_counted),
        cmocka_unit_test(hardware_without_a_policy_is_not_taken),
        cmocka_unit_test(one_client_cannot_spend_all_nonces),
        cmocka_unit_test(one_client_cannot_take_all_sessions),
        cmocka_unit_test(too_many_sessions_are_refused_for_now),
    };

    return cmocka_run_group_tests_name("verifier/service/api", tests, start, ask_stop);
}
