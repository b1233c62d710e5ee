#ifndef POBF_VERIFIER_TPM_QUOTE_H
#define POBF_VERIFIER_TPM_QUOTE_H

#include <openssl/evp.h>

#include "verifier/hardware/hardware.h"
#include "verifier/tpm/evidence.h"

/*
 * TPM 2.0: a quote, signed by an attestation key (AK), over a nonce and the digest of registers.
 * Whoever appraises names the AK: its public key as PEM or JWK, or its certificate, with --endorsements.
 * --nonce and --report-data are both compared with extraData.
 */
extern const struct hardware_platform tpm_platform;

/*
 *   name        id                         field                  mandatory  advice
 */
#define TPM_CHECKS(X)                                                                              \
    X(QUOTE, "tpm.quote", "tpm_quote.message", 1,                                                  \
      "give what TPM2_Quote returned, TPMS_ATTEST, whole and without its size")                    \
    X(MAGIC, "tpm.magic", "quote.magic", 1,                                                        \
      "do not trust this quote: it was signed by the key, and not made in the TPM")                \
    X(TYPE, "tpm.type", "quote.type", 1,                                                           \
      "do not trust this: the TPM signed it, but it is no quote")                                  \
    X(ALGORITHM, "tpm.signature_algorithm", "tpm_quote.signature", 1,                              \
      "use an AK that signs with SHA-256 or SHA-384: RSASSA, RSAPSS or ECDSA")                     \
    X(AK, "tpm.ak", "endorsements", 1,                                                             \
      "give the one AK, PEM key or certificate, with --endorsements; or the authority that "       \
      "certified the AK of this host")                                                             \
    X(AK_VALIDITY, "tpm.ak.validity", "endorsements", 0,                                           \
      "give the current certificate of the AK; a bare key has no dates")                           \
    X(AK_REVOCATION, "tpm.ak.revocation", "endorsements", 0,                                       \
      "do not trust this AK: its authority has taken its word back")                               \
    X(AK_REVOCATION_VALIDITY, "tpm.ak.revocation.validity", "endorsements", 0,                     \
      "give the current revocation list of the authority")                                         \
    X(AK_USE, "tpm.ak.use", "ak.extensions", 0,                                                    \
      "give the certificate of an AK: for digital signatures, tcg-kp-AIKCertificate, of no CA")    \
    X(SIGNATURE, "tpm.signature", "tpm_quote.signature", 1,                                        \
      "do not trust this quote: this AK did not sign it")                                          \
    X(PCRS, "tpm.pcrs", "tpm_quote.pcrs", 1,                                                       \
      "do not trust these registers: they are not what the TPM signed")                            \
    X(EVENT_LOG, "tpm.event_log", "event_log", 0,                                                  \
      "do not trust this log: what it tells is not what went into the registers")

enum tpm_place {
#define X(name, id, field, mandatory, advice) TPM_##name,
    TPM_CHECKS(X)
#undef X
        TPM_COUNT
};

enum tpm_signature_form {
    TPM_SIGNATURE_WHOLE, /* TPMT_SIGNATURE                           */
    TPM_SIGNATURE_BARE,  /* the bytes of RSASSA with SHA-256 alone   */
};

/*
 * Judge a quote under an AK; NULL where there is none to judge by. `first` is the place that
 * tpm_list gave. Nonce, registers and what else it says are found.
 */
size_t tpm_list(struct hardware_appraisal *appraisal);
void tpm_judge_quote(struct hardware_appraisal *appraisal, size_t first,
                     const struct tpm_evidence *evidence, enum tpm_signature_form form,
                     EVP_PKEY *ak);

#endif
