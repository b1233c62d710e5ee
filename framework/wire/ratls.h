#ifndef POBF_FRAMEWORK_WIRE_RATLS_H
#define POBF_FRAMEWORK_WIRE_RATLS_H

#include "framework/wire/claim_table.h"

/*
 * What extension 2.23.133.5.4.9 of a TLS certificate holds: evidence, and what it is over.
 *
 *   60000([evidence: bytes, claims: bytes])
 *   claims = {"pubkey-hash": bytes of [algorithm, hash], ? "nonce": 1 to 64 bytes, ..}
 *                                                           Interoperable RA-TLS of the CCC.
 */
enum { POBF_RATLS_KEY_MAX = 72, POBF_RATLS_NONCE_MAX = 64 };

struct pobf_ratls {
    struct pobf_span evidence;
    struct pobf_span claims; /* as they are hashed */
    uint64_t algorithm;      /* of the named-information registry: 1 SHA-256, 7 SHA-384, .. */
    struct pobf_span key_hash;
    struct pobf_span nonce; /* no bytes: left out */
};

/*@
  predicate empty_ratls{L}(struct pobf_ratls *r) =
    \at(r->algorithm, L) == 0 && empty_span{L}(&r->evidence) && empty_span{L}(&r->claims) &&
    empty_span{L}(&r->key_hash) && empty_span{L}(&r->nonce);
*/

/*
 * Parse; judges nothing. POBF_E_INPUT where it is not exactly this, in deterministic form but for the
 * order of keys; then *ratls is all zeros. Other claims may be there, and are left alone.
 */
/*@
  requires ratls:    \valid(ratls);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(ratls, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            *ratls;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:   span_in(&ratls->evidence, size);
  ensures  inside:   span_in(&ratls->claims, size);
  ensures  inside:   span_in(&ratls->key_hash, size);
  ensures  inside:   span_in(&ratls->nonce, size);
  ensures  failure:  \result != POBF_OK ==> empty_ratls(ratls);
*/
POBF_MUST_CHECK
enum pobf_status pobf_ratls_parse(struct pobf_ratls *ratls, const uint8_t *bytes, size_t size);

#endif
