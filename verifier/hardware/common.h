#ifndef POBF_VERIFIER_HARDWARE_COMMON_H
#define POBF_VERIFIER_HARDWARE_COMMON_H

#include "verifier/hardware/hardware.h"

/*
 * What every platform's evidence is held against, in the order in which it is listed. Whether the
 * rules of a policy are mandatory is the policy's to say: a rule that it has is.
 *
 *   name               id                    field          mandatory  advice
 */
#define COMMON_CHECKS(X)                                                                           \
    X(FORMAT, "evidence.format", "evidence", 1,                                                    \
      "give the evidence as the platform printed it, whole; --tee says of which platform it is")   \
    X(ENDORSEMENTS, "endorsements.parse", "endorsements, collateral", 0,                           \
      "give certificates and revocation lists as PEM or DER, one DER a file, unchanged")           \
    X(REPORT_DATA, "evidence.report_data", "report_data", 1,                                       \
      "give what the platform was asked to sign: --nonce or --report-data; "                       \
      "evidence over anything else is somebody else's, or old")                                    \
    X(DEBUG, "evidence.debug", "debug", 1,                                                         \
      "do not send data there: whoever owns the host can look inside")                             \
    X(TCB_STATUS, "policy.tcb_status", "tcb_status", 1,                                            \
      "ask the operator to update the firmware, or accept this status in a --policy")              \
    X(ADVISORIES, "policy.advisories", "advisories", 0,                                            \
      "ask the operator to close them, or accept them in the --policy")                            \
    X(MEASUREMENT, "policy.measurement", "measurement", 0,                                         \
      "do not send data there: it runs something else than the --policy names")                    \
    X(MINIMUM_TCB, "policy.minimum_tcb", "tcb", 0,                                                 \
      "ask the operator to update the firmware to what the --policy asks for")                     \
    X(CLAIMS, "policy.claims", "claims", 0, "ask for a machine that is set up as --policy says")   \
    X(REFERENCE, "reference.parse", "--reference", 0, "give reference values as CoRIM, whole")     \
    X(REFERENCE_SIGNATURE, "reference.signature", "--reference-key", 0,                            \
      "name the key of whoever signs the reference values, and give what that one signed")         \
    X(REFERENCE_VALIDITY, "reference.validity", "--reference", 0,                                  \
      "ask for reference values that count now")                                                   \
    X(REFERENCE_MATCH, "reference.measurement", "measurement", 0,                                  \
      "do not send data there: it runs what no reference value is of")                             \
    X(CLOCK, "clock", "--at", 1,                                                                   \
      "look at the clock that --at is from; if it is right, ask for newer evidence or collateral")

enum common_place {
#define X(name, id, field, mandatory, advice) COMMON_##name,
    COMMON_CHECKS(X)
#undef X
        COMMON_COUNT
};

void common_list(struct hardware_appraisal *appraisal);
void common_judge(struct hardware_appraisal *appraisal);
/* What the reference values say, where there are any. */
void reference_list(struct hardware_appraisal *appraisal);
void reference_judge(struct hardware_appraisal *appraisal);
void clock_judge(struct hardware_appraisal *appraisal);
void common_verdict(struct hardware_appraisal *appraisal);

/* The first platform that knows these bytes; NULL where none does. */
const struct hardware_platform *platforms_detect(const uint8_t *bytes, size_t size);

#endif
