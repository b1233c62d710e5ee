#ifndef POBF_FRAMEWORK_WIRE_TPM_H
#define POBF_FRAMEWORK_WIRE_TPM_H

#include "framework/core/status.h"
#include "framework/wire/span.h"

/*
 * What a TPM 2.0 signs when it is asked for a quote, TPMS_ATTEST, and how: TPMT_SIGNATURE. Numbers
 * are big-endian.                          TPM 2.0 Library, part 2, sections 10.12.12 and 11.3.4.
 */
enum { POBF_TPM_BANKS_MAX = 4, POBF_TPM_PCRS = 24, POBF_TPM_DATA_MAX = 66 };
enum { POBF_TPM_QUOTE = 0x8018 };
enum {
    POBF_TPM_SHA1 = 0x0004,
    POBF_TPM_SHA256 = 0x000b,
    POBF_TPM_SHA384 = 0x000c,
    POBF_TPM_SHA512 = 0x000d,
    POBF_TPM_RSASSA = 0x0014,
    POBF_TPM_RSAPSS = 0x0016,
    POBF_TPM_ECDSA = 0x0018
};
#define POBF_TPM_MAGIC 0xff544347U

struct pobf_tpm_quote {
    uint32_t magic; /* POBF_TPM_MAGIC, or it was not made in a TPM    */
    uint32_t type;  /* POBF_TPM_QUOTE, or the TPM was asked for something else */
    struct pobf_span signer;
    struct pobf_span nonce; /* extraData */
    uint64_t clock_ms;
    uint32_t resets;
    uint32_t restarts;
    uint32_t clock_is_safe;
    uint64_t firmware;
    uint32_t bank_count;
    uint32_t bank[POBF_TPM_BANKS_MAX]; /* the hash algorithm of each */
    uint32_t pcrs[POBF_TPM_BANKS_MAX]; /* bit n: register n is in the digest */
    struct pobf_span digest;
};

struct pobf_tpm_signature {
    uint32_t algorithm; /* POBF_TPM_RSASSA, _RSAPSS, _ECDSA */
    uint32_t hash;
    struct pobf_span first;  /* RSA: the signature; ECDSA: R */
    struct pobf_span second; /* ECDSA: S; else empty         */
};

/*@
  predicate empty_tpm_quote{L}(struct pobf_tpm_quote *q) =
    \at(q->magic, L) == 0 && \at(q->type, L) == 0 && \at(q->bank_count, L) == 0 &&
    empty_span{L}(&q->signer) && empty_span{L}(&q->nonce) && empty_span{L}(&q->digest);

  predicate empty_tpm_signature{L}(struct pobf_tpm_signature *s) =
    \at(s->algorithm, L) == 0 && \at(s->hash, L) == 0 && empty_span{L}(&s->first) &&
    empty_span{L}(&s->second);
*/

/*
 * Parse the layout of a quote; judges nothing, magic and type neither. POBF_E_INPUT where it is not
 * that, with nothing left over; then *quote is all zeros.
 */
/*@
  requires quote:    \valid(quote);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(quote, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            *quote;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:   span_in(&quote->signer, size) && span_in(&quote->nonce, size) &&
                     span_in(&quote->digest, size);
  ensures  banks:    quote->bank_count <= POBF_TPM_BANKS_MAX;
  ensures  failure:  \result != POBF_OK ==> empty_tpm_quote(quote);
*/
POBF_MUST_CHECK
enum pobf_status pobf_tpm_quote_parse(struct pobf_tpm_quote *quote, const uint8_t *bytes,
                                      size_t size);

/* POBF_E_INPUT where it is not one of the three, with nothing left over; then all is zero. */
/*@
  requires signature: \valid(signature);
  requires bytes:     \valid_read(bytes + (0 .. size - 1));
  requires apart:     \separated(signature, bytes + (0 .. size - 1));
  terminates          \true;
  exits               \false;
  assigns             *signature;
  ensures  code:      \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:    span_in(&signature->first, size) && span_in(&signature->second, size);
  ensures  failure:   \result != POBF_OK ==> empty_tpm_signature(signature);
*/
POBF_MUST_CHECK
enum pobf_status pobf_tpm_signature_parse(struct pobf_tpm_signature *signature,
                                          const uint8_t *bytes, size_t size);

#endif
