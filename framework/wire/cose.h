#ifndef POBF_FRAMEWORK_WIRE_COSE_H
#define POBF_FRAMEWORK_WIRE_COSE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * COSE_Sign1 with EdDSA (Ed25519), tag 18, protected header {1: -8}, empty unprotected header,
 * payload embedded, no external data.                          RFC 9052, sections 4.2 and 4.4.
 */
enum { POBF_COSE_SIGNATURE_BYTES = 64 };
enum { POBF_COSE_PAYLOAD_MAX = 1024 }; /* the longest payload that sign and verify take */

/* Sign. On any error `room` bytes at out are zero and *size is 0. */
POBF_MUST_CHECK
enum pobf_status pobf_cose_sign(uint8_t *out, size_t room, size_t *size, const uint8_t *payload,
                                size_t payload_size, const uint8_t signing_key[64]);

/* Find the payload in a message; judges nothing. POBF_E_INPUT where it is not this layout. */
POBF_MUST_CHECK
enum pobf_status pobf_cose_parse(const uint8_t **payload, size_t *payload_size,
                                 const uint8_t *message, size_t size);

/* POBF_OK where the message parses and its signature verifies; POBF_E_INPUT, POBF_E_AUTH. */
POBF_MUST_CHECK
enum pobf_status pobf_cose_verify(const uint8_t *message, size_t size,
                                  const uint8_t public_key[32]);

#endif
