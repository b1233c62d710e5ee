#ifndef POBF_TESTS_VERIFIER_TPM_LOG_H
#define POBF_TESTS_VERIFIER_TPM_LOG_H

#include "tests/verifier/tpm/made.h"

/* Event logs of our own, as firmware keeps them: numbers are little-endian here. */

static inline void log_put(struct tpm_bytes_out *out, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const uint8_t byte = (uint8_t)(number >> 8 * i);

        tpm_put(out, &byte, 1);
    }
}

/* The first event: a log with SHA-1 and SHA-256. */
static inline void log_begin(struct tpm_bytes_out *out)
{
    static const uint8_t none[20];

    out->size = 0;
    log_put(out, 0, 4);
    log_put(out, 3, 4);
    tpm_put(out, none, sizeof none);
    log_put(out, 24 + 4 + 8 + 1 + 2, 4);
    tpm_put(out, "Spec ID Event03", 16);
    log_put(out, 0, 4);
    log_put(out, 0x02000200, 4);
    log_put(out, 2, 4);
    log_put(out, 0x0004, 2);
    log_put(out, 20, 2);
    log_put(out, 0x000b, 2);
    log_put(out, 32, 2);
    log_put(out, 2, 1);
    log_put(out, 0xabcd, 2);
}

/* An event whose digests are 0x11.. and `fill`..; and the register that it goes into. */
static inline void log_event(struct tpm_bytes_out *out, uint32_t pcr, uint32_t type, uint8_t fill)
{
    uint8_t digest[32];

    log_put(out, pcr, 4);
    log_put(out, type, 4);
    log_put(out, 2, 4);
    log_put(out, 0x0004, 2);
    memset(digest, 0x11, sizeof digest);
    tpm_put(out, digest, 20);
    log_put(out, 0x000b, 2);
    memset(digest, fill, sizeof digest);
    tpm_put(out, digest, 32);
    log_put(out, 4, 4);
    tpm_put(out, "data", 4);
}

static inline void log_extend(uint8_t value[32], uint8_t fill)
{
    uint8_t both[64];

    memcpy(both, value, 32);
    memset(both + 32, fill, 32);
    EVP_Digest(both, sizeof both, value, NULL, EVP_sha256(), NULL);
}

/* Two events into register 0, one into 23, one into 4, which no quote here has; and the registers. */
static inline void log_make(struct tpm_bytes_out *out)
{
    log_begin(out);
    log_event(out, 0, 1, 0xa0);
    log_event(out, 4, 0x80000003, 0xa1);
    log_event(out, 0, 4, 0xa2);
    log_event(out, 23, 0x0d, 0xa3);
    memset(tpm_values[0], 0, 32);
    log_extend(tpm_values[0], 0xa0);
    log_extend(tpm_values[0], 0xa2);
    memset(tpm_values[23], 0, 32);
    log_extend(tpm_values[23], 0xa3);
}

#endif
