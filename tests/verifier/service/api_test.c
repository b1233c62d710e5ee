#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <jansson.h>
#include <sodium.h>

#include "verifier/report/report.h"
#include "verifier/service/api.h"
#include "verifier/service/bundle.h"

enum { ANSWER_ROOM = 64 * 1024, URL_ROOM = 512 };
#define NEW_SESSION "/challenge-response/v1/newSession"
#define EAT "application/eat+cwt"

static struct api api;
static struct reference reference = {.measurement = {1}, .policy = {2}, .monitor = {3}};
static uint8_t platform_root[POBF_PUBLIC_KEY_BYTES], platform_key[POBF_SIGNING_KEY_BYTES];
static uint16_t port;
static pid_t server;

/* The last answer. */
static char answer[ANSWER_ROOM], location[URL_ROOM];
static size_t answer_size;

/* A service that trusts a platform key of our own, in a process of its own. */
static int start(void **state)
{
    const struct http_options options = {
        .listen = "127.0.0.1:0", .body_max = API_BODY_MAX, .timeout_s = 10, .connections_max = 16};
    struct key *key;
    struct http *http;

    (void)state;
    crypto_sign_keypair(platform_root, platform_key);
    if (key_generate(&key, KEY_ES256) != POBF_OK) {
        return -1;
    }
    api.key = key;
    api.policy = (struct appraisal_policy){
        .reference = &reference, .sim_root = platform_root, .accept_sim = 1};
    if (http_open(&http, &options, api_routes, api_route_count, &api) != POBF_OK) {
        return -1;
    }
    port = http_port(http);
    server = fork();
    if (server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* also where a test has crashed */
        http_run(http);
        _exit(0);
    }
    return server > 0 ? 0 : -1;
}

static int stop(void **state)
{
    int outcome;

    (void)state;
    kill(server, SIGTERM);
    return waitpid(server, &outcome, 0) == server && outcome == 0 ? 0 : -1;
}

static size_t keep(char *bytes, size_t one, size_t count, void *context)
{
    (void)context;
    assert_true(answer_size + one * count < sizeof answer);
    memcpy(answer + answer_size, bytes, one * count);
    answer_size += one * count;
    answer[answer_size] = '\0';
    return one * count;
}

static size_t keep_location(char *line, size_t one, size_t count, void *context)
{
    (void)context;
    if (one * count > 12 && strncasecmp(line, "Location: ", 10) == 0) {
        snprintf(location, sizeof location, "%.*s", (int)(one * count) - 12, line + 10);
    }
    return one * count;
}

/* Send, and return the HTTP code; `type` NULL: no body. */
static long ask(const char *method, const char *path, const char *type, const void *body,
                size_t size)
{
    char url[2 * URL_ROOM], header[URL_ROOM];
    struct curl_slist *headers = NULL;
    CURL *curl = curl_easy_init();
    long code = 0;

    answer_size = 0;
    answer[0] = '\0';
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_location);
    if (type != NULL) {
        snprintf(header, sizeof header, "Content-Type: %s", type);
        headers = curl_slist_append(NULL, header);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)size);
    }
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return code;
}

static char *member(const char *name)
{
    json_t *facts = json_loads(answer, JSON_REJECT_DUPLICATES, NULL);
    const char *text = json_string_value(json_object_get(facts, name));
    char *copy = text == NULL ? NULL : strdup(text);

    json_decref(facts);
    return copy;
}

static void assert_member(const char *name, const char *expected)
{
    char *seen = member(name);

    assert_non_null(seen);
    assert_string_equal(seen, expected);
    free(seen);
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

static void a_callers_nonce_is_taken_in_both_alphabets(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", NEW_SESSION "?nonce=-_-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                         "text/plain", "", 0),
                     201);
    assert_member("nonce", "+/+/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assert_int_equal(ask("POST",
                         NEW_SESSION "?nonce=%2B/%2B/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                         "text/plain", "", 0),
                     201);
    assert_member("nonce", "+/+/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
}

static void other_nonces_are_refused(void **state)
{
    static const char *const queries[] = {
        "?nonceSize=64",  "?nonceSize=0",
        "?nonceSize=32x", "?nonce=",
        "?nonce=AAAA",    "?nonce=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "?nonce=!",       "?nonceSize=32&nonce=AAAA"};
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

/* Last: it leaves the table full. */
static void too_many_sessions_are_refused_for_now(void **state)
{
    long code = 201;
    int opened = 0;

    (void)state;
    while (code == 201 && opened <= CHALLENGES_MAX) {
        code = ask("POST", NEW_SESSION, "text/plain", "", 0);
        opened++;
    }
    assert_int_equal(code, 503);
    assert_int_equal(ask("GET", "/healthz", NULL, NULL, 0), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_waits_with_a_nonce),
        cmocka_unit_test(a_callers_nonce_is_taken_in_both_alphabets),
        cmocka_unit_test(other_nonces_are_refused),
        cmocka_unit_test(good_evidence_completes_a_session),
        cmocka_unit_test(a_judged_session_takes_nothing_more),
        cmocka_unit_test(each_lie_fails_the_session_by_its_check),
        cmocka_unit_test(a_bundle_without_a_receipt_fails),
        cmocka_unit_test(a_malformed_body_leaves_the_session_waiting),
        cmocka_unit_test(a_deleted_or_unknown_session_is_gone),
        cmocka_unit_test(too_many_sessions_are_refused_for_now),
    };

    return cmocka_run_group_tests_name("verifier/service/api", tests, start, stop);
}
