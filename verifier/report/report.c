#include "verifier/report/report.h"

#include <string.h>

#include <sodium.h>

#include "verifier/report/assurance.h"
#include "verifier/report/claims.h"
#include "verifier/report/ear.h"
#include "verifier/report/jws.h"

enum { NONCE_MAX = 64 };

#define REPORT_POLICY "tag:pobf,2026:policy/1"

static json_t *make_submod(const struct appraisal *appraisal, enum ear_submod which,
                           enum ear_status *status)
{
    json_t *submod = json_object();

    json_object_set_new(submod, "ear_trustworthiness_vector", ear_vector(appraisal, which, status));
    json_object_set_new(submod, "ear_status", json_string(ear_status_name(*status)));
    json_object_set_new(submod, "ear_appraisal_policy_ids", json_pack("[s]", REPORT_POLICY));
    claims_add_facts(submod, which, appraisal);
    return submod;
}

/* A nonce in JSON is base64url.                                     RFC 9711, section 4.1. */
static json_t *make_nonce(const uint8_t *nonce, size_t size)
{
    char text[sodium_base64_ENCODED_LEN(NONCE_MAX, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

    return size > NONCE_MAX
               ? NULL
               : json_string(sodium_bin2base64(text, sizeof text, nonce, size,
                                               sodium_base64_VARIANT_URLSAFE_NO_PADDING));
}

/* As good as the verdict allows: what a claim does not tell, a check that is bound to none may. */
static enum ear_status best_of(enum checks_verdict verdict)
{
    switch (verdict) {
    case VERDICT_AFFIRMED:
        return EAR_AFFIRMING;
    case VERDICT_REFUSED:
        return EAR_CONTRAINDICATED;
    case VERDICT_CANNOT_TELL:
    default:
        return EAR_NONE;
    }
}

static json_t *make_submods(const struct appraisal *appraisal, enum ear_status *overall)
{
    enum ear_status status[EAR_SUBMOD_COUNT];
    json_t *submods = json_object();

    for (size_t i = 0; i < EAR_SUBMOD_COUNT; i++) {
        json_object_set_new(submods, ear_submod_name((enum ear_submod)i),
                            make_submod(appraisal, (enum ear_submod)i, &status[i]));
    }
    *overall = ear_worse(ear_overall(status, appraisal->scope == APPRAISAL_INVOCATION),
                         best_of(appraisal->verdict));
    return submods;
}

static void set_own_claims(json_t *claims, const struct appraisal *appraisal)
{
    json_object_set_new(claims, CLAIMS_VERDICT, claims_verdict(appraisal));
    json_object_set_new(claims, CLAIMS_CHECKS, checks_json(&appraisal->checks));
    json_object_set_new(claims, CLAIMS_LEVELS, assurance_of(appraisal));
    json_object_set_new(claims, CLAIMS_DIGESTS, claims_digests(appraisal));
    json_object_set_new(claims, CLAIMS_ASSUMPTIONS, claims_assumptions());
    json_object_set_new(claims, CLAIMS_NOT_CLAIMED, claims_not_claimed(appraisal));
}

json_t *report_frame(const uint8_t *nonce, size_t nonce_size, uint64_t now_s,
                     enum ear_status status)
{
    return json_pack("{s:s, s:I, s:s, s:o, s:{s:s, s:s}}", "eat_profile", EAR_PROFILE, "iat",
                     (json_int_t)now_s, "ear_status", ear_status_name(status), "eat_nonce",
                     make_nonce(nonce, nonce_size), "ear_verifier_id", "developer", "tag:pobf,2026",
                     "build", "pobf 0.1.0");
}

json_t *report_claims(const struct appraisal *appraisal, const struct report_options *options)
{
    enum ear_status overall;
    json_t *submods = make_submods(appraisal, &overall);
    json_t *claims =
        report_frame(appraisal->evidence.nonce, POBF_NONCE_BYTES, options->now_s, overall);

    if (claims == NULL) {
        json_decref(submods);
        return NULL;
    }
    json_object_set_new(claims, "submods", submods);
    if (options->lifetime_s > 0) {
        json_object_set_new(claims, "exp",
                            json_integer((json_int_t)(options->now_s + options->lifetime_s)));
    }
    set_own_claims(claims, appraisal);
    return claims;
}

enum pobf_status report_issue(char **jwt, const struct appraisal *appraisal,
                              const struct report_options *options)
{
    json_t *claims = report_claims(appraisal, options);
    enum pobf_status status = POBF_E_SYSTEM;

    *jwt = NULL;
    if (claims != NULL) {
        status = jws_sign(jwt, claims, options->key);
    }
    json_decref(claims);
    return status;
}

int report_is(const uint8_t *bytes, size_t size)
{
    /* base64url of '{"', which every header begins with */
    return size > 3 && memcmp(bytes, "eyJ", 3) == 0;
}

json_t *report_json(const uint8_t *bytes, size_t size)
{
    struct jws jws;
    const char *defect;
    json_t *both;

    if (jws_parse(&jws, bytes, size, &defect) != POBF_OK) {
        return NULL;
    }
    both = json_pack("{s:O, s:O}", "header", jws.header, "claims", jws.claims);
    jws_clear(&jws);
    return both;
}
