#ifndef POBF_VERIFIER_TPM_EVIDENCE_H
#define POBF_VERIFIER_TPM_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/wire/tpm.h"

/*
 * What comes from a TPM comes in parts; they are put together as JSON, as Trustee's attesters do:
 *
 *   {"tpm_quote": {"message": BYTES, "signature": BYTES, "pcrs": REGISTERS},   or "quote"
 *    "ak_certificate": BYTES,                        DER; counts under an authority that is named
 *    "event_log": BYTES,                             of the firmware, as in event_log.h; absent: none
 *    "hcl_report": BYTES, or "report"; "td_quote": BYTES; "vcek": BYTES or PEM}     Azure
 *
 * BYTES are an array of numbers, hexadecimal, or base64 of either alphabet, in this order. REGISTERS
 * are an array of 24 BYTES, of the one bank in the quote; or an object of such arrays, one a bank, by
 * "sha256", "sha384" and so on, in which a register that nobody needs may be null.
 */
struct tpm_bytes {
    uint8_t *bytes; /* owned; NULL: not there */
    size_t size;
};

struct tpm_registers {
    uint32_t hash; /* POBF_TPM_SHA256..; 0: of the quote's one bank */
    struct tpm_bytes value[POBF_TPM_PCRS];
};

struct tpm_evidence {
    struct tpm_bytes message;
    struct tpm_bytes signature;
    struct tpm_registers bank[POBF_TPM_BANKS_MAX];
    size_t bank_count;
    struct tpm_bytes ak_certificate;
    struct tpm_bytes event_log;
    struct tpm_bytes hcl;
    struct tpm_bytes td_quote;
    struct tpm_bytes vcek;
    const char *defect; /* why it is not evidence, a sentence; NULL: it is */
};

/* Returns 1 where it is such JSON: then a quote is there. Clear it either way. */
int tpm_evidence_parse(struct tpm_evidence *evidence, const uint8_t *bytes, size_t size);
void tpm_evidence_clear(struct tpm_evidence *evidence);

/* Of a hash algorithm: its size, 0 where it is not known; its name, "sha256". */
size_t tpm_hash_size(uint32_t hash);
const char *tpm_hash_name(uint32_t hash);

#endif
