#include <string.h>

#include "framework/wire/psa.h"
#include "framework/wire/sign1.h"
#include "verifier/arm/arm.h"
#include "verifier/cose/cose.h"
#include "verifier/cose/endorsed.h"

static const struct hardware_check checks[PSA_COUNT] = {
#define X(name, id, field, mandatory, advice) [PSA_##name] = {id, field, mandatory, advice},
    PSA_CHECKS(X)
#undef X
};

static void say_what_it_says(struct hardware_appraisal *appraisal, const struct pobf_psa *psa,
                             const uint8_t *bytes)
{
    struct hardware_found *found = &appraisal->found;
    const struct pobf_span *claim = psa->claim;

    hardware_data_set(&found->nonce, bytes + claim[POBF_PSA_NONCE].at, claim[POBF_PSA_NONCE].size);
    found->report_data = found->nonce;
    found->tcb_status = TCB_UNRATED;
    hardware_claim_number(found->claims, "profile", psa->profile == POBF_PSA_1 ? 1 : 2);
    json_object_set_new(found->claims, "client_id", json_integer(psa->client_id));
    arm_claim_bytes(found->claims, "implementation_id", bytes, &claim[POBF_PSA_IMPLEMENTATION_ID]);
    arm_claim_bytes(found->claims, "instance_id", bytes, &claim[POBF_PSA_INSTANCE_ID]);
    arm_claim_bytes(found->claims, "boot_seed", bytes, &claim[POBF_PSA_BOOT_SEED]);
    arm_claim_text(found->claims, "certification", bytes, &claim[POBF_PSA_CERTIFICATION]);
    arm_claim_text(found->claims, "verification_service", bytes, &claim[POBF_PSA_SERVICE]);
    json_object_set_new(found->claims, "components",
                        arm_components(bytes, &claim[POBF_PSA_COMPONENTS]));
}

static void verify(struct hardware_appraisal *appraisal, size_t first,
                   const struct pobf_sign1 *sign1, const uint8_t *bytes)
{
    EVP_PKEY *key = endorsed_judge(appraisal, first + PSA_KEY);
    int good;

    if (key != NULL) {
        good = cose_verify(sign1, bytes, key) == POBF_OK;
        check_judge(hardware_check_at(appraisal, first + PSA_SIGNATURE), good, "by the IAK",
                    good ? "by the IAK" : "not by this key over these bytes");
    }
    EVP_PKEY_free(key);
}

static void appraise(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *evidence = &appraisal->input->evidence;
    const struct pobf_span whole = {0, evidence->size};
    const size_t first = hardware_list(appraisal, checks, PSA_COUNT);
    struct pobf_sign1 sign1;
    struct pobf_psa psa;
    const int parsed =
        pobf_sign1_parse(&sign1, evidence->bytes, &whole, POBF_SIGN1_TAGGED) == POBF_OK &&
        pobf_psa_parse(&psa, evidence->bytes, &sign1.payload) == POBF_OK;

    check_judge(hardware_check_at(appraisal, first + PSA_PARSE), parsed,
                "a PSA token, strict CBOR, nothing left over",
                parsed ? "just that" : "other bytes");
    if (parsed) {
        say_what_it_says(appraisal, &psa, evidence->bytes);
        verify(appraisal, first, &sign1, evidence->bytes);
        arm_judge_lifecycle(appraisal, first + PSA_LIFECYCLE, psa.lifecycle);
    }
}

/* Tag 18, and an array of four. */
static int detect(const uint8_t *bytes, size_t size)
{
    return size > 2 && bytes[0] == 0xd2 && bytes[1] == 0x84;
}

const struct hardware_platform psa_platform = {"psa", detect, appraise};
