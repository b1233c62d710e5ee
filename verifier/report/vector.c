#include "verifier/report/vector.h"

static const char *const names[VECTOR_CLAIMS] = {
    [VECTOR_INSTANCE] = "instance-identity", [VECTOR_CONFIGURATION] = "configuration",
    [VECTOR_EXECUTABLES] = "executables",    [VECTOR_FILES] = "file-system",
    [VECTOR_HARDWARE] = "hardware",          [VECTOR_RUNTIME] = "runtime-opaque",
    [VECTOR_STORAGE] = "storage-opaque",     [VECTOR_SOURCED] = "sourced-data",
};

const char *vector_claim_name(enum vector_claim claim)
{
    return names[claim];
}

void vector_say(struct vector *vector, enum vector_claim claim, enum vector_tier tier)
{
    if (tier > vector->worst[claim]) {
        vector->worst[claim] = tier;
    }
}

void vector_note(struct vector *vector, enum vector_claim claim, const struct check *check,
                 enum vector_tier on_failure)
{
    if (check->result == CHECK_FAIL) {
        vector_say(vector, claim, on_failure);
    }
    vector->passed |= (unsigned)(check->result == CHECK_PASS) << claim;
    vector->missing |= (unsigned)(check->result == CHECK_NOT_EVALUATED && check->mandatory)
                       << claim;
}

static int has(unsigned bits, enum vector_claim claim)
{
    return (bits >> claim & 1) != 0;
}

static enum vector_tier tier_of(const struct vector *vector, enum vector_claim claim)
{
    if (vector->worst[claim] != VECTOR_NONE) {
        return vector->worst[claim];
    }
    return has(vector->passed, claim) && !has(vector->missing, claim) ? VECTOR_AFFIRMING
                                                                      : VECTOR_NONE;
}

void vector_cap(struct vector *vector, enum vector_claim claim, enum vector_tier tier)
{
    if (tier_of(vector, claim) == VECTOR_AFFIRMING) {
        vector_say(vector, claim, tier);
    }
}

static enum ear_status status_of(enum vector_tier tier)
{
    switch (tier) {
    case VECTOR_AFFIRMING:
        return EAR_AFFIRMING;
    case VECTOR_WARNING:
        return EAR_WARNING;
    case VECTOR_BAD:
    case VECTOR_UNKNOWN:
    case VECTOR_FORGED:
        return EAR_CONTRAINDICATED;
    case VECTOR_NONE:
    default:
        return EAR_NONE;
    }
}

json_t *vector_json(const struct vector *vector, enum ear_status *status)
{
    json_t *object = json_object();

    *status = EAR_AFFIRMING;
    for (size_t i = 0; i < VECTOR_CLAIMS; i++) {
        const enum vector_claim claim = (enum vector_claim)i;
        const enum vector_tier tier = tier_of(vector, claim);

        if (tier != VECTOR_NONE || has(vector->passed | vector->missing, claim)) {
            json_object_set_new(object, names[i], json_integer(tier));
            *status = ear_worse(*status, status_of(tier));
        }
    }
    *status = json_object_size(object) > 0 ? *status : EAR_NONE;
    return object;
}
