#ifndef POBF_VERIFIER_ARM_ARM_H
#define POBF_VERIFIER_ARM_ARM_H

#include <openssl/evp.h>

#include "framework/wire/span.h"
#include "verifier/hardware/hardware.h"

/*
 * Arm CCA: a token of the platform, signed by its key (CPAK), and one of the realm, whose key (RAK)
 * the platform's challenge names by its hash. PSA: one token, signed by the initial attestation key
 * (IAK). Neither brings certificates: --endorsements names the key, JWK or PEM.
 *
 * Of CCA, --nonce and --report-data are compared with the realm's challenge, the measurement is the
 * realm's initial one. Of PSA, with the nonce; it has components, in the claims, and no measurement.
 */
extern const struct hardware_platform cca_platform;
extern const struct hardware_platform psa_platform;

/*
 *   name        id                     field                mandatory  advice
 */
#define CCA_CHECKS(X)                                                                              \
    X(PARSE, "cca.parse", "token", 1, "give the token whole: tag 399, with platform and realm")    \
    X(PROFILE, "cca.profile", "platform.profile, realm.profile", 1,                                \
      "do not trust this token: its claims are in words that are not known here")                  \
    X(KEY, "cca.cpak", "endorsements", 1, "give the platform's key (CPAK), JWK or PEM")            \
    X(KEY_VALIDITY, "cca.cpak.validity", "endorsements", 1, "give the platform's key (CPAK)")      \
    X(PLATFORM, "cca.platform.signature", "platform.signature", 1,                                 \
      "do not trust this token: the CPAK did not sign the platform's part")                        \
    X(BINDING, "cca.rak", "platform.challenge", 1,                                                 \
      "do not trust this token: the platform vouches for the key of another realm")                \
    X(REALM, "cca.realm.signature", "realm.signature", 1,                                          \
      "do not trust this token: the RAK did not sign the realm's part")                            \
    X(LIFECYCLE, "cca.lifecycle", "platform.lifecycle", 1,                                         \
      "do not send data there: the platform is not secured")

#define PSA_CHECKS(X)                                                                              \
    X(PARSE, "psa.parse", "token", 1,                                                              \
      "give the token whole: COSE_Sign1 with its tag, of PSA profile 1 or 2")                      \
    X(KEY, "psa.iak", "endorsements", 1, "give the device's key (IAK), JWK or PEM")                \
    X(KEY_VALIDITY, "psa.iak.validity", "endorsements", 1, "give the device's key (IAK)")          \
    X(SIGNATURE, "psa.signature", "token.signature", 1,                                            \
      "do not trust this token: the IAK did not sign it")                                          \
    X(LIFECYCLE, "psa.lifecycle", "token.lifecycle", 1,                                            \
      "do not send data there: the device is not secured")

enum cca_place {
#define X(name, id, field, mandatory, advice) CCA_##name,
    CCA_CHECKS(X)
#undef X
        CCA_COUNT
};

enum psa_place {
#define X(name, id, field, mandatory, advice) PSA_##name,
    PSA_CHECKS(X)
#undef X
        PSA_COUNT
};

/* What both have: the security life cycle, which must be "secured", and is debug where it is not. */
void arm_judge_lifecycle(struct hardware_appraisal *appraisal, size_t place, uint64_t lifecycle);
/* [{"type", "measurement", ...}], from components that were parsed. */
json_t *arm_components(const uint8_t *bytes, const struct pobf_span *components);
/* A span as a claim. */
void arm_claim_bytes(json_t *claims, const char *name, const uint8_t *bytes,
                     const struct pobf_span *span);
void arm_claim_text(json_t *claims, const char *name, const uint8_t *bytes,
                    const struct pobf_span *span);

#endif
