#include "verifier/report/hardware.h"

#include <string.h>

#include "verifier/report/report.h"
#include "verifier/report/vector.h"

/*
 * Which claim a check bears on: the first row whose word is in its id decides. A failure of
 * cryptography bears on every claim, since then nothing that the evidence says is known.
 */
static const struct bearing {
    const char *word;
    enum vector_claim claim;
    enum vector_tier on_failure;
} bearings[] = {
    {"evidence.report_data", VECTOR_INSTANCE, VECTOR_FORGED},
    {"reference.", VECTOR_EXECUTABLES, VECTOR_BAD},
    {"signature", VECTOR_INSTANCE, VECTOR_FORGED},
    {"dcap.attestation_key", VECTOR_INSTANCE, VECTOR_FORGED},
    {"azure.report_data", VECTOR_INSTANCE, VECTOR_FORGED},
    {"cca.rak", VECTOR_INSTANCE, VECTOR_FORGED},
    {"ratls.key", VECTOR_INSTANCE, VECTOR_FORGED},
    {"ratls.claims", VECTOR_INSTANCE, VECTOR_FORGED},
    {"tpm.pcrs", VECTOR_INSTANCE, VECTOR_FORGED},
    {"revocation", VECTOR_INSTANCE, VECTOR_BAD},
    {"validity", VECTOR_INSTANCE, VECTOR_BAD},
    {"clock", VECTOR_INSTANCE, VECTOR_BAD},
    {"chain", VECTOR_INSTANCE, VECTOR_UNKNOWN},
    {"dcap.pck", VECTOR_INSTANCE, VECTOR_UNKNOWN},
    {"snp.vek", VECTOR_INSTANCE, VECTOR_UNKNOWN},
    {"snp.chip_id", VECTOR_INSTANCE, VECTOR_UNKNOWN},
    {"tpm.ak", VECTOR_INSTANCE, VECTOR_UNKNOWN},
    {"cca.cpak", VECTOR_INSTANCE, VECTOR_UNKNOWN},
    {"psa.iak", VECTOR_INSTANCE, VECTOR_UNKNOWN},
    {"tpm.event_log", VECTOR_EXECUTABLES, VECTOR_BAD},
    {"policy.measurement", VECTOR_EXECUTABLES, VECTOR_BAD},
    {"evidence.debug", VECTOR_CONFIGURATION, VECTOR_BAD},
    {"policy.claims", VECTOR_CONFIGURATION, VECTOR_BAD},
    {"snp.policy", VECTOR_CONFIGURATION, VECTOR_BAD},
    {"snp.vmpl", VECTOR_CONFIGURATION, VECTOR_BAD},
    {"dcap.attributes", VECTOR_CONFIGURATION, VECTOR_BAD},
    {"lifecycle", VECTOR_CONFIGURATION, VECTOR_BAD},
    {"", VECTOR_HARDWARE, VECTOR_BAD},
};

/* Of these what runs inside is hidden from whoever owns the machine. */
static const char *const opaque[] = {"snp", "sgx", "tdx", "azure-vtpm", "cca"};

static const struct bearing *find_bearing(const char *id)
{
    const struct bearing *bearing = bearings;

    while (strstr(id, bearing->word) == NULL) {
        bearing++;
    }
    return bearing;
}

static void say_forged(struct vector *vector)
{
    for (size_t i = 0; i < VECTOR_CLAIMS; i++) {
        vector_say(vector, (enum vector_claim)i, VECTOR_FORGED);
    }
}

/* That genuine firmware is not what the policy wants is a warning where the vendor only warns. */
static enum vector_tier tier_of(const struct hardware_appraisal *appraisal,
                                const struct bearing *bearing, const char *id)
{
    const enum tcb_status status = appraisal->found.tcb_status;

    if (strcmp(id, "policy.tcb_status") != 0 && strcmp(id, "policy.advisories") != 0) {
        return bearing->on_failure;
    }
    if (tcb_tier(status) == TCB_TIER_WARNING) {
        return VECTOR_WARNING;
    }
    return status == TCB_NOT_SUPPORTED ? VECTOR_UNKNOWN : bearing->on_failure;
}

static void note_checks(struct vector *vector, const struct hardware_appraisal *appraisal)
{
    for (size_t i = 0; i < appraisal->checks.count; i++) {
        const struct check *check = &appraisal->checks.item[i];
        const struct bearing *bearing = find_bearing(check->id);

        vector_note(vector, bearing->claim, check, tier_of(appraisal, bearing, check->id));
        if (check->result == CHECK_FAIL && bearing->on_failure == VECTOR_FORGED) {
            say_forged(vector);
        }
    }
}

static int is_opaque(const struct hardware_appraisal *appraisal)
{
    for (size_t i = 0; i < sizeof opaque / sizeof opaque[0]; i++) {
        if (strcmp(appraisal->platform, opaque[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

static enum ear_status status_of(enum hardware_verdict verdict)
{
    switch (verdict) {
    case HARDWARE_AFFIRMING:
        return EAR_AFFIRMING;
    case HARDWARE_WARNING:
        return EAR_WARNING;
    case HARDWARE_CONTRAINDICATED:
        return EAR_CONTRAINDICATED;
    case HARDWARE_NONE:
    default:
        return EAR_NONE;
    }
}

json_t *hardware_report_vector(const struct hardware_appraisal *appraisal, enum ear_status *status)
{
    struct vector vector = {.passed = 0};
    json_t *object;

    note_checks(&vector, appraisal);
    if (tcb_tier(appraisal->found.tcb_status) == TCB_TIER_WARNING) {
        vector_cap(&vector, VECTOR_HARDWARE, VECTOR_WARNING);
    }
    if (appraisal->accepted && is_opaque(appraisal)) {
        vector_say(&vector, VECTOR_RUNTIME, VECTOR_AFFIRMING);
    }
    object = vector_json(&vector, status);
    *status = ear_worse(*status, status_of(appraisal->verdict));
    return object;
}

static json_int_t expiry(const struct hardware_appraisal *appraisal, uint64_t now_s,
                         uint64_t lifetime_s)
{
    const json_int_t end = (json_int_t)(now_s + lifetime_s);

    return appraisal->accepted && appraisal->accepted_until < end ? appraisal->accepted_until : end;
}

json_t *hardware_report_claims(const struct hardware_appraisal *appraisal, json_t *result,
                               const struct hardware_item *nonce, uint64_t now_s,
                               uint64_t lifetime_s)
{
    enum ear_status status;
    json_t *vector = hardware_report_vector(appraisal, &status);
    json_t *submod = json_pack("{s:o, s:s, s:[s], s:O}", "ear_trustworthiness_vector", vector,
                               "ear_status", ear_status_name(status), "ear_appraisal_policy_ids",
                               appraisal->input->policy->name, HARDWARE_REPORT_RESULT, result);
    json_t *claims = report_frame(nonce->bytes, nonce->size, now_s, status);

    if (submod == NULL || claims == NULL ||
        json_object_set_new(claims, "exp", json_integer(expiry(appraisal, now_s, lifetime_s))) !=
            0 ||
        json_object_set_new(claims, "submods", json_pack("{s:O}", "platform", submod)) != 0) {
        json_decref(claims);
        claims = NULL;
    }
    json_decref(submod);
    return claims;
}
