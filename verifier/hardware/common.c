#include "verifier/hardware/common.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

static const struct hardware_check table[COMMON_COUNT] = {
#define X(name, id, field, mandatory, advice) [COMMON_##name] = {id, field, mandatory, advice},
    COMMON_CHECKS(X)
#undef X
};

static struct check *item(struct hardware_appraisal *appraisal, enum common_place place)
{
    return hardware_check_at(appraisal, place);
}

void common_list(struct hardware_appraisal *appraisal)
{
    const struct hardware_policy *policy = appraisal->input->policy;

    hardware_list(appraisal, table, COMMON_COUNT);
    item(appraisal, COMMON_REPORT_DATA)->mandatory = !appraisal->input->any_report_data;
    item(appraisal, COMMON_ADVISORIES)->mandatory = policy->advisories != NULL;
    item(appraisal, COMMON_MEASUREMENT)->mandatory = policy->measurements != NULL;
    item(appraisal, COMMON_MINIMUM_TCB)->mandatory = policy->minimum_tcb != NULL;
    item(appraisal, COMMON_CLAIMS)->mandatory = policy->claims != NULL;
    reference_list(appraisal);
}

/* Both as long as the field: what is shorter stands for itself and zeros. */
static void compare_data(struct check *check, const struct hardware_data *field,
                         const uint8_t *expected, size_t size)
{
    uint8_t padded[HARDWARE_DATA_MAX] = {0};

    if (size == 0 || size > field->size) {
        check_judge(check, 0, "at most as many bytes as the field has", "more");
        return;
    }
    memcpy(padded, expected, size);
    check_bytes(check, padded, field->bytes, field->size);
}

static void judge_report_data(struct hardware_appraisal *appraisal)
{
    const struct hardware_input *input = appraisal->input;
    const struct hardware_found *found = &appraisal->found;
    struct check *check = item(appraisal, COMMON_REPORT_DATA);

    if (input->nonce != NULL && input->nonce_size >= HARDWARE_NONCE_MIN &&
        (found->nonce.size != 0 || found->report_data.size != 0)) {
        compare_data(check, found->nonce.size != 0 ? &found->nonce : &found->report_data,
                     input->nonce, input->nonce_size);
    } else if (input->report_data != NULL && found->report_data.size != 0) {
        compare_data(check, &found->report_data, input->report_data, input->report_data_size);
    }
}

static void judge_debug(struct hardware_appraisal *appraisal)
{
    if (appraisal->found.debug_is_known) {
        check_judge(item(appraisal, COMMON_DEBUG), !appraisal->found.debug, "not in debug mode",
                    appraisal->found.debug ? "debug mode" : "not in debug mode");
    }
}

static int accepts(const struct hardware_policy *policy, enum tcb_status status)
{
    return (policy->tcb_statuses >> status & 1) != 0;
}

static void judge_tcb_status(struct hardware_appraisal *appraisal)
{
    const struct hardware_policy *policy = appraisal->input->policy;
    const enum tcb_status status = appraisal->found.tcb_status;
    char expected[CHECK_TEXT_ROOM] = "";
    size_t at = 0;

    for (size_t i = TCB_NONE + 1; i < TCB_STATUS_COUNT && at < sizeof expected; i++) {
        if (accepts(policy, (enum tcb_status)i)) {
            at += (size_t)snprintf(expected + at, sizeof expected - at, "%s%s", at > 0 ? ", " : "",
                                   tcb_word((enum tcb_status)i));
        }
    }
    if (status != TCB_NONE) {
        check_judge(item(appraisal, COMMON_TCB_STATUS), accepts(policy, status), expected,
                    tcb_word(status));
    }
}

static int has_text(const json_t *list, const char *text)
{
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one)
    {
        if (strcmp(json_string_value(one), text) == 0) {
            return 1;
        }
    }
    return 0;
}

static void judge_advisories(struct hardware_appraisal *appraisal)
{
    const json_t *allowed = appraisal->input->policy->advisories;
    const struct hardware_found *found = &appraisal->found;
    const char *open = NULL;

    if (allowed == NULL || found->tcb_status == TCB_NONE) {
        return;
    }
    for (size_t i = 0; i < found->advisory_count && open == NULL; i++) {
        open = has_text(allowed, found->advisories[i]) ? NULL : found->advisories[i];
    }
    check_judge(item(appraisal, COMMON_ADVISORIES), open == NULL, "none but those of the policy",
                open == NULL ? "just that" : open);
}

static void judge_measurement(struct hardware_appraisal *appraisal)
{
    const json_t *allowed = appraisal->input->policy->measurements;
    const struct hardware_data *measurement = &appraisal->found.measurement;
    char seen[2 * HARDWARE_DATA_MAX + 1];

    if (allowed != NULL && measurement->size != 0) {
        sodium_bin2hex(seen, sizeof seen, measurement->bytes, measurement->size);
        check_judge(item(appraisal, COMMON_MEASUREMENT), has_text(allowed, seen),
                    json_array_size(allowed) == 1 ? json_string_value(json_array_get(allowed, 0))
                                                  : "one of the policy's",
                    seen);
    }
}

/* Every number of the policy is there, and at least as large. */
static void judge_minimum(struct hardware_appraisal *appraisal)
{
    const json_t *minimum = appraisal->input->policy->minimum_tcb;
    const json_t *tcb = json_object_get(appraisal->found.claims, "tcb");
    const char *low = NULL;
    const char *name;
    json_t *number;

    if (minimum == NULL || tcb == NULL) {
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)minimum, name, number)
    {
        const json_t *seen = json_object_get(tcb, name);

        if (!json_is_integer(seen) || json_integer_value(seen) < json_integer_value(number)) {
            low = name;
        }
    }
    check_judge(item(appraisal, COMMON_MINIMUM_TCB), low == NULL, "at least the policy's numbers",
                low == NULL ? "just that" : low);
}

static void judge_claims(struct hardware_appraisal *appraisal)
{
    const json_t *wanted = appraisal->input->policy->claims;
    const json_t *claims = appraisal->found.claims;
    const char *other = NULL;
    const char *name;
    json_t *value;

    if (wanted == NULL || !appraisal->found.debug_is_known) {
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)wanted, name, value)
    {
        if (json_equal(value, json_object_get(claims, name)) != 1) {
            other = name;
        }
    }
    check_judge(item(appraisal, COMMON_CLAIMS), other == NULL, "the policy's claims",
                other == NULL ? "just those" : other);
}

/* What of the evidence has a field of its own is a claim too. */
static void add_claims(struct hardware_found *found)
{
    if (found->measurement.size != 0) {
        hardware_claim_bytes(found->claims, "measurement", found->measurement.bytes,
                             found->measurement.size);
    }
    if (found->report_data.size != 0) {
        hardware_claim_bytes(found->claims, "report_data", found->report_data.bytes,
                             found->report_data.size);
    }
    if (found->nonce.size != 0) {
        hardware_claim_bytes(found->claims, "nonce", found->nonce.bytes, found->nonce.size);
    }
    if (found->debug_is_known) {
        json_object_set_new(found->claims, "debug", json_boolean(found->debug));
    }
}

void common_judge(struct hardware_appraisal *appraisal)
{
    judge_report_data(appraisal);
    judge_debug(appraisal);
    judge_tcb_status(appraisal);
    judge_advisories(appraisal);
    judge_measurement(appraisal);
    reference_judge(appraisal);
    add_claims(&appraisal->found);
    judge_minimum(appraisal);
    judge_claims(appraisal);
    clock_judge(appraisal);
}

/* 1 where what failed is only that genuine firmware is not as new as the policy wants it. */
static int only_warns(struct hardware_appraisal *appraisal)
{
    const struct checks *checks = &appraisal->checks;

    for (size_t i = 0; i < checks->count; i++) {
        const int tolerable = i == COMMON_TCB_STATUS || i == COMMON_ADVISORIES;

        if (checks->item[i].result == CHECK_FAIL
                ? !tolerable
                : checks->item[i].mandatory && checks->item[i].result != CHECK_PASS) {
            return 0;
        }
    }
    return tcb_tier(appraisal->found.tcb_status) == TCB_TIER_WARNING && !checks->overflow;
}

void common_verdict(struct hardware_appraisal *appraisal)
{
    const enum checks_verdict verdict = checks_verdict(&appraisal->checks);
    const enum tcb_tier tier = tcb_tier(appraisal->found.tcb_status);

    appraisal->accepted =
        verdict == VERDICT_AFFIRMED && (tier == TCB_TIER_AFFIRMING || tier == TCB_TIER_WARNING);
    if (appraisal->accepted) {
        appraisal->verdict = tier == TCB_TIER_WARNING ? HARDWARE_WARNING : HARDWARE_AFFIRMING;
    } else if (verdict == VERDICT_CANNOT_TELL) {
        appraisal->verdict = HARDWARE_NONE;
    } else {
        appraisal->verdict = only_warns(appraisal) ? HARDWARE_WARNING : HARDWARE_CONTRAINDICATED;
    }
}
