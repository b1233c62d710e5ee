#ifndef POBF_VERIFIER_TPM_MEASURED_H
#define POBF_VERIFIER_TPM_MEASURED_H

#include <jansson.h>

#include "framework/wire/evidence.h"

/*
 * The register of a TPM that a host of pobf makes anew and measures into: the monitor, then the image.
 * A value is what claims have: 64 hexadecimal digits.
 */
enum { MEASURED_TEXT = 2 * POBF_DIGEST_BYTES + 1 };
#define MEASURED_REGISTER "23"

/* What it holds of these two. POBF_E_SYSTEM, and an empty text, where there is no hash. */
POBF_MUST_CHECK enum pobf_status measured_expect(char text[MEASURED_TEXT],
                                                 const uint8_t monitor[POBF_DIGEST_BYTES],
                                                 const uint8_t image[POBF_DIGEST_BYTES]);

/* What it held, by the claims of a quote, in its bank of SHA-256; NULL where it was not quoted. */
const char *measured_seen(const json_t *claims);

#endif
