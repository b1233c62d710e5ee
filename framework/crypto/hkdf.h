#ifndef POBF_FRAMEWORK_CRYPTO_HKDF_H
#define POBF_FRAMEWORK_CRYPTO_HKDF_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"
#include "framework/crypto/part.h"

/* HKDF with SHA-256, over libsodium's HMAC.                                       RFC 5869. */
enum { POBF_HKDF_BYTES = 32 };

/*
 * HKDF-Extract: HMAC-SHA256 of all parts, one after another, under salt. RFC 5869, section 2.2.
 *
 *   salt  any size; none is the same as 32 zeros
 *
 * POBF_E_SYSTEM where libsodium fails; then prk is all zeros.
 */
/*@
  requires prk:     \valid(prk + (0 .. POBF_HKDF_BYTES - 1));
  requires salt:    \valid_read(salt + (0 .. salt_size - 1));
  requires parts:   readable_parts(parts, count);
  terminates        \true;
  exits             \false;
  assigns           prk[0 .. POBF_HKDF_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure: \result != POBF_OK ==> zeroed(prk, POBF_HKDF_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_hkdf_extract(uint8_t prk[POBF_HKDF_BYTES], const uint8_t *salt,
                                   size_t salt_size, const struct pobf_part *parts, size_t count);

/*
 * HKDF-Expand, of one block; all parts are the info.                     RFC 5869, section 2.3.
 *
 *   key   size bytes, at most 32
 *
 * POBF_E_SYSTEM where libsodium fails; then key is all zeros.
 */
/*@
  requires size:    size <= POBF_HKDF_BYTES;
  requires key:     \valid(key + (0 .. size - 1));
  requires prk:     \valid_read(prk + (0 .. POBF_HKDF_BYTES - 1));
  requires parts:   readable_parts(parts, count);
  terminates        \true;
  exits             \false;
  assigns           key[0 .. size - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure: \result != POBF_OK ==> zeroed(key, size);
*/
POBF_MUST_CHECK
enum pobf_status pobf_hkdf_expand(uint8_t *key, size_t size, const uint8_t prk[POBF_HKDF_BYTES],
                                  const struct pobf_part *parts, size_t count);

#endif
