#include "verifier/appraisal/appraisal.h"

#include <string.h>

#include "framework/crypto/digest.h"
#include "verifier/appraisal/judge.h"

static const struct {
    const char *id;
    int from; /* the narrowest scope that it is mandatory in */
    const char *advice;
} items[ITEM_COUNT] = {
#define X(name, id, from, advice) [ITEM_##name] = {id, (int)APPRAISAL_##from, advice},
    APPRAISAL_CHECKS(X)
#undef X
};

/* What certificate_verify adds, listed also where there is no certificate. */
static const char *const certificate_checks[] = {
    "certificate.parse", "certificate.signature",  "certificate.key",     "certificate.result",
    "certificate.proof", "certificate.reproduced", "certificate.mutants", "certificate.binary"};

static void list_all(struct checks *checks, enum appraisal_scope scope)
{
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        checks_add(checks, items[i].id, (int)scope >= items[i].from, items[i].advice);
    }
}

static void take_digest(uint8_t digest[POBF_DIGEST_BYTES], const struct appraisal_file *file)
{
    const struct pobf_part part = {file->bytes, file->size};

    if (file->bytes == NULL || pobf_digest_sha256(digest, &part, 1) != POBF_OK) {
        memset(digest, 0, POBF_DIGEST_BYTES);
    }
}

static void take_evidence(struct judge *judge)
{
    const struct appraisal_file *file = &judge->input->evidence;
    struct appraisal *appraisal = judge->appraisal;
    const int in_envelope = file->bytes != NULL && envelope_is(file->bytes, file->size);
    enum pobf_status status = POBF_OK;

    if (file->bytes == NULL) {
        return;
    }
    judge->evidence = *file;
    if (in_envelope) {
        status = envelope_open(&judge->envelope, file->bytes, file->size);
        judge->evidence =
            (struct appraisal_file){judge->envelope.evidence.bytes, judge->envelope.evidence.size};
    }
    if (status == POBF_OK) {
        status =
            pobf_evidence_parse(&appraisal->evidence, judge->evidence.bytes, judge->evidence.size);
    }
    if (status == POBF_OK) {
        appraisal->platform = in_envelope ? judge->envelope.platform : APPRAISAL_PLATFORM_SIM;
    }
    judge_parsed(judge, ITEM_EVIDENCE_PARSE, status);
}

static void take_exchange(struct judge *judge)
{
    const struct appraisal_file *file = &judge->input->exchange;

    if (file->bytes != NULL) {
        judge_parsed(judge, ITEM_EXCHANGE_PARSE,
                     exchange_parse(&judge->appraisal->exchange, file->bytes, file->size));
    }
}

/*
 * Its subjects are reference values where there are no others, its monitor the one for the
 * evidence's backend; where the evidence does not parse there is nothing to compare. Whether it is
 * genuine is in the list as well: where it is not, nothing that was compared with it can make the
 * verdict affirm.
 */
static void take_certificate(struct judge *judge)
{
    const struct appraisal_file *file = &judge->input->certificate;
    struct certificate *certificate = &judge->appraisal->certificate;
    struct checks *checks = &judge->appraisal->checks;

    if (file->bytes == NULL) {
        for (size_t i = 0; i < sizeof certificate_checks / sizeof certificate_checks[0]; i++) {
            checks_add(checks, certificate_checks[i], 0, "give the proof certificate");
        }
        return;
    }
    certificate_verify(certificate, checks, file->bytes, file->size,
                       judge->policy->certificate_key);
    if (judge->reference == NULL && judge->policy->certificate_key != NULL &&
        checks_find(checks, "certificate.parse")->result == CHECK_PASS &&
        reference_take(&judge->from_certificate, certificate, judge->appraisal->evidence.backend) ==
            POBF_OK) {
        judge->reference = &judge->from_certificate;
    }
}

/* What a check has nothing to judge by; NULL where that is not a file of the call. */
static const char *missing_file(const struct appraisal_input *input, enum judge_index index)
{
    const int of_offer = index == ITEM_EVIDENCE_CHANNEL_KEY ||
                         (index >= ITEM_OFFER_PARSE && index <= ITEM_EXCHANGE_PARSE);
    const int of_receipt = index >= ITEM_RECEIPT_PARSE && index <= ITEM_RECEIPT_SEQUENCE;

    if (of_receipt && input->receipt.bytes == NULL) {
        return "give the receipt";
    }
    if ((index < ITEM_OFFER_PARSE || of_receipt) && input->evidence.bytes == NULL) {
        return "give the evidence";
    }
    if ((of_offer || of_receipt) && input->exchange.bytes == NULL && input->offer.bytes == NULL) {
        return items[ITEM_EXCHANGE_PARSE].advice;
    }
    return NULL;
}

/* Advice is for checks that failed. Where a file was not given, nothing is wrong with it yet. */
static void explain_gaps(struct judge *judge)
{
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        struct check *check = judge_item(judge, (enum judge_index)i);
        const char *missing = missing_file(judge->input, (enum judge_index)i);

        if (check->result == CHECK_NOT_EVALUATED && missing != NULL) {
            check->advice = missing;
        }
    }
}

void appraisal_run(struct appraisal *appraisal, const struct appraisal_input *input,
                   const struct appraisal_policy *policy)
{
    struct judge judge = {
        .appraisal = appraisal, .input = input, .policy = policy, .reference = policy->reference};

    *appraisal = (struct appraisal){.scope = input->scope};
    list_all(&appraisal->checks, input->scope);
    take_digest(appraisal->evidence_digest, &input->evidence);
    take_digest(appraisal->receipt_digest, &input->receipt);
    take_evidence(&judge);
    take_exchange(&judge);
    take_certificate(&judge);
    evidence_judge(&judge);
    offer_judge(&judge);
    receipt_judge(&judge);
    subject_judge(&judge);
    explain_gaps(&judge);
    appraisal->verdict = checks_verdict(&appraisal->checks);
    envelope_clear(&judge.envelope);
}

static const char *const platform_names[APPRAISAL_PLATFORM_COUNT] = {
    [APPRAISAL_PLATFORM_NONE] = "none", [APPRAISAL_PLATFORM_SIM] = "sim",
    [APPRAISAL_PLATFORM_TPM] = "tpm",   [APPRAISAL_PLATFORM_SNP] = "snp",
    [APPRAISAL_PLATFORM_TDX] = "tdx",   [APPRAISAL_PLATFORM_CCA] = "cca",
};

const char *appraisal_platform_name(enum appraisal_platform platform)
{
    return platform_names[platform];
}

enum appraisal_platform appraisal_platform_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < APPRAISAL_PLATFORM_COUNT; i++) {
        if (strcmp(name, platform_names[i]) == 0) {
            return (enum appraisal_platform)i;
        }
    }
    return APPRAISAL_PLATFORM_NONE;
}

int appraisal_platform_is_hardware(enum appraisal_platform platform)
{
    return platform != APPRAISAL_PLATFORM_NONE && platform != APPRAISAL_PLATFORM_SIM;
}
