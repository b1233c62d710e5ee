#ifndef POBF_VERIFIER_APPRAISAL_REFERENCE_H
#define POBF_VERIFIER_APPRAISAL_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/wire/evidence.h"
#include "verifier/certificate/certificate.h"

/*
 * Reference values: what the evidence must say. They come from `pobf-host measure --json`, which
 * the data provider runs on an image that it trusts, or from a proof certificate. Without any,
 * the checks that need them are not evaluated, and the verdict is "cannot tell".
 */
struct reference {
    uint8_t measurement[POBF_DIGEST_BYTES];
    uint8_t policy[POBF_DIGEST_BYTES];
    uint8_t monitor[POBF_DIGEST_BYTES];
    uint64_t input_max; /* bytes that the function takes; 0: not said. It judges nothing. */
};

/*
 * Parse {"measurement": HEX64, "policy": HEX64, "monitor": HEX64, "limits": {"input_max": N}, ..};
 * limits may be missing, and members of other names are facts for people. POBF_E_INPUT, an
 * all-zero *reference, and *defect in words, where a value is missing or malformed or a name
 * occurs twice.
 */
POBF_MUST_CHECK enum pobf_status reference_parse(struct reference *reference, const uint8_t *bytes,
                                                 size_t size, const char **defect);

/*
 * The subjects of a certificate as reference values on this backend. It judges neither.
 * POBF_E_REFUSED, and an all-zero *reference, on a backend whose monitor is no subject.
 */
POBF_MUST_CHECK enum pobf_status reference_take(struct reference *reference,
                                                const struct certificate *certificate,
                                                enum pobf_backend backend);

#endif
