#include "verifier/report/ear.h"

#include <string.h>

/* The claims of a trustworthiness vector that are used here. */
enum claim { INSTANCE, HARDWARE, EXECUTABLES, CONFIGURATION, STORAGE, RUNTIME, SOURCED, CLAIMS };

static const char *const claim_names[CLAIMS] = {
    [INSTANCE] = "instance-identity",  [HARDWARE] = "hardware",      [EXECUTABLES] = "executables",
    [CONFIGURATION] = "configuration", [STORAGE] = "storage-opaque", [RUNTIME] = "runtime-opaque",
    [SOURCED] = "sourced-data",
};

/* Tiers: 2 affirming, 32 warning, 96 contraindicated, 99 cryptography failed, 0 nothing to say. */
enum tier { TIER_NONE = 0, TIER_AFFIRMING = 2, TIER_WARNING = 32, TIER_BAD = 96, TIER_FORGED = 99 };

/* Which claim a check bears on; the longest prefix of its id that is in the list decides. */
static const struct bearing {
    const char *prefix;
    enum ear_submod submod;
    enum claim claim;
    enum tier on_failure;
} bearings[] = {
    {"evidence.", EAR_PLATFORM, INSTANCE, TIER_BAD},
    {"evidence.signature", EAR_PLATFORM, HARDWARE, TIER_FORGED},
    {"evidence.platform", EAR_PLATFORM, HARDWARE, TIER_BAD},
    {"evidence.measurement", EAR_ENCLAVE, EXECUTABLES, TIER_BAD},
    {"evidence.monitor", EAR_ENCLAVE, EXECUTABLES, TIER_BAD},
    {"evidence.policy", EAR_ENCLAVE, CONFIGURATION, TIER_BAD},
    {"evidence.certificate", EAR_ENCLAVE, EXECUTABLES, TIER_BAD},
    {"certificate.", EAR_ENCLAVE, EXECUTABLES, TIER_BAD},
    {"certificate.signature", EAR_ENCLAVE, EXECUTABLES, TIER_FORGED},
    {"offer.", EAR_ENCLAVE, INSTANCE, TIER_BAD},
    {"offer.signature", EAR_ENCLAVE, INSTANCE, TIER_FORGED},
    {"exchange.", EAR_FORGETTING, SOURCED, TIER_BAD},
    {"receipt.", EAR_FORGETTING, INSTANCE, TIER_BAD},
    {"receipt.signature", EAR_FORGETTING, INSTANCE, TIER_FORGED},
    {"receipt.input_commitment", EAR_FORGETTING, SOURCED, TIER_BAD},
    {"receipt.output_commitment", EAR_FORGETTING, SOURCED, TIER_BAD},
    {"receipt.exit", EAR_FORGETTING, SOURCED, TIER_BAD},
    {"receipt.mismatches", EAR_FORGETTING, STORAGE, TIER_BAD},
    {"receipt.restored_bytes", EAR_FORGETTING, STORAGE, TIER_BAD},
    {"receipt.key_destroyed", EAR_FORGETTING, STORAGE, TIER_BAD},
    {"receipt.registers_cleared", EAR_FORGETTING, RUNTIME, TIER_BAD},
    {"log.", EAR_FORGETTING, SOURCED, TIER_BAD},
    {"inclusion.", EAR_FORGETTING, SOURCED, TIER_BAD},
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

/* What is known of one claim so far: the worst failure, whether anything passed, or is missing. */
struct finding {
    enum tier failure;
    int passed;
    int missing;
};

static void find_all(struct finding found[CLAIMS], const struct checks *checks,
                     enum ear_submod submod)
{
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *check = &checks->item[i];
        const struct bearing *bearing = find_bearing(check->id);

        if (bearing == NULL || bearing->submod != submod) {
            continue;
        }
        if (check->result == CHECK_FAIL && bearing->on_failure > found[bearing->claim].failure) {
            found[bearing->claim].failure = bearing->on_failure;
        }
        found[bearing->claim].passed |= check->result == CHECK_PASS;
        found[bearing->claim].missing |= check->result == CHECK_NOT_EVALUATED && check->mandatory;
    }
}

static enum tier tier_of(const struct finding *found)
{
    if (found->failure != TIER_NONE) {
        return found->failure;
    }
    return found->passed && !found->missing ? TIER_AFFIRMING : TIER_NONE;
}

static enum ear_status status_of(enum tier tier)
{
    switch (tier) {
    case TIER_AFFIRMING:
        return EAR_AFFIRMING;
    case TIER_WARNING:
        return EAR_WARNING;
    case TIER_BAD:
    case TIER_FORGED:
        return EAR_CONTRAINDICATED;
    case TIER_NONE:
    default:
        return EAR_NONE;
    }
}

/* A simulator is no hardware, and hides nothing at run time, however well all of it is signed. */
static void cap_simulator(enum tier tiers[CLAIMS])
{
    if (tiers[HARDWARE] == TIER_AFFIRMING) {
        tiers[HARDWARE] = TIER_WARNING;
    }
    tiers[RUNTIME] = TIER_WARNING;
}

static enum ear_status worse(enum ear_status a, enum ear_status b)
{
    return a < b ? a : b;
}

json_t *ear_vector(const struct appraisal *appraisal, enum ear_submod submod,
                   enum ear_status *status)
{
    struct finding found[CLAIMS] = {{TIER_NONE, 0, 0}};
    enum tier tiers[CLAIMS];
    json_t *vector = json_object();
    int said = 0;

    find_all(found, &appraisal->checks, submod);
    for (size_t i = 0; i < CLAIMS; i++) {
        tiers[i] = tier_of(&found[i]);
    }
    if (submod == EAR_PLATFORM && appraisal->evidence.platform == POBF_PLATFORM_SIM) {
        cap_simulator(tiers);
    }
    *status = EAR_AFFIRMING;
    for (size_t i = 0; i < CLAIMS; i++) {
        const int bears = found[i].failure != TIER_NONE || found[i].passed || found[i].missing;

        if (bears || tiers[i] != TIER_NONE) {
            json_object_set_new(vector, claim_names[i], json_integer(tiers[i]));
            *status = worse(*status, status_of(tiers[i]));
            said = 1;
        }
    }
    *status = said ? *status : EAR_NONE;
    return vector;
}

enum ear_status ear_overall(const enum ear_status status[EAR_SUBMOD_COUNT], int is_invocation)
{
    enum ear_status overall = worse(status[EAR_PLATFORM], status[EAR_ENCLAVE]);

    if (is_invocation || status[EAR_FORGETTING] != EAR_NONE) {
        overall = worse(overall, status[EAR_FORGETTING]);
    }
    return overall;
}
