#ifndef POBF_VERIFIER_LAYOUT_NITRO_H
#define POBF_VERIFIER_LAYOUT_NITRO_H

#include "framework/wire/sign1.h"

/*
 * The attestation document of AWS Nitro Enclaves: COSE_Sign1 without a tag, over a map with
 *
 *   module_id      text            the enclave's instance
 *   digest         text            "SHA384": of what the registers are
 *   timestamp      number          milliseconds since 1970
 *   pcrs           map             number below 32 -> 48 bytes; 0 to 2: the image; all zero: debug
 *   certificate    bytes           of the key that signs, DER
 *   cabundle       array of bytes  root first, issuer of the certificate last, DER
 *   public_key, user_data, nonce   bytes or null: what the enclave put in; may be left out
 */
enum { POBF_NITRO_PCRS = 32, POBF_NITRO_PCR_BYTES = 48, POBF_NITRO_BUNDLE_MAX = 8 };
enum { POBF_NITRO_CERTIFICATE_MAX = 1024, POBF_NITRO_KEY_MAX = 1024, POBF_NITRO_DATA_MAX = 1024 };

struct pobf_nitro {
    struct pobf_sign1 sign1;
    struct pobf_span module_id;
    uint64_t timestamp_ms;
    struct pobf_span pcrs;   /* the map: pobf_nitro_pcr reads it      */
    struct pobf_span bundle; /* the array: pobf_nitro_issuer reads it */
    struct pobf_span certificate;
    struct pobf_span public_key; /* no bytes: null, or left out */
    struct pobf_span user_data;
    struct pobf_span nonce;
};

/*@
  predicate empty_nitro{L}(struct pobf_nitro *n) =
    empty_sign1{L}(&n->sign1) && empty_span{L}(&n->module_id) && \at(n->timestamp_ms, L) == 0 &&
    empty_span{L}(&n->pcrs) && empty_span{L}(&n->bundle) && empty_span{L}(&n->certificate) &&
    empty_span{L}(&n->public_key) && empty_span{L}(&n->user_data) && empty_span{L}(&n->nonce);
*/

/*
 * Parse; judges nothing. POBF_E_INPUT where it is not such a document, in deterministic form but
 * for the order of keys, with nothing left over; then *nitro is all zeros.
 */
/*@
  requires nitro:    \valid(nitro);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(nitro, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            *nitro;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:   span_in(&nitro->module_id, size);
  ensures  inside:   span_in(&nitro->pcrs, size);
  ensures  inside:   span_in(&nitro->bundle, size);
  ensures  inside:   span_in(&nitro->certificate, size);
  ensures  inside:   span_in(&nitro->public_key, size);
  ensures  inside:   span_in(&nitro->user_data, size);
  ensures  inside:   span_in(&nitro->nonce, size);
  ensures  inside:   sign1_in(&nitro->sign1, size);
  ensures  failure:  \result != POBF_OK ==> empty_nitro(nitro);
*/
POBF_MUST_CHECK
enum pobf_status pobf_nitro_parse(struct pobf_nitro *nitro, const uint8_t *bytes, size_t size);

/* Where a register stands: 48 bytes; 1, or 0 and an empty span where there is none of this index. */
/*@
  requires span:   \valid(span);
  requires nitro:  \valid_read(nitro);
  requires bytes:  \valid_read(bytes + (0 .. nitro->pcrs.at + nitro->pcrs.size - 1));
  requires fits:   nitro->pcrs.at + nitro->pcrs.size <= 18446744073709551615;
  requires apart:  \separated(span, nitro);
  requires alone:  \separated(span, bytes + (0 .. nitro->pcrs.at + nitro->pcrs.size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span;
  ensures  inside: span_in(span, \old(nitro->pcrs.at + nitro->pcrs.size));
  ensures  yes:    \result == 0 || span->size == POBF_NITRO_PCR_BYTES;
*/
int pobf_nitro_pcr(struct pobf_span *span, const uint8_t *bytes, const struct pobf_nitro *nitro,
                   uint32_t index);

/* Where a certificate of the bundle stands, by index: 1; or 0 and an empty span. */
/*@
  requires span:   \valid(span);
  requires nitro:  \valid_read(nitro);
  requires bytes:  \valid_read(bytes + (0 .. nitro->bundle.at + nitro->bundle.size - 1));
  requires fits:   nitro->bundle.at + nitro->bundle.size <= 18446744073709551615;
  requires apart:  \separated(span, nitro);
  requires alone:  \separated(span, bytes + (0 .. nitro->bundle.at + nitro->bundle.size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span;
  ensures  inside: span_in(span, \old(nitro->bundle.at + nitro->bundle.size));
*/
int pobf_nitro_issuer(struct pobf_span *span, const uint8_t *bytes, const struct pobf_nitro *nitro,
                      size_t index);

#endif
