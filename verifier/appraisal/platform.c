#include <stdio.h>
#include <string.h>

#include "framework/crypto/digest.h"
#include "verifier/appraisal/judge.h"
#include "verifier/hardware/common.h"
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

/* A TPM measured the monitor and the image that the evidence names. */
static void judge_register(struct check *check, const struct pobf_evidence *evidence,
                           const struct hardware_appraisal *hardware)
{
    const char *seen = measured_seen(hardware->found.claims);
    char expected[MEASURED_TEXT];

    check->field = "quote.pcrs." MEASURED_REGISTER;
    if (measured_expect(expected, evidence->monitor, evidence->measurement) == POBF_OK) {
        check_judge(check, seen != NULL && strcmp(seen, expected) == 0, expected,
                    seen != NULL ? seen : "no register 23 of SHA-256 in the quote");
    }
}

/*
 * How a confidential machine was launched says of what system it is, and that one says which monitor it
 * started: so what it may be has to be named. Where it was not, nothing was compared.
 */
static void judge_launch(struct check *check, const struct hardware_appraisal *hardware)
{
    const struct check *named[] = {&hardware->checks.item[COMMON_MEASUREMENT],
                                   &hardware->checks.item[COMMON_REFERENCE_MATCH]};

    check->field = "measurement";
    check->advice = "say what the machine may have been launched as: --platform-reference, or "
                    "measurements in a --platform-policy";
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        if (named[i]->result != CHECK_NOT_EVALUATED && check->result != CHECK_FAIL) {
            check_judge(check, named[i]->result == CHECK_PASS, named[i]->expected, named[i]->seen);
        }
    }
}

static void judge_measurement(struct judge *judge, const struct hardware_appraisal *hardware)
{
    struct check *check = checks_add(&judge->appraisal->checks, "platform.measurement", 1,
                                     "do not send data there: the platform measured something "
                                     "else, or was reset since");

    if (judge->envelope.platform == APPRAISAL_PLATFORM_TPM) {
        judge_register(check, &judge->appraisal->evidence, hardware);
    } else {
        judge_launch(check, hardware);
    }
}

/* Where nothing was given to judge the platform by, nothing is said: that is no yes. */
static void judge_acceptance(struct judge *judge, const struct hardware_appraisal *hardware)
{
    struct check *check = judge_item(judge, ITEM_EVIDENCE_PLATFORM);
    const int by_tpm = judge->envelope.platform == APPRAISAL_PLATFORM_TPM;
    char seen[64];

    snprintf(seen, sizeof seen, "%s: its %s is %s",
             appraisal_platform_name(judge->envelope.platform), by_tpm ? "quote" : "report",
             hardware->accepted ? "genuine" : "refused");
    if (hardware->accepted || hardware->verdict != HARDWARE_NONE) {
        check_judge(check, hardware->accepted, "a platform with hardware evidence", seen);
    } else {
        check->advice = by_tpm ? "give the AK of the host's TPM that you trust: --endorsements"
                               : "see the checks of the machine's report that were not evaluated: "
                                 "--endorsements, --collateral";
    }
}

/* What came along counts where it leads to a vendor's root, and stands behind what was named. */
static int add_sent(struct hardware_input *input, struct hardware_item items[HARDWARE_ITEMS_MAX],
                    const struct envelope *envelope)
{
    if (input->endorsement_count + envelope->certificate_count > HARDWARE_ITEMS_MAX) {
        return 0;
    }
    for (size_t i = 0; i < input->endorsement_count; i++) {
        items[i] = input->endorsements[i];
    }
    for (size_t i = 0; i < envelope->certificate_count; i++) {
        items[input->endorsement_count++] = envelope->certificate[i];
    }
    input->endorsements = items;
    return 1;
}

/* Held against this evidence, and against nothing else that somebody may have set. */
static void ask_for(struct hardware_input *input, const struct judge *judge,
                    const uint8_t digest[POBF_DIGEST_BYTES])
{
    const struct hardware_item whole = {judge->input->evidence.bytes, judge->input->evidence.size};

    input->evidence = judge->envelope.report.bytes != NULL ? judge->envelope.report : whole;
    input->nonce = NULL;
    input->any_report_data = 0;
    input->report_data = digest;
    input->report_data_size = POBF_DIGEST_BYTES;
}

void platform_judge(struct judge *judge)
{
    const struct hardware_input *trust = judge->policy->platform;
    struct hardware_policy affirming;
    struct hardware_appraisal hardware;
    struct hardware_input input = {.at = 0};
    struct hardware_item items[HARDWARE_ITEMS_MAX];
    uint8_t digest[POBF_DIGEST_BYTES];
    const struct pobf_part evidence = {judge->evidence.bytes, judge->evidence.size};

    policy_affirming(&affirming);
    if (trust != NULL) {
        input = *trust;
    }
    input.policy = input.policy != NULL ? input.policy : &affirming;
    if (pobf_digest_sha256(digest, &evidence, 1) != POBF_OK ||
        !add_sent(&input, items, &judge->envelope)) {
        return; /* not evaluated, so no yes */
    }
    ask_for(&input, judge, digest);
    hardware_appraise(&hardware, &input, appraisal_platform_name(judge->envelope.platform));
    judge_acceptance(judge, &hardware);
    take_checks(judge, &hardware);
    judge_measurement(judge, &hardware);
    hardware_clear(&hardware);
}
