#include <stdio.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "verifier/cose/endorsed.h"
#include "verifier/hardware/chain.h"
#include "verifier/tpm/quote.h"
#include "verifier/x509/path.h"

static const struct hardware_check parse_check = {
    "tpm.parse", "evidence", 1, "give the quote, its signature and the registers as JSON"};

/* That its issuer gave it out as one of an AK.     TCG EK Credential Profile 2.5, section 3.2.16 */
static int is_for_attestation(X509 *cert)
{
    EXTENDED_KEY_USAGE *uses = X509_get_ext_d2i(cert, NID_ext_key_usage, NULL, NULL);
    int found = 0;
    char oid[32];

    for (int i = 0; i < sk_ASN1_OBJECT_num(uses); i++) {
        OBJ_obj2txt(oid, sizeof oid, sk_ASN1_OBJECT_value(uses, i), 1);
        found |= strcmp(oid, "2.23.133.8.3") == 0;
    }
    EXTENDED_KEY_USAGE_free(uses);
    return found && X509_check_ca(cert) == 0 &&
           (X509_get_extension_flags(cert) & (EXFLAG_INVALID | EXFLAG_KUSAGE)) == EXFLAG_KUSAGE &&
           (X509_get_key_usage(cert) & KU_DIGITAL_SIGNATURE) != 0;
}

static void judge_use(struct hardware_appraisal *appraisal, size_t first, X509 *cert)
{
    const int good = is_for_attestation(cert);

    check_judge(hardware_check_at(appraisal, first + TPM_AK_USE), good,
                "digital signatures as an AK, and no CA", good ? "just that" : "something else");
}

static EVP_PKEY *judge_certificate(struct hardware_appraisal *appraisal, size_t first, X509 *cert)
{
    judge_use(appraisal, first, cert);
    hardware_validity(appraisal, first + TPM_AK_VALIDITY, "the certificate of the AK",
                      path_epoch(X509_get0_notBefore(cert)), path_epoch(X509_get0_notAfter(cert)));
    return X509_get_pubkey(cert);
}

static int are_authorities(const struct certs *certs)
{
    for (size_t i = 0; i < certs->count; i++) {
        if (X509_check_ca(certs->cert[i]) != 1) {
            return 0;
        }
    }
    return certs->count > 0;
}

/* The certificate of an AK that came with the evidence counts where it leads to who was named. */
static EVP_PKEY *judge_brought(struct hardware_appraisal *appraisal, size_t first,
                               const struct tpm_bytes *der, const struct certs *authorities)
{
    const struct path_profile profile = {.roots = authorities};
    const struct chain_places places = {first + TPM_AK, first + TPM_AK_VALIDITY,
                                        first + TPM_AK_REVOCATION,
                                        first + TPM_AK_REVOCATION_VALIDITY};
    struct certs brought = {.count = 0};
    struct path path;
    EVP_PKEY *key = NULL;

    if (certs_add(&brought, der->bytes, der->size) != POBF_OK || brought.count != 1) {
        check_judge(hardware_check_at(appraisal, first + TPM_AK), 0, "the certificate of the AK",
                    "no certificate, or several");
    } else {
        judge_use(appraisal, first, brought.cert[0]);
        if (chain_judge(appraisal, &path, brought.cert[0], &profile, &places,
                        "the certificate of the AK")) {
            key = X509_get_pubkey(brought.cert[0]);
        }
    }
    certs_clear(&brought);
    return key;
}

/*
 * The AK: the one key or certificate that whoever appraises names, and so vouches for; or one that
 * authorities vouch for who are named in its place.
 */
static EVP_PKEY *judge_ak(struct hardware_appraisal *appraisal, size_t first,
                          const struct tpm_bytes *brought)
{
    struct certs certs;
    char seen[CHECK_TEXT_ROOM];
    size_t keys;
    EVP_PKEY *key = endorsed_key(appraisal, &keys);

    endorsed_certs(&certs, appraisal);
    EVP_PKEY_free(key);
    if (keys == 0 && brought->bytes != NULL && are_authorities(&certs)) {
        key = judge_brought(appraisal, first, brought, &certs);
    } else if (certs.count == 0) {
        key = endorsed_judge(appraisal, first + TPM_AK);
    } else {
        snprintf(seen, sizeof seen, "%zu", certs.count + keys);
        check_judge(hardware_check_at(appraisal, first + TPM_AK), certs.count + keys == 1,
                    "one key or certificate", seen);
        key = certs.count + keys == 1 ? judge_certificate(appraisal, first, certs.cert[0]) : NULL;
    }
    certs_clear(&certs);
    return key;
}

static void appraise(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *item = &appraisal->input->evidence;
    const size_t place = hardware_list(appraisal, &parse_check, 1);
    const size_t first = tpm_list(appraisal);
    struct tpm_evidence evidence;
    EVP_PKEY *ak = NULL;
    const int parsed = tpm_evidence_parse(&evidence, item->bytes, item->size);

    check_judge(hardware_check_at(appraisal, place), parsed, "JSON with a quote",
                parsed ? "just that" : evidence.defect);
    if (parsed) {
        ak = judge_ak(appraisal, first, &evidence.ak_certificate);
        tpm_judge_quote(appraisal, first, &evidence, TPM_SIGNATURE_WHOLE, ak);
        appraisal->found.report_data = appraisal->found.nonce;
        appraisal->found.debug_is_known = hardware_passed(appraisal, first + TPM_QUOTE);
        appraisal->found.tcb_status = TCB_UNRATED;
    }
    EVP_PKEY_free(ak);
    tpm_evidence_clear(&evidence);
}

static int detect(const uint8_t *bytes, size_t size)
{
    struct tpm_evidence evidence;
    int found;

    found = tpm_evidence_parse(&evidence, bytes, size) && evidence.hcl.bytes == NULL;
    tpm_evidence_clear(&evidence);
    return found;
}

const struct hardware_platform tpm_platform = {"tpm", detect, appraise};
