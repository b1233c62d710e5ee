#ifndef POBF_FRAMEWORK_WIRE_NITRO_H
#define POBF_FRAMEWORK_WIRE_NITRO_H

#include "framework/wire/claim_table.h"
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

enum pobf_nitro_claim {
    POBF_NITRO_MODULE_ID,
    POBF_NITRO_DIGEST,
    POBF_NITRO_TIMESTAMP,
    POBF_NITRO_REGISTERS, /* the map: pobf_nitro_pcr reads it      */
    POBF_NITRO_BUNDLE,    /* the array: pobf_nitro_issuer reads it */
    POBF_NITRO_CERTIFICATE,
    POBF_NITRO_PUBLIC_KEY, /* no bytes: null, or left out; as are the next two */
    POBF_NITRO_USER_DATA,
    POBF_NITRO_NONCE,
    POBF_NITRO_CLAIMS
};

struct pobf_nitro {
    struct pobf_sign1 sign1;
    uint64_t timestamp_ms;
    struct pobf_span claim[POBF_NITRO_CLAIMS];
};

/*@
  predicate empty_nitro{L}(struct pobf_nitro *n) =
    empty_sign1{L}(&n->sign1) && \at(n->timestamp_ms, L) == 0 &&
    empty_spans{L}(&n->claim[0], POBF_NITRO_CLAIMS);
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
  ensures  inside:   sign1_in(&nitro->sign1, size);
  ensures  inside:   spans_in(&nitro->claim[0], POBF_NITRO_CLAIMS, size);
  ensures  failure:  \result != POBF_OK ==> empty_nitro(nitro);
*/
POBF_MUST_CHECK
enum pobf_status pobf_nitro_parse(struct pobf_nitro *nitro, const uint8_t *bytes, size_t size);

/* Where a register stands: 48 bytes; 1, or 0 and an empty span where there is none of this index. */
/*@
  requires span:   \valid(span);
  requires pcrs:   \valid_read(pcrs);
  requires bytes:  \valid_read(bytes + (0 .. pcrs->at + pcrs->size - 1));
  requires fits:   pcrs->at + pcrs->size <= 18446744073709551615;
  requires apart:  \separated(span, pcrs);
  requires alone:  \separated(span, bytes + (0 .. pcrs->at + pcrs->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span;
  ensures  inside: span_in(span, \old(pcrs->at + pcrs->size));
  ensures  yes:    \result != 0 ==> span->size == POBF_NITRO_PCR_BYTES;
  ensures  no:     \result == 0 ==> empty_span(span);
*/
int pobf_nitro_pcr(struct pobf_span *span, const uint8_t *bytes, const struct pobf_span *pcrs,
                   uint32_t index);

/* Where a certificate of the bundle stands, by index: 1; or 0 and an empty span. */
/*@
  requires span:   \valid(span);
  requires bundle: \valid_read(bundle);
  requires bytes:  \valid_read(bytes + (0 .. bundle->at + bundle->size - 1));
  requires fits:   bundle->at + bundle->size <= 18446744073709551615;
  requires apart:  \separated(span, bundle);
  requires alone:  \separated(span, bytes + (0 .. bundle->at + bundle->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span;
  ensures  inside: span_in(span, \old(bundle->at + bundle->size));
  ensures  yes:    \result != 0 ==> 0 < span->size <= POBF_NITRO_CERTIFICATE_MAX;
  ensures  no:     \result == 0 ==> empty_span(span);
*/
int pobf_nitro_issuer(struct pobf_span *span, const uint8_t *bytes, const struct pobf_span *bundle,
                      size_t index);

#endif
