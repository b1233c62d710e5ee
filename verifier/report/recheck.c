#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "verifier/report/claims.h"
#include "verifier/report/ear.h"
#include "verifier/report/jws.h"
#include "verifier/report/report.h"

enum { CLOCK_SKEW_S = 300 };

/* A string two levels down; NULL where there is none. */
static const char *text_at(const json_t *object, const char *first, const char *second)
{
    return json_string_value(json_object_get(json_object_get(object, first), second));
}

static const char *shown(const char *text)
{
    return text != NULL ? text : "none";
}

static void check_text(struct check *check, const char *expected, const char *seen)
{
    check_judge(check, seen != NULL && strcmp(expected, seen) == 0, expected, shown(seen));
}

static void check_digest(struct check *check, const uint8_t expected[POBF_DIGEST_BYTES],
                         const char *seen)
{
    char text[2 * POBF_DIGEST_BYTES + 1];

    sodium_bin2hex(text, sizeof text, expected, POBF_DIGEST_BYTES);
    check_text(check, text, seen);
}

static const json_t *fact_map(const json_t *claims, enum ear_submod submod, const char *map)
{
    const json_t *submods = json_object_get(claims, "submods");

    return json_object_get(json_object_get(submods, ear_submod_name(submod)), map);
}

static void check_profile(struct checks *checks, const json_t *claims)
{
    struct check *profile =
        checks_add(checks, "report.profile", 1, "give a report that pobf issued, of this version");

    check_text(profile, EAR_PROFILE, json_string_value(json_object_get(claims, "eat_profile")));
}

/* Issued before now, and not run out: exp is optional, but where it is there it counts. */
static void check_time(struct checks *checks, const json_t *claims, uint64_t now_s)
{
    const json_t *issued = json_object_get(claims, "iat");
    const json_t *expires = json_object_get(claims, "exp");
    const json_int_t now = (json_int_t)now_s;
    const int in_past = json_is_integer(issued) && json_integer_value(issued) > 0 &&
                        json_integer_value(issued) <= now + CLOCK_SKEW_S;
    const int still =
        expires == NULL || (json_is_integer(expires) && json_integer_value(expires) > now);
    char expected[64];
    char seen[96];

    snprintf(expected, sizeof expected, "issued before, expiring after %" PRIu64, now_s);
    snprintf(seen, sizeof seen, "iat %lld, exp %lld%s", (long long)json_integer_value(issued),
             (long long)json_integer_value(expires), expires == NULL ? " (none)" : "");
    check_judge(checks_add(checks, "report.time", 1, "look at your clock, or ask for a new report"),
                in_past && still, expected, seen);
}

/* 1 where the report lists its checks, none of which failed: else it may not say "affirmed". */
static int lists_no_failure(const json_t *claims)
{
    const json_t *list = json_object_get(claims, CLAIMS_CHECKS);
    size_t index;
    json_t *item;

    json_array_foreach(list, index, item)
    {
        const char *result = json_string_value(json_object_get(item, "result"));

        if (result == NULL || strcmp(result, "fail") == 0) {
            return 0;
        }
    }
    return json_array_size(list) > 0;
}

static void check_verdict(struct checks *checks, const json_t *claims)
{
    const char *verdict = text_at(claims, CLAIMS_VERDICT, "verdict");
    struct check *check =
        checks_add(checks, "report.verdict", 1, "do not rely on it: see the checks in the report");

    check_text(check, "affirmed", verdict);
    if (check->result == CHECK_PASS && !lists_no_failure(claims)) {
        check_judge(check, 0, "affirmed, with checks of which none failed",
                    "affirmed, but not that");
    }
}

const char *report_platform(const json_t *claims)
{
    return json_string_value(
        json_object_get(fact_map(claims, EAR_PLATFORM, CLAIMS_PLATFORM), "platform"));
}

/* 1 where the claims rest on a simulator, or on something that no report of ours rests on. */
static int is_on_sim(const json_t *claims)
{
    return !appraisal_platform_is_hardware(appraisal_platform_find(report_platform(claims)));
}

int report_is_on_call(const json_t *claims)
{
    const char *scope = text_at(claims, CLAIMS_VERDICT, "scope");

    return scope != NULL && strcmp(scope, "invocation") == 0;
}

static enum ear_status expected_status(const json_t *claims)
{
    const json_t *submods = json_object_get(claims, "submods");
    const char *scope = text_at(claims, CLAIMS_VERDICT, "scope");
    enum ear_status status[EAR_SUBMOD_COUNT];

    for (size_t i = 0; i < EAR_SUBMOD_COUNT; i++) {
        status[i] =
            ear_status_parse(text_at(submods, ear_submod_name((enum ear_submod)i), "ear_status"));
    }
    /* Of the platforms so far none hides what runs from the host. */
    if (status[EAR_PLATFORM] == EAR_AFFIRMING) {
        status[EAR_PLATFORM] = EAR_WARNING;
    }
    return ear_overall(status, scope == NULL || strcmp(scope, "enclave") != 0);
}

static void check_status(struct checks *checks, const json_t *claims)
{
    const enum ear_status expected = expected_status(claims);
    const char *seen = json_string_value(json_object_get(claims, "ear_status"));
    struct check *check = checks_add(checks, "report.status", 1,
                                     "do not rely on it: a submod is worse, or there is no status");

    check_text(check, ear_status_name(expected), seen);
    if (check->result == CHECK_PASS && expected < EAR_WARNING) {
        check_judge(check, 0, "affirming, or a warning", shown(seen));
    }
}

static void check_platform(struct checks *checks, const json_t *claims, int accept_sim)
{
    struct check *check =
        checks_add(checks, "report.platform", 1,
                   "the report rests on the host's word; --insecure-accept-sim takes that");

    check_judge(check, accept_sim || !is_on_sim(claims),
                accept_sim ? "any, sim too (--insecure-accept-sim)"
                           : "a platform with hardware evidence",
                is_on_sim(claims) ? "sim: the host is trusted" : "hardware");
}

/* 1 where that file is beside the report. */
static int is_there(const uint8_t digest[POBF_DIGEST_BYTES])
{
    return sodium_is_zero(digest, POBF_DIGEST_BYTES) == 0;
}

/*
 * What the enclave must be; NULL where nothing says so. As in an appraisal, a certificate can: then
 * the report says which of its monitors is meant, and must name a backend that has one.
 */
static const struct reference *reference_of(struct reference *taken, struct check *backend,
                                            const json_t *claims,
                                            const struct report_expectation *expectation)
{
    const char *name = json_string_value(
        json_object_get(fact_map(claims, EAR_PLATFORM, CLAIMS_PLATFORM), "backend"));
    int known;

    if (expectation->reference != NULL || expectation->subjects == NULL) {
        return expectation->reference;
    }
    known = reference_take(taken, expectation->subjects, claims_backend(name)) == POBF_OK;
    check_judge(backend, known, "a backend whose monitor the certificate names", shown(name));
    return known ? taken : NULL;
}

/* Mandatory where the evidence itself is not there to be held against the reference values. */
static void check_reference(struct checks *checks, const json_t *claims,
                            const struct report_expectation *expectation)
{
    struct check *backend = checks_add(checks, "report.backend", 0,
                                       "do not rely on it: the certificate is of no such backend");
    struct reference taken;
    const struct reference *reference = reference_of(&taken, backend, claims, expectation);
    const json_t *facts = fact_map(claims, EAR_ENCLAVE, CLAIMS_ENCLAVE);
    const struct {
        const char *id;
        const char *name;
        const uint8_t *expected;
    } rows[] = {
        {"report.measurement", "measurement", reference ? reference->measurement : NULL},
        {"report.policy", "policy", reference ? reference->policy : NULL},
        {"report.monitor", "monitor", reference ? reference->monitor : NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct check *check =
            checks_add(checks, rows[i].id, !is_there(expectation->appraisal->evidence_digest),
                       "give the --reference of the enclave that you trust");

        if (rows[i].expected != NULL) {
            check_digest(check, rows[i].expected,
                         json_string_value(json_object_get(facts, rows[i].name)));
        }
    }
}

static void check_nonce(struct checks *checks, const json_t *claims, const uint8_t *nonce)
{
    struct check *check =
        checks_add(checks, "report.nonce", 0, "the report is of another call: ask for it again");

    if (nonce != NULL) {
        check_digest(check, nonce,
                     json_string_value(
                         json_object_get(fact_map(claims, EAR_ENCLAVE, CLAIMS_ENCLAVE), "nonce")));
    }
}

/* The report is of these very files. */
static void check_files(struct checks *checks, const json_t *claims,
                        const struct appraisal *appraisal)
{
    const struct {
        const char *id;
        const char *name;
        const uint8_t *expected;
    } rows[] = {
        {"report.evidence", "evidence", appraisal->evidence_digest},
        {"report.receipt", "receipt", appraisal->receipt_digest},
        {"report.certificate", "certificate", appraisal->certificate.digest},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct check *check = checks_add(checks, rows[i].id, is_there(rows[i].expected),
                                         "give the file that the report was issued for");

        if (is_there(rows[i].expected)) {
            check_digest(check, rows[i].expected, text_at(claims, CLAIMS_DIGESTS, rows[i].name));
        }
    }
}

/* What the report retells is what the receipt says. */
static void check_facts(struct checks *checks, const json_t *claims,
                        const struct appraisal *appraisal)
{
    const json_t *seen = fact_map(claims, EAR_FORGETTING, CLAIMS_FORGETTING);
    struct check *check = checks_add(checks, "report.facts", is_there(appraisal->receipt_digest),
                                     "do not rely on the report: the receipt says something else");
    json_t *expected;

    if (is_there(appraisal->receipt_digest)) {
        expected = claims_forgetting(&appraisal->receipt);
        check_judge(check, json_equal(expected, seen) == 1, "what the receipt says",
                    "the report's forgetting claims");
        json_decref(expected);
    }
}

static void check_signature(struct checks *checks, const struct jws *jws, const uint8_t *bytes,
                            const struct key *key)
{
    struct check *check = checks_add(checks, "report.signature", 1,
                                     "give --report-key: the public key of the report's issuer");

    if (key != NULL) {
        const int valid = jws_verify(jws, bytes, key) == POBF_OK;

        check_judge(check, valid, key_algorithm(key),
                    valid ? key_algorithm(key) : "no signature of that key over these bytes");
        check->advice = "it was changed after it was issued, or --report-key is not its issuer's";
    }
}

json_t *report_verify(struct checks *checks, const uint8_t *bytes, size_t size,
                      const struct report_expectation *expectation)
{
    struct check *parse =
        checks_add(checks, "report.parse", 1, "give the report as it was issued, unchanged");
    const char *defect;
    struct jws jws;
    json_t *claims;

    if (jws_parse(&jws, bytes, size, &defect) != POBF_OK) {
        check_judge(parse, 0, "a JWT of three parts", defect);
        return NULL;
    }
    check_judge(parse, 1, "a JWT of three parts", "just that");
    check_signature(checks, &jws, bytes, expectation->key);
    claims = json_incref(jws.claims);
    jws_clear(&jws);
    check_profile(checks, claims);
    check_time(checks, claims, expectation->now_s);
    check_verdict(checks, claims);
    check_status(checks, claims);
    check_platform(checks, claims, expectation->accept_sim);
    check_reference(checks, claims, expectation);
    check_nonce(checks, claims, expectation->nonce);
    check_files(checks, claims, expectation->appraisal);
    check_facts(checks, claims, expectation->appraisal);
    return claims;
}
