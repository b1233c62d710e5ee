#include "verifier/appraisal/judge.h"

/* A certificate speaks for this enclave only where its subjects are what the evidence says. */
void subject_judge(struct judge *judge)
{
    const struct pobf_evidence *evidence = &judge->appraisal->evidence;
    const struct certificate *certificate = &judge->appraisal->certificate;
    const struct check *parse = checks_find(&judge->appraisal->checks, "certificate.parse");

    if (parse == NULL || parse->result != CHECK_PASS || !judge_passed(judge, ITEM_EVIDENCE_PARSE)) {
        return;
    }
    check_bytes(judge_item(judge, ITEM_EVIDENCE_CERTIFICATE), certificate->digest,
                evidence->certificate, POBF_DIGEST_BYTES);
    check_bytes(judge_item(judge, ITEM_CERTIFICATE_MEASUREMENT), certificate->measurement,
                evidence->measurement, POBF_DIGEST_BYTES);
    check_bytes(judge_item(judge, ITEM_CERTIFICATE_POLICY), certificate->policy, evidence->policy,
                POBF_DIGEST_BYTES);
    check_bytes(judge_item(judge, ITEM_CERTIFICATE_MONITOR), certificate->monitor,
                evidence->monitor, POBF_DIGEST_BYTES);
}
