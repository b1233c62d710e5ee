#ifndef POBF_FRAMEWORK_WIRE_OFFER_H
#define POBF_FRAMEWORK_WIRE_OFFER_H

#include "framework/wire/evidence.h"

/*
 * Offer: a one-time public key to seal an input to, signed by the receipt key. COSE_Sign1 as above.
 *
 *   265      eat_profile    tstr      "tag:pobf,2026:offer"
 *  -70201    boot id        bstr 16
 *  -70202    task id        bstr 16
 *  -70203    public key     bstr 32   X25519, for one message
 */
enum { POBF_OFFER_ROOM = 320 };

struct pobf_offer {
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint8_t task_id[POBF_TASK_ID_BYTES];
    uint8_t public_key[32];
};

/*@
  predicate empty_offer{L}(struct pobf_offer *o) =
    zeroed{L}(&o->boot_id[0], POBF_BOOT_ID_BYTES) &&
    zeroed{L}(&o->task_id[0], POBF_TASK_ID_BYTES) &&
    zeroed{L}(&o->public_key[0], 32);
*/

/*
 * Print and sign. POBF_E_SPACE where `room` bytes are too few, POBF_E_SYSTEM where libsodium
 * fails; then `room` bytes at out are zero and *size is 0.
 */
/*@
  requires out:     \valid(out + (0 .. room - 1));
  requires size:    \valid(size);
  requires offer:   \valid_read(offer);
  requires key:     \valid_read(signing_key + (0 .. POBF_SIGNING_KEY_BYTES - 1));
  requires apart:   \separated(out + (0 .. room - 1), size, offer);
  requires alone:   \separated(out + (0 .. room - 1), size,
                               signing_key + (0 .. POBF_SIGNING_KEY_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           out[0 .. room - 1], *size;
  ensures  success: \result == POBF_OK ==> 0 < *size <= room;
  ensures  failure: \result != POBF_OK ==> zeroed(out, room) && *size == 0;
*/
POBF_MUST_CHECK
enum pobf_status pobf_offer_sign(uint8_t *out, size_t room, size_t *size,
                                 const struct pobf_offer *offer,
                                 const uint8_t signing_key[POBF_SIGNING_KEY_BYTES]);

/*
 * Parse; judges nothing: the signature is pobf_cose_verify's. POBF_E_INPUT, and an all-zero
 * *offer, where it is not exactly this layout, in deterministic form, with nothing left over.
 */
/*@
  requires offer:   \valid(offer);
  requires bytes:   \valid_read(bytes + (0 .. size - 1));
  requires apart:   \separated(offer, bytes + (0 .. size - 1));
  terminates        \true;
  exits             \false;
  assigns           *offer;
  ensures  code:    \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  failure: \result != POBF_OK ==> empty_offer(offer);
*/
POBF_MUST_CHECK
enum pobf_status pobf_offer_parse(struct pobf_offer *offer, const uint8_t *bytes, size_t size);

#endif
