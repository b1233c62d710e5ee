#ifndef POBF_ENCLAVE_TEE_ENVELOPE_H
#define POBF_ENCLAVE_TEE_ENVELOPE_H

#include "enclave/tee/tpm.h"
#include "enclave/tee/tsm.h"

/*
 * Evidence of a monitor together with what the platform says of it: JSON, which `pobf` reads whole.
 *
 *   {"profile": "tag:pobf,2026:evidence+tpm", "evidence": BASE64,
 *    "ak_certificate": BASE64,                                               DER; where there is one
 *    "tpm_quote": {"message": BASE64, "signature": BASE64, "pcrs": {"sha256": [HEX or null, .. 24]}}}
 *   {"profile": "tag:pobf,2026:evidence+snp", "evidence": BASE64,            or +tdx, +cca
 *    "report": BASE64,                                                       as configfs-tsm gives it
 *    "certificates": [BASE64, ..]}                                           DER; where there are some
 *
 * Quote and report are over SHA-256 of the evidence (a report's 64 bytes end with zeros), so over its report
 * data: nonce, receipt key, channel key and certificate; and over all else in it: measurement, limits, monitor,
 * backend and boot.
 */

enum { ENVELOPE_PATIENCE_S = 10 };

struct envelope_source {
    /* A text to free; NULL where the platform does not vouch, or there is no memory. It may take long. */
    char *(*vouch)(struct envelope_source *source, const uint8_t *evidence, size_t size);
    int patience_s;                            /* what takes longer is too late */
    struct tpm *tpm;                           /* owned */
    uint8_t certificate[TPM_CERTIFICATE_ROOM]; /* of the AK, DER */
    size_t certificate_size;                   /* 0: none */
    struct tsm_options tsm;
};

/* `vouch` of a source that has a TPM. */
char *envelope_of_tpm(struct envelope_source *source, const uint8_t *evidence, size_t size);

/* `vouch` of a source of a confidential machine's guest. */
char *envelope_of_tsm(struct envelope_source *source, const uint8_t *evidence, size_t size);

/*
 * The guest's machine as a source, found out now and not by the first client: it is asked once.
 *   POBF_E_MISSING  this system is no guest of a confidential machine
 *   POBF_E_REFUSED  the kernel names a kind of machine whose evidence nobody here can appraise
 */
POBF_MUST_CHECK enum pobf_status envelope_open_tsm(struct envelope_source *source,
                                                   const char *reports);

/* Close what it holds; it is empty then, as one is that nothing vouches for. */
void envelope_close(struct envelope_source *source);

#endif
