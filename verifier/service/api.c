#include "verifier/service/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "edge/cli/base64.h"
#include "edge/http/exposition.h"
#include "verifier/service/body.h"

#define API "/challenge-response/v1/"

enum { LOCATION_ROOM = 128, HTTP_CREATED = 201, HTTP_NO_CONTENT = 204 };

static const char session_type[] = "application/vnd.veraison.challenge-response-session+json";
static const char discovery_type[] = "application/vnd.veraison.discovery+json";

static uint64_t now_s(void)
{
    return (uint64_t)time(NULL);
}

/* Takes over `facts`. */
static void answer_json(struct http_request *request, int code, const char *type, json_t *facts)
{
    char *text = json_dumps(facts, JSON_COMPACT | JSON_SORT_KEYS);

    if (text == NULL) {
        http_refuse(request, POBF_E_SYSTEM, NULL, NULL, NULL);
    } else {
        http_answer(request, code, type, text, strlen(text));
    }
    free(text);
    json_decref(facts);
}

static void answer_session(struct http_request *request, int code, const struct api *api,
                           const struct challenge *challenge)
{
    const char *types[BODY_TYPES_MAX];
    const size_t count = body_types(api, types);

    answer_json(request, code, session_type, challenge_json(challenge, types, count));
}

/* Both alphabets are about: a plus sign does not survive every client's query. */
static size_t parse_nonce(uint8_t nonce[CHALLENGE_NONCE_MAX], const char *text)
{
    static const int variants[] = {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_URLSAFE,
                                   sodium_base64_VARIANT_URLSAFE_NO_PADDING};
    size_t size = 0;

    for (size_t i = 0; size == 0 && i < sizeof variants / sizeof *variants; i++) {
        size = base64_decode(nonce, CHALLENGE_NONCE_MAX, text, strlen(text), variants[i]);
    }
    return size;
}

/* Exactly a number that printf would print; 0 where it is none. */
static size_t parse_size(const char *text)
{
    size_t size = 0;
    char again[8];

    if (strlen(text) >= sizeof again || sscanf(text, "%zu", &size) != 1) {
        return 0;
    }
    snprintf(again, sizeof again, "%zu", size);
    return strcmp(text, again) == 0 ? size : 0;
}

/* What a new session is asked to be like. */
struct wish {
    uint8_t nonce[CHALLENGE_NONCE_MAX];
    int has_nonce;
    size_t nonce_size;
    enum token_form form;
};

static int has_good_size(const struct wish *wish)
{
    return wish->nonce_size >= CHALLENGE_NONCE_MIN && wish->nonce_size <= CHALLENGE_NONCE_MAX;
}

/* 0 where the query is not understood: then the request is answered. */
static int parse_wish(struct wish *wish, struct http_request *request)
{
    const char *nonce = http_query(request, "nonce");
    const char *size = http_query(request, "nonceSize");
    const char *form = http_query(request, "result");

    *wish = (struct wish){.has_nonce = nonce != NULL, .nonce_size = POBF_NONCE_BYTES};
    if (nonce != NULL) {
        wish->nonce_size = size != NULL ? 0 : parse_nonce(wish->nonce, nonce);
    } else if (size != NULL) {
        wish->nonce_size = parse_size(size);
    }
    wish->form = form == NULL ? TOKEN_IETF_JWT : token_form_find(form);
    if (!has_good_size(wish)) {
        http_refuse(request, POBF_E_INPUT, nonce != NULL ? "nonce" : "nonceSize",
                    "8 to 64 bytes; a nonce in base64, and no nonceSize beside it",
                    nonce != NULL ? nonce : size);
        return 0;
    }
    if (wish->form == TOKEN_FORMS) {
        http_refuse(request, POBF_E_INPUT, "result", "ietf-jwt, ietf-cwt or veraison-jwt", form);
        return 0;
    }
    return 1;
}

/* As many sessions wait for this client as may, or as many nonces of its own are remembered. */
static int has_enough(const struct api *api, const uint8_t client[HTTP_CLIENT_BYTES],
                      const struct wish *wish)
{
    const uint64_t most =
        api->sessions_per_client != 0 ? api->sessions_per_client : CHALLENGES_PER_CLIENT;

    return challenges_waiting(&api->challenges, client, now_s()) >= most ||
           (wish->has_nonce &&
            challenges_spent(&api->challenges, client, now_s()) / CHALLENGE_SPENT_PER_PLACE >=
                most);
}

static void refuse_session(struct http_request *request, enum pobf_status status)
{
    if (status == POBF_E_REFUSED) {
        http_set_header(request, "Retry-After", "10");
        http_problem(request, 429,
                     "too many sessions of yours wait for evidence, or had nonces of your own",
                     NULL, NULL, NULL);
    } else if (status == POBF_E_STATE) {
        http_refuse(request, status, "nonce", "one that was not used yet", "one that was");
    } else {
        http_set_header(request, "Retry-After", "10");
        http_problem(request, 503, "too many sessions are open", NULL, NULL, NULL);
    }
}

static void new_session(struct http_request *request, void *context)
{
    struct api *api = context;
    char location[LOCATION_ROOM];
    uint8_t client[HTTP_CLIENT_BYTES];
    struct challenge *challenge;
    struct wish wish;
    enum pobf_status status;

    if (!parse_wish(&wish, request)) {
        api->counts.sessions_refused++;
        return;
    }
    http_client(request, client);
    status = has_enough(api, client, &wish)
                 ? POBF_E_REFUSED
                 : challenge_open(&challenge, &api->challenges, client,
                                  wish.has_nonce ? wish.nonce : NULL, wish.nonce_size, now_s());
    if (status != POBF_OK) {
        api->counts.sessions_refused++;
        refuse_session(request, status);
        return;
    }
    api->counts.sessions++;
    challenge->form = wish.form;
    snprintf(location, sizeof location, API "session/%s", challenge->id);
    http_set_header(request, "Location", location);
    answer_session(request, HTTP_CREATED, api, challenge);
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

static void take_evidence(struct http_request *request, void *context)
{
    struct api *api = context;
    struct challenge *challenge = find(request, api);
    enum pobf_status status;

    if (challenge == NULL) {
        return;
    }
    if (challenge->state != CHALLENGE_WAITING) {
        http_refuse(request, POBF_E_STATE, "session", "one that waits for evidence",
                    "one that was judged already");
        return;
    }
    status = body_judge(request, api, challenge, now_s());
    if (status == POBF_OK) {
        answer_session(request, 200, api, challenge);
    } else if (status != POBF_E_INPUT) {
        http_refuse(request, status, NULL, NULL, NULL);
    }
}

static void show_session(struct http_request *request, void *context)
{
    struct api *api = context;
    const struct challenge *challenge = find(request, api);

    if (challenge != NULL) {
        answer_session(request, 200, api, challenge);
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

/* Whose results these are, and what may be sent.     github.com/veraison/docs, api/well-known */
static void say_what_is_served(struct http_request *request, void *context)
{
    const struct api *api = context;
    const char *types[BODY_TYPES_MAX];
    const size_t count = body_types(api, types);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_string(types[i]));
    }
    answer_json(request, 200, discovery_type,
                json_pack("{s:o, s:o, s:s, s:s, s:{s:s}}", "ear-verification-key",
                          key_public_jwk(api->key), "media-types", list, "version", "pobf 0.1.0",
                          "service-state", "READY", "api-endpoints", "newChallengeResponseSession",
                          API "newSession"));
}

static void say_counts(struct http_request *request, void *context)
{
    const struct api *api = context;
    char text[COUNTS_TEXT_ROOM];
    const size_t size =
        counts_print(&api->counts, challenges_count(&api->challenges, now_s()), text);

    http_answer(request, 200, EXPOSITION_MEDIA_TYPE, text, size);
}

const struct http_route api_routes[] = {
    {"POST", API "newSession", new_session},
    {"POST", API "session/", take_evidence},
    {"GET", API "session/", show_session},
    {"DELETE", API "session/", end_session},
    {"GET", "/.well-known/veraison/verification", say_what_is_served},
    {"GET", "/metrics", say_counts},
    {"GET", "/healthz", say_healthy},
};
const size_t api_route_count = sizeof api_routes / sizeof *api_routes;
