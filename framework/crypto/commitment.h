#ifndef POBF_FRAMEWORK_CRYPTO_COMMITMENT_H
#define POBF_FRAMEWORK_CRYPTO_COMMITMENT_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"
#include "framework/core/status.h"

enum { POBF_COMMITMENT_BYTES = 32, POBF_SALT_BYTES = 32 };

/*
 * A commitment to `data`: BLAKE2b-256 of it, keyed with a secret salt.   RFC 7693, section 2.9.
 * Without the salt it says nothing, not even of one byte of data; with it, nobody can find
 * other data that fits. POBF_E_SYSTEM where libsodium fails; then it is all zeros.
 */
/*@
  requires commitment: \valid(commitment + (0 .. POBF_COMMITMENT_BYTES - 1));
  requires salt:       \valid_read(salt + (0 .. POBF_SALT_BYTES - 1));
  requires data:       \valid_read(data + (0 .. size - 1));
  requires apart:      \separated(commitment + (0 .. POBF_COMMITMENT_BYTES - 1),
                                  data + (0 .. size - 1));
  requires alone:      \separated(commitment + (0 .. POBF_COMMITMENT_BYTES - 1),
                                  salt + (0 .. POBF_SALT_BYTES - 1));
  terminates           \true;
  exits                \false;
  assigns              commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  ensures  code:       \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure:    \result != POBF_OK ==> zeroed(commitment, POBF_COMMITMENT_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_commitment_make(uint8_t commitment[POBF_COMMITMENT_BYTES],
                                      const uint8_t salt[POBF_SALT_BYTES], const uint8_t *data,
                                      size_t size);

#endif
