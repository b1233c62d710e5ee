#include "verifier/tpm/azure.h"

#include <string.h>

#include <sodium.h>

#include "framework/core/bytes.h"
#include "framework/wire/hcl.h"
#include "verifier/cose/jwk.h"
#include "verifier/dcap/dcap.h"
#include "verifier/snp/snp.h"
#include "verifier/tpm/quote.h"

enum { TDREPORT_DATA_AT = 128, DATA_BYTES = 64, DIGEST_BYTES = 32 };

static const struct hardware_check checks[AZURE_COUNT] = {
#define X(name, id, field, mandatory, advice) [AZURE_##name] = {id, field, mandatory, advice},
    AZURE_CHECKS(X)
#undef X
};

/* What the steps share. */
struct azure {
    struct hardware_appraisal *appraisal;
    size_t first; /* the place of AZURE_PARSE in the list */
    struct tpm_evidence evidence;
    struct pobf_hcl hcl;
    json_t *runtime;
    EVP_PKEY *ak;
};

static struct check *check_of(struct azure *azure, enum azure_place place)
{
    return hardware_check_at(azure->appraisal, azure->first + place);
}

static const uint8_t *report_of(const struct azure *azure)
{
    return azure->evidence.hcl.bytes + azure->hcl.report.at;
}

/* The one key of this name. */
static EVP_PKEY *find_ak(const json_t *runtime)
{
    const json_t *found = NULL;
    size_t count = 0;
    size_t i;
    json_t *key;

    json_array_foreach(json_object_get(runtime, "keys"), i, key)
    {
        const char *name = json_string_value(json_object_get(key, "kid"));

        if (name != NULL && strcmp(name, "HCLAkPub") == 0) {
            found = key;
            count++;
        }
    }
    return count == 1 ? jwk_open(found) : NULL;
}

static void take_user_data(struct azure *azure)
{
    const json_t *text = json_object_get(azure->runtime, "user-data");
    uint8_t bytes[DATA_BYTES];
    size_t size = 0;

    if (json_is_string(text) && sodium_hex2bin(bytes, sizeof bytes, json_string_value(text),
                                               json_string_length(text), NULL, &size, NULL) == 0) {
        hardware_data_set(&azure->appraisal->found.report_data, bytes, size);
    }
    json_object_set(azure->appraisal->found.claims, "vm-configuration",
                    json_object_get(azure->runtime, "vm-configuration"));
}

static void judge_runtime(struct azure *azure)
{
    const struct pobf_span *span = &azure->hcl.runtime;

    azure->runtime = json_loadb((const char *)azure->evidence.hcl.bytes + span->at, span->size,
                                JSON_REJECT_DUPLICATES, NULL);
    azure->ak = find_ak(azure->runtime);
    check_judge(check_of(azure, AZURE_RUNTIME), azure->ak != NULL, "JSON with the AK",
                azure->ak != NULL ? "just that" : "no AK, or several");
}

/* The hash of the runtime data is in the report data, and nothing else is. */
static void judge_binding(struct azure *azure, const uint8_t data[DATA_BYTES])
{
    const struct pobf_span *span = &azure->hcl.runtime;
    uint8_t expected[DATA_BYTES] = {0};

    if (azure->hcl.hash_type != POBF_HCL_SHA256) {
        check_judge(check_of(azure, AZURE_BINDING), 0, "a hash by SHA-256", "another hash");
        return;
    }
    crypto_hash_sha256(expected, azure->evidence.hcl.bytes + span->at, span->size);
    check_bytes(check_of(azure, AZURE_BINDING), expected, data, DATA_BYTES);
}

static void appraise_snp(struct azure *azure)
{
    struct hardware_found *found = &azure->appraisal->found;

    (void)snp_appraise_report(azure->appraisal, report_of(azure), azure->hcl.report.size);
    if (found->report_data.size == DATA_BYTES) {
        judge_binding(azure, found->report_data.bytes);
    }
}

/* The TD report is of the machine itself and not signed: the quote stands for it. */
static void appraise_tdx(struct azure *azure)
{
    struct hardware_found *found = &azure->appraisal->found;
    const uint8_t *data = report_of(azure) + TDREPORT_DATA_AT;
    struct check *check = check_of(azure, AZURE_TD_QUOTE);

    check->mandatory = 1;
    if (azure->evidence.td_quote.bytes == NULL) {
        return;
    }
    (void)dcap_appraise_quote(azure->appraisal, azure->evidence.td_quote.bytes,
                              azure->evidence.td_quote.size);
    if (found->report_data.size == DATA_BYTES) {
        check_bytes(check, data, found->report_data.bytes, DATA_BYTES);
        judge_binding(azure, found->report_data.bytes);
    }
}

/* Certificates that came along are as good as any: what counts is where they lead. */
static void take_vcek(struct azure *azure)
{
    const struct tpm_bytes *vcek = &azure->evidence.vcek;

    if (vcek->bytes != NULL &&
        certs_add(&azure->appraisal->certs, vcek->bytes, vcek->size) != POBF_OK) {
        check_judge(check_of(azure, AZURE_PARSE), 0, "vcek is a certificate", "other bytes");
    }
}

static void appraise_hcl(struct azure *azure)
{
    const int parsed =
        pobf_hcl_parse(&azure->hcl, azure->evidence.hcl.bytes, azure->evidence.hcl.size) ==
            POBF_OK &&
        (azure->hcl.report_type == POBF_HCL_SNP || azure->hcl.report_type == POBF_HCL_TDX);

    check_judge(check_of(azure, AZURE_HCL), parsed, "an HCL report of SNP or TDX",
                parsed ? "just that" : "other bytes");
    if (!parsed) {
        return;
    }
    judge_runtime(azure);
    if (azure->hcl.report_type == POBF_HCL_SNP) {
        appraise_snp(azure);
    } else {
        appraise_tdx(azure);
    }
    azure->appraisal->found.report_data.size = 0;
    take_user_data(azure);
}

static void appraise(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *item = &appraisal->input->evidence;
    struct azure azure = {.appraisal = appraisal};
    size_t quote;
    int parsed;

    azure.first = hardware_list(appraisal, checks, AZURE_COUNT);
    quote = tpm_list(appraisal);
    parsed = tpm_evidence_parse(&azure.evidence, item->bytes, item->size) &&
             azure.evidence.hcl.bytes != NULL;
    check_judge(check_of(&azure, AZURE_PARSE), parsed, "JSON with an HCL report and a quote",
                parsed                          ? "just that"
                : azure.evidence.defect != NULL ? azure.evidence.defect
                                                : "it has no hcl_report");
    if (parsed) {
        take_vcek(&azure);
        appraise_hcl(&azure);
        if (azure.ak != NULL) {
            check_judge(hardware_check_at(appraisal, quote + TPM_AK), 1, "in the runtime data",
                        "in the runtime data");
            hardware_check_at(appraisal, quote + TPM_AK_VALIDITY)->mandatory = 0;
        }
        tpm_judge_quote(appraisal, quote, &azure.evidence, TPM_SIGNATURE_BARE, azure.ak);
    }
    EVP_PKEY_free(azure.ak);
    json_decref(azure.runtime);
    tpm_evidence_clear(&azure.evidence);
}

static int detect(const uint8_t *bytes, size_t size)
{
    struct tpm_evidence evidence;
    int found;

    found = tpm_evidence_parse(&evidence, bytes, size) && evidence.hcl.bytes != NULL;
    tpm_evidence_clear(&evidence);
    return found;
}

const struct hardware_platform azure_platform = {"azure-vtpm", detect, appraise};
