#ifndef POBF_VERIFIER_REPORT_VECTOR_H
#define POBF_VERIFIER_REPORT_VECTOR_H

#include <jansson.h>

#include "verifier/appraisal/verdict.h"
#include "verifier/report/ear.h"

/* A trustworthiness vector: what checks say of the claims of a submod.      draft-ietf-rats-ar4si */
enum vector_claim {
    VECTOR_INSTANCE,
    VECTOR_CONFIGURATION,
    VECTOR_EXECUTABLES,
    VECTOR_FILES,
    VECTOR_HARDWARE,
    VECTOR_RUNTIME,
    VECTOR_STORAGE,
    VECTOR_SOURCED,
    VECTOR_CLAIMS
};

/* The values that are used. What is said of firmware by its vendor: 32, 96, 97. */
enum vector_tier {
    VECTOR_NONE = 0, /* nothing to say */
    VECTOR_AFFIRMING = 2,
    VECTOR_WARNING = 32,
    VECTOR_BAD = 96,
    VECTOR_UNKNOWN = 97, /* not recognised */
    VECTOR_FORGED = 99,  /* cryptography failed */
};

/* All zeros: nothing is said of anything. */
struct vector {
    enum vector_tier worst[VECTOR_CLAIMS]; /* of what failed, or was said */
    unsigned passed;                       /* bit n: something passed of claim n */
    unsigned missing;                      /* bit n: something mandatory was not evaluated */
};

/* "instance-identity" and so on; their place in the list is their number in CBOR. */
const char *vector_claim_name(enum vector_claim claim);

/* Take a check into account; where it failed the claim is at best of that tier. */
void vector_note(struct vector *vector, enum vector_claim claim, const struct check *check,
                 enum vector_tier on_failure);
/* Say it of the claim, unless worse is known. */
void vector_say(struct vector *vector, enum vector_claim claim, enum vector_tier tier);
/* The same, where the claim would be affirmed. */
void vector_cap(struct vector *vector, enum vector_claim claim, enum vector_tier tier);

/* {"executables": 2, ..} of the claims of which something is known, and the status it amounts to. */
json_t *vector_json(const struct vector *vector, enum ear_status *status);

#endif
