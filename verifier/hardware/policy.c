#include "verifier/hardware/policy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static uint32_t bit(enum tcb_status status)
{
    return (uint32_t)1 << status;
}

void policy_affirming(struct hardware_policy *policy)
{
    *policy = (struct hardware_policy){.name = POLICY_AFFIRMING};
    for (size_t i = TCB_NONE + 1; i < TCB_STATUS_COUNT; i++) {
        if (tcb_tier((enum tcb_status)i) == TCB_TIER_AFFIRMING) {
            policy->tcb_statuses |= bit((enum tcb_status)i);
        }
    }
}

void policy_clear(struct hardware_policy *policy)
{
    json_decref(policy->root);
    *policy = (struct hardware_policy){.root = NULL};
}

static const char *take_name(struct hardware_policy *policy, const json_t *value)
{
    const char *name = json_string_value(value);

    if (name == NULL || name[0] == '\0' || strlen(name) >= sizeof policy->name ||
        strcmp(name, POLICY_AFFIRMING) == 0) {
        return "its name is not a text of 1 to 63 bytes, or is a built-in policy's";
    }
    snprintf(policy->name, sizeof policy->name, "%s", name);
    return NULL;
}

static const char *take_statuses(struct hardware_policy *policy, const json_t *value)
{
    size_t i;
    json_t *word;

    policy->tcb_statuses = 0;
    if (!json_is_array(value)) {
        return "tcb_status is not an array";
    }
    json_array_foreach(value, i, word)
    {
        const enum tcb_status status =
            tcb_find(json_is_string(word) ? json_string_value(word) : "");

        if (status == TCB_NONE || tcb_tier(status) == TCB_TIER_CONTRAINDICATED) {
            return "tcb_status holds a word that is no status, or one that is never accepted";
        }
        policy->tcb_statuses |= bit(status);
    }
    return NULL;
}

static int is_text_array(const json_t *value)
{
    size_t i;
    json_t *text;

    json_array_foreach(value, i, text)
    {
        if (!json_is_string(text)) {
            return 0;
        }
    }
    return json_is_array(value);
}

static const char *take_advisories(struct hardware_policy *policy, const json_t *value)
{
    policy->advisories = value;
    return is_text_array(value) ? NULL : "advisories is not an array of texts";
}

static int is_hexadecimal(const char *text)
{
    const size_t size = strlen(text);

    for (size_t i = 0; i < size; i++) {
        if (!isxdigit((unsigned char)text[i]) || isupper((unsigned char)text[i])) {
            return 0;
        }
    }
    return size != 0 && size % 2 == 0;
}

static const char *take_measurements(struct hardware_policy *policy, const json_t *value)
{
    size_t i;
    json_t *text;

    policy->measurements = value;
    if (!is_text_array(value) || json_array_size(value) == 0) {
        return "measurements is not an array of texts, or empty";
    }
    json_array_foreach(value, i, text)
    {
        if (!is_hexadecimal(json_string_value(text))) {
            return "a measurement is not lower-case hexadecimal";
        }
    }
    return NULL;
}

static const char *take_minimum(struct hardware_policy *policy, const json_t *value)
{
    const char *name;
    json_t *number;

    policy->minimum_tcb = value;
    if (!json_is_object(value)) {
        return "minimum_tcb is not an object";
    }
    json_object_foreach((json_t *)(uintptr_t)value, name, number)
    {
        if (!json_is_integer(number) || json_integer_value(number) < 0) {
            return "minimum_tcb holds what is no number";
        }
    }
    return NULL;
}

static const char *take_claims(struct hardware_policy *policy, const json_t *value)
{
    policy->claims = value;
    return json_is_object(value) ? NULL : "claims is not an object";
}

static const struct {
    const char *name;
    const char *(*take)(struct hardware_policy *policy, const json_t *value);
} members[] = {
    {"name", take_name},
    {"tcb_status", take_statuses},
    {"advisories", take_advisories},
    {"measurements", take_measurements},
    {"minimum_tcb", take_minimum},
    {"claims", take_claims},
};

static const char *take_member(struct hardware_policy *policy, const char *name,
                               const json_t *value)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(members[i].name, name) == 0) {
            return members[i].take(policy, value);
        }
    }
    return "it has a member that is not understood";
}

enum pobf_status policy_parse(struct hardware_policy *policy, const uint8_t *bytes, size_t size,
                              const char **defect)
{
    const char *name;
    json_t *value;

    policy_affirming(policy);
    policy->root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    *defect = json_is_object(policy->root) ? NULL : "it is not one JSON object";
    if (*defect == NULL && json_object_get(policy->root, "name") == NULL) {
        *defect = "it has no name";
    }
    if (*defect == NULL) {
        json_object_foreach(policy->root, name, value)
        {
            *defect = take_member(policy, name, value);
            if (*defect != NULL) {
                break;
            }
        }
    }
    if (*defect != NULL) {
        policy_clear(policy);
    }
    return *defect == NULL ? POBF_OK : POBF_E_INPUT;
}
