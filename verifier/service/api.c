#include "verifier/service/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <sodium.h>

#include "edge/cli/base64.h"
#include "verifier/report/report.h"
#include "verifier/service/bundle.h"

#define API "/challenge-response/v1/"
#define EVIDENCE_MEDIA_TYPE "application/eat+cwt"

enum { REPORT_LIFETIME_S = 300, LOCATION_ROOM = 128, HTTP_CREATED = 201, HTTP_NO_CONTENT = 204 };

static const char session_type[] = "application/vnd.veraison.challenge-response-session+json";
static const char *const accepted[] = {EVIDENCE_MEDIA_TYPE, BUNDLE_MEDIA_TYPE};
static const char accepted_text[] = EVIDENCE_MEDIA_TYPE " or " BUNDLE_MEDIA_TYPE;

static uint64_t now_s(void)
{
    return (uint64_t)time(NULL);
}

static void answer_session(struct http_request *request, int code,
                           const struct challenge *challenge)
{
    json_t *facts = challenge_json(challenge, accepted, sizeof accepted / sizeof *accepted);
    char *text = json_dumps(facts, JSON_COMPACT | JSON_SORT_KEYS);

    if (text == NULL) {
        http_refuse(request, POBF_E_SYSTEM, NULL, NULL, NULL);
    } else {
        http_answer(request, code, session_type, text, strlen(text));
    }
    free(text);
    json_decref(facts);
}

/* Both alphabets are about: a plus sign does not survive every client's query. */
static int parse_nonce(uint8_t nonce[POBF_NONCE_BYTES], const char *text)
{
    static const int variants[] = {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_URLSAFE,
                                   sodium_base64_VARIANT_URLSAFE_NO_PADDING};

    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        if (base64_decode(nonce, POBF_NONCE_BYTES, text, strlen(text), variants[i]) ==
            POBF_NONCE_BYTES) {
            return 1;
        }
    }
    return 0;
}

static void refuse_for_now(struct http_request *request)
{
    static const char body[] = "{\"title\":\"too many sessions are open\",\"status\":503}";

    http_set_header(request, "Retry-After", "10");
    http_answer(request, 503, "application/problem+json", body, sizeof body - 1);
}

static void new_session(struct http_request *request, void *context)
{
    struct api *api = context;
    const char *text = http_query(request, "nonce");
    const char *size = http_query(request, "nonceSize");
    uint8_t nonce[POBF_NONCE_BYTES];
    char location[LOCATION_ROOM];
    struct challenge *challenge;

    if (text != NULL && (size != NULL || !parse_nonce(nonce, text))) {
        http_refuse(request, POBF_E_INPUT, "nonce", "32 bytes in base64, and no nonceSize", text);
        return;
    }
    if (size != NULL && strcmp(size, "32") != 0) {
        http_refuse(request, POBF_E_INPUT, "nonceSize", "32", size);
        return;
    }
    challenge = challenge_open(&api->challenges, text != NULL ? nonce : NULL, now_s());
    if (challenge == NULL) {
        refuse_for_now(request);
        return;
    }
    snprintf(location, sizeof location, API "session/%s", challenge->id);
    http_set_header(request, "Location", location);
    answer_session(request, HTTP_CREATED, challenge);
}

/* The session that the path names; NULL where there is none: then the request is answered. */
static struct challenge *find(struct http_request *request, struct api *api)
{
    struct challenge *challenge = challenge_find(&api->challenges, http_tail(request), now_s());

    if (challenge == NULL) {
        http_refuse(request, POBF_E_MISSING, "session", "an open session", "none of this id");
    }
    return challenge;
}

/* The media type without its parameters. */
static int has_type(const struct http_request *request, const char *type)
{
    const char *seen = http_header(request, "Content-Type");
    const size_t length = seen == NULL ? 0 : strcspn(seen, "; \t");

    return length == strlen(type) && strncasecmp(seen, type, length) == 0;
}

/* What the body holds, by its type. An empty or malformed body is evidence that does not parse. */
static enum pobf_status read_input(struct appraisal_input *input, struct http_request *request)
{
    struct bundle bundle;
    size_t size;
    const uint8_t *body = http_body(request, &size);

    if (has_type(request, EVIDENCE_MEDIA_TYPE)) {
        input->scope = APPRAISAL_EVIDENCE;
        input->evidence = (struct appraisal_file){body, size};
        return POBF_OK;
    }
    if (!has_type(request, BUNDLE_MEDIA_TYPE)) {
        http_refuse(request, POBF_E_INPUT, "Content-Type", accepted_text,
                    http_header(request, "Content-Type"));
        return POBF_E_INPUT;
    }
    if (bundle_parse(&bundle, body, size) != POBF_OK) {
        http_refuse(request, POBF_E_INPUT, "bundle", "a CBOR array of three byte strings",
                    "something else");
        return POBF_E_INPUT;
    }
    input->scope = APPRAISAL_INVOCATION;
    input->evidence = bundle.evidence;
    input->receipt = bundle.receipt;
    input->exchange = bundle.exchange;
    return POBF_OK;
}

static enum pobf_status judge(struct api *api, struct challenge *challenge,
                              const struct appraisal_input *input)
{
    static struct appraisal appraisal; /* one loop, one thread */
    const struct report_options options = {api->key, now_s(), REPORT_LIFETIME_S};
    enum pobf_status status;
    char *report;

    appraisal_run(&appraisal, input, &api->policy);
    status = report_issue(&report, &appraisal, &options);
    if (status != POBF_OK) {
        return status;
    }
    return challenge_conclude(challenge, appraisal.verdict == VERDICT_AFFIRMED, report,
                              checks_json(&appraisal.checks));
}

static void take_evidence(struct http_request *request, void *context)
{
    struct api *api = context;
    struct challenge *challenge = find(request, api);
    struct appraisal_input input = {.certificate = api->certificate};
    enum pobf_status status;

    if (challenge == NULL) {
        return;
    }
    if (challenge->state != CHALLENGE_WAITING) {
        http_refuse(request, POBF_E_STATE, "session", "one that waits for evidence",
                    "one that was judged already");
        return;
    }
    if (read_input(&input, request) != POBF_OK) {
        return;
    }
    input.nonce = challenge->nonce;
    status = judge(api, challenge, &input);
    if (status != POBF_OK) {
        http_refuse(request, status, NULL, NULL, NULL);
        return;
    }
    answer_session(request, 200, challenge);
}

static void show_session(struct http_request *request, void *context)
{
    const struct challenge *challenge = find(request, context);

    if (challenge != NULL) {
        answer_session(request, 200, challenge);
    }
}

static void end_session(struct http_request *request, void *context)
{
    struct challenge *challenge = find(request, context);

    if (challenge != NULL) {
        challenge_close(challenge);
        http_answer(request, HTTP_NO_CONTENT, NULL, NULL, 0);
    }
}

static void say_healthy(struct http_request *request, void *context)
{
    static const char body[] = "{\"status\":\"ok\"}";

    (void)context;
    http_answer(request, 200, "application/json", body, sizeof body - 1);
}

const struct http_route api_routes[] = {
    {"POST", API "newSession", new_session}, {"POST", API "session/", take_evidence},
    {"GET", API "session/", show_session},   {"DELETE", API "session/", end_session},
    {"GET", "/healthz", say_healthy},
};
const size_t api_route_count = sizeof api_routes / sizeof *api_routes;
