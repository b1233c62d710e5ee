#ifndef POBF_VERIFIER_APPRAISAL_REFERENCE_H
#define POBF_VERIFIER_APPRAISAL_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/wire/evidence.h"

/*
 * Reference values: what the evidence must say. They come from `pobf-host measure --json`, which
 * the data provider runs on an image that it trusts, or from a proof certificate. Without any,
 * the checks that need them are not evaluated, and the verdict is "cannot tell".
 */
struct reference {
    uint8_t measurement[POBF_DIGEST_BYTES];
    uint8_t policy[POBF_DIGEST_BYTES];
    uint8_t monitor[POBF_DIGEST_BYTES];
};

/*
 * Parse {"measurement": HEX64, "policy": HEX64, "monitor": HEX64, ..}; members of other names are
 * facts for people and judge nothing. POBF_E_INPUT, an all-zero *reference, and *defect in words,
 * where a value is missing or malformed or a name occurs twice.
 */
POBF_MUST_CHECK enum pobf_status reference_parse(struct reference *reference, const uint8_t *bytes,
                                                 size_t size, const char **defect);

#endif
