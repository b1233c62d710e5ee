#include <string.h>

#include "framework/wire/sign1.h"
#include "verifier/arm/arm.h"
#include "verifier/cose/cose.h"
#include "verifier/cose/endorsed.h"
#include "verifier/layout/cca.h"

enum { ES384 = -35 };

static const struct hardware_check checks[CCA_COUNT] = {
#define X(name, id, field, mandatory, advice) [CCA_##name] = {id, field, mandatory, advice},
    CCA_CHECKS(X)
#undef X
};

/* What the steps share. */
struct cca {
    struct hardware_appraisal *appraisal;
    size_t first; /* the place of CCA_PARSE in the list */
    const uint8_t *bytes;
    struct pobf_sign1 platform_token;
    struct pobf_sign1 realm_token;
    struct pobf_cca_platform platform;
    struct pobf_cca_realm realm;
};

static struct check *check_of(struct cca *cca, enum cca_place place)
{
    return hardware_check_at(cca->appraisal, cca->first + place);
}

static int parse(struct cca *cca, const struct hardware_item *evidence)
{
    struct pobf_cca tokens;
    const uint8_t *bytes = evidence->bytes;

    return pobf_cca_parse(&tokens, bytes, evidence->size) == POBF_OK &&
           pobf_sign1_parse(&cca->platform_token, bytes, &tokens.platform, POBF_SIGN1_TAGGED) ==
               POBF_OK &&
           pobf_sign1_parse(&cca->realm_token, bytes, &tokens.realm, POBF_SIGN1_TAGGED) ==
               POBF_OK &&
           pobf_cca_platform_parse(&cca->platform, bytes, &cca->platform_token.payload) ==
               POBF_OK &&
           pobf_cca_realm_parse(&cca->realm, bytes, &cca->realm_token.payload) == POBF_OK;
}

static int is_text(const struct cca *cca, const struct pobf_span *span, const char *text)
{
    return span->size == strlen(text) && memcmp(cca->bytes + span->at, text, span->size) == 0;
}

/* The realm's may be left out: older monitors do. */
static void judge_profile(struct cca *cca)
{
    const int good =
        (is_text(cca, &cca->platform.profile, "http://arm.com/CCA-SSD/1.0.0") ||
         is_text(cca, &cca->platform.profile, "tag:arm.com,2023:cca_platform#1.0.0")) &&
        (cca->realm.profile.size == 0 ||
         is_text(cca, &cca->realm.profile, "tag:arm.com,2023:realm#1.0.0"));

    check_judge(check_of(cca, CCA_PROFILE), good, "CCA 1.0.0", good ? "CCA 1.0.0" : "another");
}

static void judge_platform(struct cca *cca)
{
    EVP_PKEY *key = endorsed_judge(cca->appraisal, cca->first + CCA_KEY);
    int good;

    if (key != NULL) {
        good = cose_verify(&cca->platform_token, cca->bytes, key) == POBF_OK;
        check_judge(check_of(cca, CCA_PLATFORM), good, "by the CPAK",
                    good ? "by the CPAK" : "not by this key over these bytes");
    }
    EVP_PKEY_free(key);
}

/* The hash that the realm's token names; NULL where it is not known. */
static const EVP_MD *hash_of(const struct cca *cca, const struct pobf_span *name)
{
    return is_text(cca, name, "sha-256")   ? EVP_sha256()
           : is_text(cca, name, "sha-384") ? EVP_sha384()
           : is_text(cca, name, "sha-512") ? EVP_sha512()
                                           : NULL;
}

/* The platform's challenge is the hash of the realm's key, as it stands in the realm's token. */
static void judge_binding(struct cca *cca)
{
    const EVP_MD *hash = hash_of(cca, &cca->realm.key_hash);
    const struct pobf_span *challenge = &cca->platform.challenge;
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    if (hash == NULL ||
        EVP_Digest(cca->bytes + cca->realm.key.at, cca->realm.key.size, digest, &size, hash,
                   NULL) != 1 ||
        size != challenge->size) {
        check_judge(check_of(cca, CCA_BINDING), 0,
                    "a hash that is known, and as long as its digest", "another");
        return;
    }
    check_bytes(check_of(cca, CCA_BINDING), digest, cca->bytes + challenge->at, size);
}

static void judge_realm(struct cca *cca)
{
    EVP_PKEY *key = signature_point_open(SIGNATURE_ES384, cca->bytes + cca->realm.x.at,
                                         cca->bytes + cca->realm.y.at);
    const int good = key != NULL && cca->realm_token.algorithm == ES384 &&
                     cose_verify(&cca->realm_token, cca->bytes, key) == POBF_OK;

    check_judge(check_of(cca, CCA_REALM), good, "by the RAK, ES384",
                good ? "by the RAK, ES384" : "not by this key over these bytes");
    EVP_PKEY_free(key);
}

static void say_platform(struct cca *cca)
{
    json_t *claims = json_object();

    arm_claim_text(claims, "profile", cca->bytes, &cca->platform.profile);
    arm_claim_bytes(claims, "implementation_id", cca->bytes, &cca->platform.implementation_id);
    arm_claim_bytes(claims, "instance_id", cca->bytes, &cca->platform.instance_id);
    arm_claim_bytes(claims, "configuration", cca->bytes, &cca->platform.configuration);
    arm_claim_text(claims, "hash", cca->bytes, &cca->platform.hash);
    arm_claim_text(claims, "verification_service", cca->bytes, &cca->platform.service);
    json_object_set_new(claims, "components",
                        arm_components(cca->bytes, &cca->platform.components));
    json_object_set_new(cca->appraisal->found.claims, "platform", claims);
}

static void say_realm(struct cca *cca)
{
    struct hardware_found *found = &cca->appraisal->found;
    const struct pobf_cca_realm *realm = &cca->realm;
    static const char *const names[POBF_CCA_REGISTERS] = {"rem0", "rem1", "rem2", "rem3"};
    struct pobf_span span;

    hardware_data_set(&found->report_data, cca->bytes + realm->challenge.at, realm->challenge.size);
    hardware_data_set(&found->measurement, cca->bytes + realm->measurement.at,
                      realm->measurement.size);
    found->tcb_status = TCB_UNRATED;
    arm_claim_bytes(found->claims, "personalization", cca->bytes, &realm->personalization);
    arm_claim_text(found->claims, "hash", cca->bytes, &realm->hash);
    arm_claim_bytes(found->claims, "rak", cca->bytes, &realm->key);
    for (size_t i = 0; i < POBF_CCA_REGISTERS; i++) {
        if (pobf_cca_register(&span, cca->bytes, &realm->registers, i)) {
            arm_claim_bytes(found->claims, names[i], cca->bytes, &span);
        }
    }
}

static void appraise(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *evidence = &appraisal->input->evidence;
    struct cca cca = {.appraisal = appraisal, .bytes = evidence->bytes};
    int parsed;

    cca.first = hardware_list(appraisal, checks, CCA_COUNT);
    parsed = parse(&cca, evidence);
    check_judge(check_of(&cca, CCA_PARSE), parsed,
                "a token of platform and realm, strict CBOR, nothing left over",
                parsed ? "just that" : "other bytes");
    if (parsed) {
        say_platform(&cca);
        say_realm(&cca);
        judge_profile(&cca);
        judge_platform(&cca);
        judge_binding(&cca);
        judge_realm(&cca);
        arm_judge_lifecycle(appraisal, cca.first + CCA_LIFECYCLE, cca.platform.lifecycle);
    }
}

/* Tag 399. */
static int detect(const uint8_t *bytes, size_t size)
{
    return size > 3 && bytes[0] == 0xd9 && bytes[1] == 0x01 && bytes[2] == 0x8f;
}

const struct hardware_platform cca_platform = {"cca", detect, appraise};
