#ifndef POBF_VERIFIER_APPRAISAL_ENVELOPE_H
#define POBF_VERIFIER_APPRAISAL_ENVELOPE_H

#include "verifier/appraisal/appraisal.h"

/*
 * What the monitor signed, together with what a platform says of it: JSON with these and nothing else,
 *
 *   {"profile": "tag:pobf,2026:evidence+tpm", "evidence": BASE64, "tpm_quote": {..},
 *    "ak_certificate": BASE64}                        may be missing
 *   {"profile": "tag:pobf,2026:evidence+snp", "evidence": BASE64, "report": BASE64,   or +tdx, +cca
 *    "certificates": [BASE64, ..]}                    DER; may be missing
 *
 * The quote, which verifier/tpm reads, or the report, as configfs-tsm gives it, is over SHA-256 of the
 * evidence. Certificates count where they lead to a vendor's root.
 */
enum { ENVELOPE_CERTIFICATES_MAX = 8 };

struct envelope {
    enum appraisal_platform platform;
    struct hardware_item evidence; /* what the monitor signed; NULL bytes: this is no envelope */
    struct hardware_item report; /* what the platform signed; NULL bytes: read the envelope whole */
    struct hardware_item certificate[ENVELOPE_CERTIFICATES_MAX];
    size_t certificate_count;
    uint8_t *bytes; /* owned: all of them */
};

/* 1 where the bytes begin as an envelope does: to tell it from bare evidence, no judgement. */
int envelope_is(const uint8_t *bytes, size_t size);

/* POBF_E_INPUT where it is no envelope: then *envelope is all zeros. Clear it either way. */
POBF_MUST_CHECK enum pobf_status envelope_open(struct envelope *envelope, const uint8_t *bytes,
                                               size_t size);
void envelope_clear(struct envelope *envelope);

#endif
