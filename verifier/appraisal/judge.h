#ifndef POBF_VERIFIER_APPRAISAL_JUDGE_H
#define POBF_VERIFIER_APPRAISAL_JUDGE_H

#include "verifier/appraisal/envelope.h"

/*
 * Every check of an appraisal, in the order in which it is listed. A check is mandatory where the
 * scope is the one named here or a wider one; NEVER: it counts only where it was evaluated.
 *
 *   name                 id                      mandatory from  advice
 */
#define APPRAISAL_CHECKS(X)                                                                        \
    X(EVIDENCE_PARSE, "evidence.parse", EVIDENCE,                                                  \
      "give the evidence as the host sent it, whole and unchanged")                                \
    X(EVIDENCE_SIGNATURE, "evidence.signature", EVIDENCE,                                          \
      "do not trust this host: its platform did not sign this")                                    \
    X(EVIDENCE_PLATFORM, "evidence.platform", EVIDENCE,                                            \
      "use a host with hardware evidence; --insecure-accept-sim trusts this host with the data")   \
    X(EVIDENCE_NONCE, "evidence.nonce", EVIDENCE,                                                  \
      "give the nonce that was asked with: --nonce, or the exchange file of the call; over TLS "   \
      "it is bound to the connection: somebody may stand between you and this host")               \
    X(EVIDENCE_REPORT_DATA, "evidence.report_data", EVIDENCE,                                      \
      "do not trust this host: its keys are not the ones that its platform vouches for")           \
    X(EVIDENCE_MEASUREMENT, "evidence.measurement", EVIDENCE,                                      \
      "give the --reference of the function that you trust, and trust no other "                   \
      "(pobf-host measure IMAGE --json)")                                                          \
    X(EVIDENCE_POLICY, "evidence.policy", EVIDENCE,                                                \
      "give the --reference of the limits that you trust, and trust no other "                     \
      "(pobf-host measure IMAGE --json)")                                                          \
    X(EVIDENCE_MONITOR, "evidence.monitor", EVIDENCE,                                              \
      "give the --reference of the monitor that you trust, and trust no other "                    \
      "(pobf-host measure IMAGE --json)")                                                          \
    X(EVIDENCE_CHANNEL_KEY, "evidence.channel_key", CHANNEL,                                       \
      "speak to the host itself: whoever answers holds another TLS key than the enclave names")    \
    X(EVIDENCE_CERTIFICATE, "evidence.certificate", NEVER,                                         \
      "give the certificate that the host serves (pobf-host serve --certificate)")                 \
    X(OFFER_PARSE, "offer.parse", OFFER, "ask the host for a one-time key again")                  \
    X(OFFER_SIGNATURE, "offer.signature", OFFER,                                                   \
      "do not seal to this key: the enclave of the evidence did not sign it")                      \
    X(OFFER_BOOT_ID, "offer.boot_id", OFFER,                                                       \
      "the enclave was started again in between: ask for evidence and key again")                  \
    X(EXCHANGE_PARSE, "exchange.parse", INVOCATION,                                                \
      "give the .exchange file that pobf call wrote beside the result")                            \
    X(RECEIPT_PARSE, "receipt.parse", INVOCATION,                                                  \
      "give the receipt as the host sent it, whole and unchanged")                                 \
    X(RECEIPT_SIGNATURE, "receipt.signature", INVOCATION,                                          \
      "the enclave of this evidence did not sign this receipt: give the evidence of its boot")     \
    X(RECEIPT_BOOT_ID, "receipt.boot_id", INVOCATION, "give the evidence of the receipt's boot")   \
    X(RECEIPT_MEASUREMENT, "receipt.measurement", INVOCATION,                                      \
      "do not rely on it: the receipt is of another function than the evidence")                   \
    X(RECEIPT_POLICY, "receipt.policy", INVOCATION,                                                \
      "do not rely on it: the receipt is of other limits than the evidence")                       \
    X(RECEIPT_TASK_ID, "receipt.task_id", INVOCATION,                                              \
      "give the receipt of this call: this one is of another task")                                \
    X(RECEIPT_INPUT, "receipt.input_commitment", INVOCATION,                                       \
      "do not rely on it: the enclave was given another input than the one sent")                  \
    X(RECEIPT_OUTPUT, "receipt.output_commitment", INVOCATION,                                     \
      "do not rely on the result: it is not the one that the enclave sealed")                      \
    X(RECEIPT_EXIT, "receipt.exit", INVOCATION,                                                    \
      "do not rely on it: the end that is told does not go with the answer")                       \
    X(RECEIPT_MISMATCHES, "receipt.mismatches", INVOCATION,                                        \
      "NOT FORGOTTEN: the zone did not equal the golden image")                                    \
    X(RECEIPT_REGISTERS, "receipt.registers_cleared", INVOCATION,                                  \
      "NOT FORGOTTEN: registers may hold what the function left in them")                          \
    X(RECEIPT_KEY, "receipt.key_destroyed", INVOCATION,                                            \
      "NOT FORGOTTEN: a key that opens the exchange may still exist")                              \
    X(RECEIPT_RESTORED, "receipt.restored_bytes", INVOCATION,                                      \
      "NOT FORGOTTEN: less was restored than the function can write")                              \
    X(RECEIPT_SEQUENCE, "receipt.sequence", INVOCATION,                                            \
      "do not rely on it: the receipt does not stand in a chain")                                  \
    X(RECEIPT_PREVIOUS, "receipt.previous", NEVER,                                                 \
      "ask the operator for the receipts in between: one is missing or was replaced")              \
    X(CERTIFICATE_MEASUREMENT, "certificate.measurement", NEVER,                                   \
      "give the certificate of this function: this one is of another image")                       \
    X(CERTIFICATE_POLICY, "certificate.policy", NEVER,                                             \
      "give the certificate of this function: this one is of other limits")                        \
    X(CERTIFICATE_MONITOR, "certificate.monitor", NEVER,                                           \
      "give the certificate of this monitor: this one is of another program")

enum { APPRAISAL_NEVER = APPRAISAL_INVOCATION + 1 };

/* A check's place in the list. */
enum judge_index {
#define X(name, id, from, advice) ITEM_##name,
    APPRAISAL_CHECKS(X)
#undef X
        ITEM_COUNT
};

_Static_assert((int)ITEM_COUNT < (int)CHECKS_MAX, "every check finds room");

/* What the judges of one appraisal share. */
struct judge {
    struct appraisal *appraisal;
    const struct appraisal_input *input;
    const struct appraisal_policy *policy;
    const struct reference *reference; /* NULL where there is none */
    struct reference from_certificate;
    struct appraisal_file evidence; /* what the monitor signed: taken out of an envelope, if any */
    struct envelope envelope;       /* owned; no bytes: there was none */
};

/* The check at this place. */
struct check *judge_item(struct judge *judge, enum judge_index index);
/* 1 where that check passed: what rests on it may be judged. */
int judge_passed(const struct judge *judge, enum judge_index index);
/* Judge whether bytes parsed; both texts follow from that. */
void judge_parsed(struct judge *judge, enum judge_index index, enum pobf_status status);
/* Judge a signature by the status of its verification. */
void judge_signature(struct judge *judge, enum judge_index index, enum pobf_status status,
                     const char *signer);

/* The judges. Each leaves alone what it has nothing to judge by. */
void evidence_judge(struct judge *judge);
void platform_judge(struct judge *judge);
void offer_judge(struct judge *judge);
void receipt_judge(struct judge *judge);
void subject_judge(struct judge *judge);

#endif
