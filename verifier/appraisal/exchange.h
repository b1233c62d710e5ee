#ifndef POBF_VERIFIER_APPRAISAL_EXCHANGE_H
#define POBF_VERIFIER_APPRAISAL_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/crypto/commitment.h"
#include "framework/wire/evidence.h"

/*
 * What a data provider keeps of one call, to check it again without the host: one deterministic
 * CBOR array. No key and no clear text is in it; the salts open the receipt's commitments, so the
 * file is private to its owner.
 *
 *   tstr     "tag:pobf,2026:exchange"
 *   bstr 32  nonce         that the evidence was asked with
 *   bstr 32  channel key   SHA-256 of the TLS key (SPKI) that was spoken to, zeros on plain HTTP
 *   bstr     offer         as it came
 *   bstr     sealed input  cipher text and tag as they went: what the receipt commits to
 *   bstr     sealed answer as it came, empty where there is none
 *   bstr 32  input salt
 *   bstr 32  output salt
 */
struct exchange {
    uint8_t nonce[POBF_NONCE_BYTES];
    uint8_t channel_key[POBF_DIGEST_BYTES];
    const uint8_t *offer;
    size_t offer_size;
    const uint8_t *sealed_input;
    size_t sealed_input_size;
    const uint8_t *sealed_answer;
    size_t sealed_answer_size;
    uint8_t input_salt[POBF_SALT_BYTES];
    uint8_t output_salt[POBF_SALT_BYTES];
};

/* Bytes that exchange_print needs beyond the three strings of variable length. */
enum { EXCHANGE_OVERHEAD = 256 };

/* Print into `room` bytes at out. On any error out is all zeros and *size is 0. */
POBF_MUST_CHECK enum pobf_status exchange_print(uint8_t *out, size_t room, size_t *size,
                                                const struct exchange *exchange);

/*
 * Parse; judges nothing. The pointers point into `bytes`. POBF_E_INPUT, and an all-zero
 * *exchange, where it is not exactly this layout.
 */
POBF_MUST_CHECK enum pobf_status exchange_parse(struct exchange *exchange, const uint8_t *bytes,
                                                size_t size);

/* 1 where the bytes begin as an exchange does: to tell file kinds apart, no judgement. */
int exchange_is(const uint8_t *bytes, size_t size);

#endif
