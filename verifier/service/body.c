#include "verifier/service/body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "verifier/hardware/result.h"
#include "verifier/report/hardware.h"
#include "verifier/report/report.h"
#include "verifier/report/token.h"
#include "verifier/service/bundle.h"
#include "verifier/service/submission.h"

#define EVIDENCE_MEDIA_TYPE "application/eat+cwt"

enum { REPORT_LIFETIME_S = 300, TYPES_TEXT_ROOM = 512 };

/* One appraisal on its way. */
struct body {
    struct http_request *request;
    struct api *api;
    struct challenge *challenge;
    uint64_t now_s;
    const uint8_t *bytes;
    size_t size;
};

static enum pobf_status refuse(const struct body *body, const char *field, const char *expected,
                               const char *seen)
{
    http_refuse(body->request, POBF_E_INPUT, field, expected, seen);
    return POBF_E_INPUT;
}

/* Sign, conclude, count. Takes over `claims` and `checks`. */
static enum pobf_status conclude(const struct body *body, json_t *claims, json_t *checks,
                                 enum counts_subject subject, enum counts_verdict verdict)
{
    char *result;
    enum pobf_status status = token_sign(&result, claims, body->challenge->form, body->api->key);

    json_decref(claims);
    if (status != POBF_OK) {
        json_decref(checks);
        return POBF_E_SYSTEM; /* ours: no body is to blame */
    }
    body->api->counts.appraisals[subject][verdict]++;
    return challenge_conclude(body->challenge, verdict == COUNTS_AFFIRMED, result, checks);
}

static enum counts_verdict verdict_of(enum checks_verdict verdict)
{
    switch (verdict) {
    case VERDICT_AFFIRMED:
        return COUNTS_AFFIRMED;
    case VERDICT_REFUSED:
        return COUNTS_REFUSED;
    case VERDICT_CANNOT_TELL:
    default:
        return COUNTS_CANNOT_TELL;
    }
}

static int64_t instant(const struct body *body)
{
    return body->api->at != 0 ? body->api->at : (int64_t)body->now_s;
}

static enum pobf_status judge_enclave(const struct body *body, struct appraisal_input *input)
{
    static struct appraisal appraisal; /* one loop, one thread */
    const struct report_options options = {body->api->key, body->now_s, REPORT_LIFETIME_S};
    struct appraisal_policy policy = body->api->policy;
    struct hardware_input platform;

    if (body->challenge->nonce_size != POBF_NONCE_BYTES) {
        return refuse(body, "nonce", "a session with a nonce of 32 bytes", "one of another size");
    }
    input->certificate = body->api->certificate;
    input->nonce = body->challenge->nonce;
    if (policy.platform != NULL) {
        platform = *policy.platform;
        platform.at = instant(body);
        policy.platform = &platform;
    }
    appraisal_run(&appraisal, input, &policy);
    return conclude(body, report_claims(&appraisal, &options), checks_json(&appraisal.checks),
                    COUNTS_ENCLAVE, verdict_of(appraisal.verdict));
}

/* An empty or malformed body is evidence that does not parse. */
static enum pobf_status judge_evidence(const struct body *body)
{
    struct appraisal_input input = {.scope = APPRAISAL_EVIDENCE,
                                    .evidence = {body->bytes, body->size}};

    return judge_enclave(body, &input);
}

static enum pobf_status judge_bundle(const struct body *body)
{
    struct appraisal_input input = {.scope = APPRAISAL_INVOCATION};
    struct bundle bundle;

    if (bundle_parse(&bundle, body->bytes, body->size) != POBF_OK) {
        return refuse(body, "bundle", "a CBOR array of three byte strings", "something else");
    }
    input.evidence = bundle.evidence;
    input.receipt = bundle.receipt;
    input.exchange = bundle.exchange;
    return judge_enclave(body, &input);
}

static enum counts_verdict hardware_verdict_of(const struct hardware_appraisal *appraisal)
{
    if (appraisal->accepted) {
        return COUNTS_AFFIRMED;
    }
    return appraisal->verdict == HARDWARE_NONE ? COUNTS_CANNOT_TELL : COUNTS_REFUSED;
}

static enum pobf_status judge_hardware(const struct body *body, const struct submission *submission)
{
    static struct submission_items items;
    const struct challenge *challenge = body->challenge;
    const struct hardware_item nonce = {challenge->nonce, challenge->nonce_size};
    struct hardware_appraisal appraisal;
    struct hardware_input input;
    enum pobf_status status;
    json_t *result;

    if (submission_fill(&input, &items, submission, body->api->hardware) != POBF_OK) {
        return refuse(body, "endorsements, collateral", "fewer of them", "too many");
    }
    input.at = instant(body);
    input.nonce = nonce.bytes;
    input.nonce_size = nonce.size;
    hardware_appraise(&appraisal, &input, submission->tee);
    result = result_json(&appraisal, submission->tee, body->api->hardware_policy);
    status = conclude(
        body, hardware_report_claims(&appraisal, result, &nonce, body->now_s, REPORT_LIFETIME_S),
        checks_json(&appraisal.checks), COUNTS_HARDWARE, hardware_verdict_of(&appraisal));
    json_decref(result);
    hardware_clear(&appraisal);
    return status;
}

static enum pobf_status judge_submission(const struct body *body)
{
    static struct submission submission;
    const char *defect;
    enum pobf_status status;

    if (submission_parse(&submission, body->bytes, body->size, &defect) != POBF_OK) {
        return refuse(body, "evidence of hardware", "JSON as the manual has it", defect);
    }
    status = judge_hardware(body, &submission);
    submission_clear(&submission);
    return status;
}

static enum pobf_status judge_token(const struct body *body, const char *tee)
{
    static struct submission submission;

    submission = (struct submission){.evidence = {body->bytes, body->size}};
    snprintf(submission.tee, sizeof submission.tee, "%s", tee);
    return judge_hardware(body, &submission);
}

static enum pobf_status judge_psa(const struct body *body)
{
    return judge_token(body, "psa");
}

static enum pobf_status judge_cca(const struct body *body)
{
    return judge_token(body, "cca");
}

static const struct kind {
    const char *media_type;
    enum counts_subject subject;
    enum pobf_status (*judge)(const struct body *body);
} kinds[] = {
    {EVIDENCE_MEDIA_TYPE, COUNTS_ENCLAVE, judge_evidence},
    {BUNDLE_MEDIA_TYPE, COUNTS_ENCLAVE, judge_bundle},
    {SUBMISSION_MEDIA_TYPE, COUNTS_HARDWARE, judge_submission},
    {"application/psa-attestation-token", COUNTS_HARDWARE, judge_psa},
    {"application/eat-collection", COUNTS_HARDWARE, judge_cca},
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

static int is_taken(const struct api *api, const struct kind *kind)
{
    return kind->subject == COUNTS_HARDWARE
               ? api->hardware != NULL
               : api->policy.reference != NULL || api->certificate.bytes != NULL;
}

size_t body_types(const struct api *api, const char *types[BODY_TYPES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (is_taken(api, &kinds[i])) {
            types[count++] = kinds[i].media_type;
        }
    }
    return count;
}

/* By the media type without its parameters; NULL where it is not taken. */
static const struct kind *find_kind(const struct api *api, const char *type)
{
    const size_t length = type == NULL ? 0 : strcspn(type, "; \t");

    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (is_taken(api, &kinds[i]) && length == strlen(kinds[i].media_type) &&
            strncasecmp(type, kinds[i].media_type, length) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

static enum pobf_status refuse_type(const struct body *body, const char *seen)
{
    const char *types[BODY_TYPES_MAX];
    const size_t count = body_types(body->api, types);
    char expected[TYPES_TEXT_ROOM] = "";
    size_t at = 0;

    for (size_t i = 0; i < count && at < sizeof expected; i++) {
        at += (size_t)snprintf(expected + at, sizeof expected - at, "%s%s", i > 0 ? ", " : "",
                               types[i]);
    }
    return refuse(body, "Content-Type", expected, seen);
}

enum pobf_status body_judge(struct http_request *request, struct api *api,
                            struct challenge *challenge, uint64_t now_s)
{
    struct body body = {.request = request, .api = api, .challenge = challenge, .now_s = now_s};
    const char *type = http_header(request, "Content-Type");
    const struct kind *kind = find_kind(api, type);
    enum pobf_status status;

    body.bytes = http_body(request, &body.size);
    status = kind == NULL ? refuse_type(&body, type) : kind->judge(&body);
    api->counts.bodies_refused += status == POBF_E_INPUT;
    return status;
}
