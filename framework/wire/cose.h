#ifndef POBF_FRAMEWORK_WIRE_COSE_H
#define POBF_FRAMEWORK_WIRE_COSE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"
#include "framework/wire/wire.acsl"

/*
 * COSE_Sign1 with EdDSA (Ed25519), tag 18, protected header {1: -8}, empty unprotected header,
 * payload embedded, no external data.                          RFC 9052, sections 4.2 and 4.4.
 */
enum { POBF_COSE_SIGNATURE_BYTES = 64 };
enum { POBF_COSE_PAYLOAD_MAX = 1024 }; /* the longest payload that sign and verify take */

/*
 * Sign. POBF_E_SPACE where the payload is longer than POBF_COSE_PAYLOAD_MAX or `room` bytes are
 * too few, POBF_E_SYSTEM where libsodium fails; then `room` bytes at out are zero, *size is 0.
 */
/*@
  requires out:     \valid(out + (0 .. room - 1));
  requires size:    \valid(size);
  requires payload: \valid_read(payload + (0 .. payload_size - 1));
  requires key:     \valid_read(signing_key + (0 .. 63));
  requires apart:   \separated(out + (0 .. room - 1), size, payload + (0 .. payload_size - 1));
  requires alone:   \separated(out + (0 .. room - 1), size, signing_key + (0 .. 63));
  terminates        \true;
  exits             \false;
  assigns           out[0 .. room - 1], *size;
  ensures  code:    \result == POBF_OK || \result == POBF_E_SPACE || \result == POBF_E_SYSTEM;
  ensures  success: \result == POBF_OK ==> 0 < *size <= room;
  ensures  failure: \result != POBF_OK ==> zeroed(out, room) && *size == 0;
*/
POBF_MUST_CHECK
enum pobf_status pobf_cose_sign(uint8_t *out, size_t room, size_t *size, const uint8_t *payload,
                                size_t payload_size, const uint8_t signing_key[64]);

/*
 * Find the payload in a message; judges nothing. POBF_E_INPUT where it is not exactly this layout,
 * with nothing left over, or the payload is longer than POBF_COSE_PAYLOAD_MAX; then *payload is
 * NULL and *payload_size 0.
 */
/*@
  requires payload: \valid(payload);
  requires size:    \valid(payload_size);
  requires message: \valid_read(message + (0 .. size - 1));
  requires apart:   \separated(payload, payload_size, message + (0 .. size - 1));
  terminates        \true;
  exits             \false;
  assigns           *payload, *payload_size;
  ensures  code:    \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  success: \result == POBF_OK ==> within(*payload, *payload_size, message, size);
  ensures  short:   *payload_size <= POBF_COSE_PAYLOAD_MAX;
  ensures  failure: \result != POBF_OK ==> nowhere(*payload, *payload_size);
*/
POBF_MUST_CHECK
enum pobf_status pobf_cose_parse(const uint8_t **payload, size_t *payload_size,
                                 const uint8_t *message, size_t size);

/*
 * POBF_OK where the message parses and its signature is the key's; POBF_E_INPUT where it does not
 * parse, POBF_E_AUTH where the signature does not verify.
 */
/*@
  requires message: \valid_read(message + (0 .. size - 1));
  requires key:     \valid_read(public_key + (0 .. 31));
  terminates        \true;
  exits             \false;
  assigns           \nothing;
  ensures  code:    \result == POBF_OK || \result == POBF_E_INPUT || \result == POBF_E_AUTH;
*/
POBF_MUST_CHECK
enum pobf_status pobf_cose_verify(const uint8_t *message, size_t size,
                                  const uint8_t public_key[32]);

#endif
