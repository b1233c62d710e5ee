#include <string.h>

#include "framework/crypto/digest.h"
#include "verifier/appraisal/judge.h"
#include "verifier/hardware/hardware.h"
#include "verifier/tpm/measured.h"

/* In a list that has checks of the monitor's evidence, those of the platform's need other names. */
static const char *const names[][2] = {
    {"evidence.format", "platform.format"},
    {"evidence.report_data", "platform.report_data"},
    {"evidence.debug", "platform.debug"},
    {"endorsements.parse", "platform.endorsements"},
    {"clock", "platform.clock"},
};

static const char *name_of(const char *id)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(id, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return id;
}

/* All that was judged, and all that had to be. */
static void take_checks(struct judge *judge, const struct hardware_appraisal *hardware)
{
    struct checks *checks = &judge->appraisal->checks;

    for (size_t i = 0; i < hardware->checks.count; i++) {
        const struct check *from = &hardware->checks.item[i];
        struct check *check;

        if (from->result == CHECK_NOT_EVALUATED && !from->mandatory) {
            continue;
        }
        check = checks_add(checks, name_of(from->id), from->mandatory, from->advice);
        check->field = from->field;
        check->result = from->result;
        memcpy(check->expected, from->expected, sizeof check->expected);
        memcpy(check->seen, from->seen, sizeof check->seen);
    }
    checks->overflow |= hardware->checks.overflow;
}

static void judge_measurement(struct judge *judge, const struct hardware_appraisal *hardware)
{
    struct check *check = checks_add(&judge->appraisal->checks, "platform.measurement", 1,
                                     "do not send data there: the platform measured something "
                                     "else, or was reset since");
    const struct pobf_evidence *evidence = &judge->appraisal->evidence;
    const char *seen = measured_seen(hardware->found.claims);
    char expected[MEASURED_TEXT];

    check->field = "quote.pcrs." MEASURED_REGISTER;
    if (measured_expect(expected, evidence->monitor, evidence->measurement) == POBF_OK) {
        check_judge(check, seen != NULL && strcmp(seen, expected) == 0, expected,
                    seen != NULL ? seen : "no register 23 of SHA-256 in the quote");
    }
}

/* Where nothing was given to judge the platform by, nothing is said: that is no yes. */
static void judge_acceptance(struct judge *judge, const struct hardware_appraisal *hardware)
{
    struct check *check = judge_item(judge, ITEM_EVIDENCE_PLATFORM);

    if (hardware->accepted) {
        check_judge(check, 1, "a platform with hardware evidence", "tpm: its quote is genuine");
    } else if (hardware->verdict == HARDWARE_NONE) {
        check->advice = "give the AK of the host's TPM that you trust: --endorsements";
    } else {
        check_judge(check, 0, "a platform with hardware evidence", "tpm: its quote is refused");
    }
}

void platform_judge(struct judge *judge)
{
    const struct hardware_input *trust = judge->policy->platform;
    struct hardware_policy affirming;
    struct hardware_appraisal hardware;
    struct hardware_input input = {.at = 0};
    uint8_t digest[POBF_DIGEST_BYTES];
    const struct pobf_part evidence = {judge->evidence.bytes, judge->evidence.size};

    if (pobf_digest_sha256(digest, &evidence, 1) != POBF_OK) {
        return;
    }
    policy_affirming(&affirming);
    if (trust != NULL) {
        input = *trust;
    }
    input.policy = input.policy != NULL ? input.policy : &affirming;
    input.evidence =
        (struct hardware_item){judge->input->evidence.bytes, judge->input->evidence.size};
    /* Held against this evidence, and against nothing else that somebody may have set. */
    input.nonce = NULL;
    input.any_report_data = 0;
    input.report_data = digest;
    input.report_data_size = sizeof digest;
    hardware_appraise(&hardware, &input, "tpm");
    judge_acceptance(judge, &hardware);
    take_checks(judge, &hardware);
    judge_measurement(judge, &hardware);
    hardware_clear(&hardware);
}
