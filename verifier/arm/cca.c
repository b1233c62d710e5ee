#include <string.h>

#include "framework/wire/cca.h"
#include "framework/wire/sign1.h"
#include "verifier/arm/arm.h"
#include "verifier/cose/cose.h"
#include "verifier/cose/endorsed.h"

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
           pobf_sign1_parse(&cca->platform_token, bytes, &tokens.token[POBF_CCA_PLATFORM],
                            POBF_SIGN1_TAGGED) == POBF_OK &&
           pobf_sign1_parse(&cca->realm_token, bytes, &tokens.token[POBF_CCA_REALM],
                            POBF_SIGN1_TAGGED) == POBF_OK &&
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
    const struct pobf_span *platform = &cca->platform.claim[POBF_CCA_PROFILE];
    const struct pobf_span *realm = &cca->realm.claim[POBF_CCA_REALM_PROFILE];
    const int good = (is_text(cca, platform, "http://arm.com/CCA-SSD/1.0.0") ||
                      is_text(cca, platform, "tag:arm.com,2023:cca_platform#1.0.0")) &&
                     (realm->size == 0 || is_text(cca, realm, "tag:arm.com,2023:realm#1.0.0"));

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
    const EVP_MD *hash = hash_of(cca, &cca->realm.claim[POBF_CCA_REALM_KEY_HASH]);
    const struct pobf_span *key = &cca->realm.claim[POBF_CCA_REALM_KEY];
    const struct pobf_span *challenge = &cca->platform.claim[POBF_CCA_CHALLENGE];
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    if (hash == NULL ||
        EVP_Digest(cca->bytes + key->at, key->size, digest, &size, hash, NULL) != 1 ||
        size != challenge->size) {
        check_judge(check_of(cca, CCA_BINDING), 0,
                    "a hash that is known, and as long as its digest", "another");
        return;
    }
    check_bytes(check_of(cca, CCA_BINDING), digest, cca->bytes + challenge->at, size);
}

static void judge_realm(struct cca *cca)
{
    const struct pobf_span *point = cca->realm.point;
    EVP_PKEY *key = signature_point_open(SIGNATURE_ES384, cca->bytes + point[POBF_CCA_X].at,
                                         cca->bytes + point[POBF_CCA_Y].at);
    const int good = key != NULL && cca->realm_token.algorithm == ES384 &&
                     cose_verify(&cca->realm_token, cca->bytes, key) == POBF_OK;

    check_judge(check_of(cca, CCA_REALM), good, "by the RAK, ES384",
                good ? "by the RAK, ES384" : "not by this key over these bytes");
    EVP_PKEY_free(key);
}

static void say_platform(struct cca *cca)
{
    const struct pobf_span *claim = cca->platform.claim;
    const uint8_t *bytes = cca->bytes;
    json_t *claims = json_object();

    arm_claim_text(claims, "profile", bytes, &claim[POBF_CCA_PROFILE]);
    arm_claim_bytes(claims, "implementation_id", bytes, &claim[POBF_CCA_IMPLEMENTATION_ID]);
    arm_claim_bytes(claims, "instance_id", bytes, &claim[POBF_CCA_INSTANCE_ID]);
    arm_claim_bytes(claims, "configuration", bytes, &claim[POBF_CCA_CONFIGURATION]);
    arm_claim_text(claims, "hash", bytes, &claim[POBF_CCA_HASH]);
    arm_claim_text(claims, "verification_service", bytes, &claim[POBF_CCA_SERVICE]);
    json_object_set_new(claims, "components", arm_components(bytes, &claim[POBF_CCA_COMPONENTS]));
    json_object_set_new(cca->appraisal->found.claims, "platform", claims);
}

static void say_realm(struct cca *cca)
{
    struct hardware_found *found = &cca->appraisal->found;
    const struct pobf_span *claim = cca->realm.claim;
    const struct pobf_span *challenge = &claim[POBF_CCA_REALM_CHALLENGE];
    const struct pobf_span *measurement = &claim[POBF_CCA_REALM_MEASUREMENT];
    const uint8_t *bytes = cca->bytes;
    static const char *const names[POBF_CCA_REGISTERS] = {"rem0", "rem1", "rem2", "rem3"};
    struct pobf_span span;

    hardware_data_set(&found->report_data, bytes + challenge->at, challenge->size);
    hardware_data_set(&found->measurement, bytes + measurement->at, measurement->size);
    found->tcb_status = TCB_UNRATED;
    arm_claim_bytes(found->claims, "personalization", bytes,
                    &claim[POBF_CCA_REALM_PERSONALIZATION]);
    arm_claim_text(found->claims, "hash", bytes, &claim[POBF_CCA_REALM_HASH]);
    arm_claim_bytes(found->claims, "rak", bytes, &claim[POBF_CCA_REALM_KEY]);
    for (size_t i = 0; i < POBF_CCA_REGISTERS; i++) {
        if (pobf_cca_register(&span, bytes, &claim[POBF_CCA_REALM_REGISTERS], i)) {
            arm_claim_bytes(found->claims, names[i], bytes, &span);
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
