#include <stdio.h>

#include "verifier/cose/endorsed.h"
#include "verifier/tpm/quote.h"
#include "verifier/x509/path.h"

static const struct hardware_check parse_check = {
    "tpm.parse", "evidence", 1, "give the quote, its signature and the registers as JSON"};

/* The AK: the one key or certificate that is given. Whoever gives it vouches for it. */
static EVP_PKEY *judge_ak(struct hardware_appraisal *appraisal, size_t first)
{
    const size_t certs = appraisal->certs.count;
    X509 *cert = certs == 1 ? appraisal->certs.cert[0] : NULL;
    char seen[CHECK_TEXT_ROOM];
    size_t keys;
    EVP_PKEY *key = endorsed_key(appraisal, &keys);

    if (certs == 0) {
        EVP_PKEY_free(key);
        return endorsed_judge(appraisal, first + TPM_AK);
    }
    EVP_PKEY_free(key);
    snprintf(seen, sizeof seen, "%zu", certs + keys);
    check_judge(hardware_check_at(appraisal, first + TPM_AK), certs + keys == 1,
                "one key or certificate", seen);
    if (certs + keys != 1) {
        return NULL;
    }
    hardware_validity(appraisal, first + TPM_AK_VALIDITY, "the certificate of the AK",
                      path_epoch(X509_get0_notBefore(cert)), path_epoch(X509_get0_notAfter(cert)));
    return X509_get_pubkey(cert);
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
        ak = judge_ak(appraisal, first);
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
