#include "verifier/report/ear.h"

#include <string.h>

#include "verifier/report/vector.h"

/* Which claim a check bears on; the longest prefix of its id that is in the list decides. */
static const struct bearing {
    const char *prefix;
    enum ear_submod submod;
    enum vector_claim claim;
    enum vector_tier on_failure;
} bearings[] = {
    {"evidence.", EAR_PLATFORM, VECTOR_INSTANCE, VECTOR_BAD},
    {"evidence.signature", EAR_PLATFORM, VECTOR_HARDWARE, VECTOR_FORGED},
    {"evidence.platform", EAR_PLATFORM, VECTOR_HARDWARE, VECTOR_BAD},
    {"platform.", EAR_PLATFORM, VECTOR_INSTANCE, VECTOR_BAD},
    {"platform.measurement", EAR_ENCLAVE, VECTOR_EXECUTABLES, VECTOR_BAD},
    {"policy.", EAR_PLATFORM, VECTOR_CONFIGURATION, VECTOR_BAD},
    {"reference.", EAR_ENCLAVE, VECTOR_EXECUTABLES, VECTOR_BAD},
    {"tpm.", EAR_PLATFORM, VECTOR_HARDWARE, VECTOR_BAD},
    {"snp.", EAR_PLATFORM, VECTOR_HARDWARE, VECTOR_BAD},
    {"snp.signature", EAR_PLATFORM, VECTOR_HARDWARE, VECTOR_FORGED},
    {"dcap.", EAR_PLATFORM, VECTOR_HARDWARE, VECTOR_BAD},
    {"dcap.signature", EAR_PLATFORM, VECTOR_HARDWARE, VECTOR_FORGED},
    {"cca.", EAR_PLATFORM, VECTOR_HARDWARE, VECTOR_BAD},
    {"tpm.signature", EAR_PLATFORM, VECTOR_HARDWARE, VECTOR_FORGED},
    {"evidence.measurement", EAR_ENCLAVE, VECTOR_EXECUTABLES, VECTOR_BAD},
    {"evidence.monitor", EAR_ENCLAVE, VECTOR_EXECUTABLES, VECTOR_BAD},
    {"evidence.policy", EAR_ENCLAVE, VECTOR_CONFIGURATION, VECTOR_BAD},
    {"evidence.certificate", EAR_ENCLAVE, VECTOR_EXECUTABLES, VECTOR_BAD},
    {"certificate.", EAR_ENCLAVE, VECTOR_EXECUTABLES, VECTOR_BAD},
    {"certificate.signature", EAR_ENCLAVE, VECTOR_EXECUTABLES, VECTOR_FORGED},
    {"offer.", EAR_ENCLAVE, VECTOR_INSTANCE, VECTOR_BAD},
    {"offer.signature", EAR_ENCLAVE, VECTOR_INSTANCE, VECTOR_FORGED},
    {"exchange.", EAR_FORGETTING, VECTOR_SOURCED, VECTOR_BAD},
    {"receipt.", EAR_FORGETTING, VECTOR_INSTANCE, VECTOR_BAD},
    {"receipt.signature", EAR_FORGETTING, VECTOR_INSTANCE, VECTOR_FORGED},
    {"receipt.input_commitment", EAR_FORGETTING, VECTOR_SOURCED, VECTOR_BAD},
    {"receipt.output_commitment", EAR_FORGETTING, VECTOR_SOURCED, VECTOR_BAD},
    {"receipt.exit", EAR_FORGETTING, VECTOR_SOURCED, VECTOR_BAD},
    {"receipt.mismatches", EAR_FORGETTING, VECTOR_STORAGE, VECTOR_BAD},
    {"receipt.restored_bytes", EAR_FORGETTING, VECTOR_STORAGE, VECTOR_BAD},
    {"receipt.key_destroyed", EAR_FORGETTING, VECTOR_STORAGE, VECTOR_BAD},
    {"receipt.registers_cleared", EAR_FORGETTING, VECTOR_RUNTIME, VECTOR_BAD},
    {"log.", EAR_FORGETTING, VECTOR_SOURCED, VECTOR_BAD},
    {"inclusion.", EAR_FORGETTING, VECTOR_SOURCED, VECTOR_BAD},
};

static const char *const submod_names[EAR_SUBMOD_COUNT] = {
    [EAR_PLATFORM] = "platform",
    [EAR_ENCLAVE] = "enclave",
    [EAR_FORGETTING] = "forgetting",
};

static const char *const status_names[] = {
    [EAR_CONTRAINDICATED] = "contraindicated",
    [EAR_NONE] = "none",
    [EAR_WARNING] = "warning",
    [EAR_AFFIRMING] = "affirming",
};

const char *ear_submod_name(enum ear_submod submod)
{
    return submod_names[submod];
}

const char *ear_status_name(enum ear_status status)
{
    return status_names[status];
}

enum ear_status ear_status_parse(const char *text)
{
    for (size_t i = 0; text != NULL && i <= EAR_AFFIRMING; i++) {
        if (strcmp(text, status_names[i]) == 0) {
            return (enum ear_status)i;
        }
    }
    return EAR_NONE;
}

enum ear_status ear_worse(enum ear_status a, enum ear_status b)
{
    return a < b ? a : b;
}

static const struct bearing *find_bearing(const char *id)
{
    const struct bearing *found = NULL;
    size_t longest = 0;

    for (size_t i = 0; i < sizeof bearings / sizeof bearings[0]; i++) {
        const size_t length = strlen(bearings[i].prefix);

        if (length > longest && strncmp(id, bearings[i].prefix, length) == 0) {
            found = &bearings[i];
            longest = length;
        }
    }
    return found;
}

static void find_all(struct vector *vector, const struct checks *checks, enum ear_submod submod)
{
    for (size_t i = 0; i < checks->count; i++) {
        const struct bearing *bearing = find_bearing(checks->item[i].id);

        if (bearing != NULL && bearing->submod == submod) {
            vector_note(vector, bearing->claim, &checks->item[i], bearing->on_failure);
        }
    }
}

/*
 * A simulator is no hardware, however well all of it is signed. Neither it nor a TPM hides anything at
 * run time.
 */
static void cap(struct vector *vector, enum appraisal_platform platform)
{
    if (platform == APPRAISAL_PLATFORM_SIM) {
        vector_cap(vector, VECTOR_HARDWARE, VECTOR_WARNING);
    }
    if (platform != APPRAISAL_PLATFORM_NONE) {
        vector_say(vector, VECTOR_RUNTIME, VECTOR_WARNING);
    }
}

json_t *ear_vector(const struct appraisal *appraisal, enum ear_submod submod,
                   enum ear_status *status)
{
    struct vector vector = {.passed = 0};

    find_all(&vector, &appraisal->checks, submod);
    if (submod == EAR_PLATFORM) {
        cap(&vector, appraisal->platform);
    }
    return vector_json(&vector, status);
}

enum ear_status ear_overall(const enum ear_status status[EAR_SUBMOD_COUNT], int is_invocation)
{
    enum ear_status overall = ear_worse(status[EAR_PLATFORM], status[EAR_ENCLAVE]);

    if (is_invocation || status[EAR_FORGETTING] != EAR_NONE) {
        overall = ear_worse(overall, status[EAR_FORGETTING]);
    }
    return overall;
}
