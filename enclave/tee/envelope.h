#ifndef POBF_ENCLAVE_TEE_ENVELOPE_H
#define POBF_ENCLAVE_TEE_ENVELOPE_H

#include "enclave/tee/tpm.h"

/*
 * Evidence of a monitor together with what the platform says of it: JSON, which `pobf` reads whole and
 * `pobf appraise --tee tpm` reads the quote of.
 *
 *   {"profile": "tag:pobf,2026:evidence+tpm", "evidence": BASE64,
 *    "ak_certificate": BASE64,                                               DER; where there is one
 *    "tpm_quote": {"message": BASE64, "signature": BASE64, "pcrs": {"sha256": [HEX or null, .. 24]}}}
 *
 * The quote is over SHA-256 of the evidence, so over its report data: nonce, receipt key, channel key and
 * certificate; and over all else in it: measurement, limits, monitor, backend and boot.
 */

struct envelope_source {
    struct tpm *tpm;                           /* NULL: there is none, and no envelope */
    uint8_t certificate[TPM_CERTIFICATE_ROOM]; /* of the AK, DER */
    size_t certificate_size;                   /* 0: none */
};

/* A text to free; NULL where the TPM does not quote, or there is no memory. */
char *envelope_of_tpm(const struct envelope_source *source, const uint8_t *evidence, size_t size);

#endif
