#ifndef POBF_VERIFIER_APPRAISAL_ENVELOPE_H
#define POBF_VERIFIER_APPRAISAL_ENVELOPE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * What the monitor signed, together with what a platform says of it:
 *
 *   {"profile": "tag:pobf,2026:evidence+tpm", "evidence": BASE64, "tpm_quote": {..},
 *    "ak_certificate": BASE64}                        may be missing
 *
 * and nothing else. The quote, which verifier/tpm reads, is over SHA-256 of the evidence.
 */

/* 1 where the bytes begin as an envelope does: to tell it from bare evidence, no judgement. */
int envelope_is(const uint8_t *bytes, size_t size);

/* The evidence in it, to free(); POBF_E_INPUT where it is no envelope: then *evidence is NULL. */
POBF_MUST_CHECK enum pobf_status envelope_open(uint8_t **evidence, size_t *evidence_size,
                                               const uint8_t *bytes, size_t size);

#endif
