#include "verifier/appraisal/judge.h"

/* Which of its monitors it must be, the evidence says: a signature of the platform is over that. */
static void judge_monitor(struct check *check, const struct certificate *certificate,
                          const struct pobf_evidence *evidence)
{
    const uint8_t *monitor = certificate_monitor(certificate, evidence->backend);

    if (monitor == NULL) {
        check_judge(check, 0, "a backend whose monitor is a subject", "another backend");
        return;
    }
    check_bytes(check, monitor, evidence->monitor, POBF_DIGEST_BYTES);
}

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
    judge_monitor(judge_item(judge, ITEM_CERTIFICATE_MONITOR), certificate, evidence);
}
