#include "framework/wire/evidence.h"

#include <sodium.h>

#include "framework/wire/cose.h"
#include "verifier/appraisal/judge.h"

/* Anybody can sign with the simulator's key: what vouches for it, if anything, is the envelope. */
static void judge_platform(struct judge *judge)
{
    const struct appraisal_policy *policy = judge->policy;

    judge_signature(judge, ITEM_EVIDENCE_SIGNATURE,
                    pobf_cose_verify(judge->evidence.bytes, judge->evidence.size, policy->sim_root),
                    "the simulator's test key");
    if (appraisal_platform_is_hardware(judge->appraisal->platform)) {
        platform_judge(judge);
        return;
    }
    check_judge(judge_item(judge, ITEM_EVIDENCE_PLATFORM), policy->accept_sim,
                policy->accept_sim ? "any, sim too (--insecure-accept-sim)"
                                   : "a platform with hardware evidence",
                "sim: the host is trusted");
}

static void judge_binding(struct judge *judge)
{
    const struct pobf_evidence *evidence = &judge->appraisal->evidence;
    uint8_t bound[POBF_DIGEST_BYTES];

    if (pobf_evidence_bind(bound, evidence) == POBF_OK) {
        check_bytes(judge_item(judge, ITEM_EVIDENCE_REPORT_DATA), bound, evidence->report_data,
                    sizeof bound);
    }
}

/*
 * Judge against what the caller expects and against what the exchange says was expected: where
 * both are there, both must hold, so the one that does not is the one to show.
 */
static void judge_both(struct judge *judge, enum judge_index index, const uint8_t *expected,
                       const uint8_t *kept, const uint8_t *seen)
{
    if (expected == NULL ||
        (kept != NULL && sodium_memcmp(expected, seen, POBF_DIGEST_BYTES) == 0)) {
        expected = kept;
    }
    if (expected != NULL) {
        check_bytes(judge_item(judge, index), expected, seen, POBF_DIGEST_BYTES);
    }
}

/* Over plain HTTP there is no TLS key, and its place in the evidence is all zeros. */
static void name_no_key(char *text)
{
    if (text[0] != '\0' && text[strspn(text, "0")] == '\0') {
        strcpy(text, "none: plain HTTP");
    }
}

static void judge_freshness(struct judge *judge)
{
    const struct pobf_evidence *evidence = &judge->appraisal->evidence;
    const struct exchange *exchange = &judge->appraisal->exchange;
    const int kept = judge_passed(judge, ITEM_EXCHANGE_PARSE);

    judge_both(judge, ITEM_EVIDENCE_NONCE, judge->input->nonce, kept ? exchange->nonce : NULL,
               evidence->nonce);
    judge_both(judge, ITEM_EVIDENCE_CHANNEL_KEY, judge->input->channel_key,
               kept ? exchange->channel_key : NULL, evidence->channel_key);
    name_no_key(judge_item(judge, ITEM_EVIDENCE_CHANNEL_KEY)->expected);
    name_no_key(judge_item(judge, ITEM_EVIDENCE_CHANNEL_KEY)->seen);
}

static void judge_reference(struct judge *judge)
{
    const struct pobf_evidence *evidence = &judge->appraisal->evidence;
    const struct reference *reference = judge->reference;

    if (reference == NULL) {
        return;
    }
    check_bytes(judge_item(judge, ITEM_EVIDENCE_MEASUREMENT), reference->measurement,
                evidence->measurement, POBF_DIGEST_BYTES);
    check_bytes(judge_item(judge, ITEM_EVIDENCE_POLICY), reference->policy, evidence->policy,
                POBF_DIGEST_BYTES);
    check_bytes(judge_item(judge, ITEM_EVIDENCE_MONITOR), reference->monitor, evidence->monitor,
                POBF_DIGEST_BYTES);
}

void evidence_judge(struct judge *judge)
{
    if (!judge_passed(judge, ITEM_EVIDENCE_PARSE)) {
        return;
    }
    judge_platform(judge);
    judge_freshness(judge);
    judge_binding(judge);
    judge_reference(judge);
}
