#ifndef POBF_FRAMEWORK_CRYPTO_KEM_H
#define POBF_FRAMEWORK_CRYPTO_KEM_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"
#include "framework/core/status.h"

/* DHKEM(X25519, HKDF-SHA256).                                        RFC 9180, section 4.1. */
enum { POBF_X25519_BYTES = 32, POBF_SHARED_BYTES = 32 };

/*
 * The public key of a private key: 32 random bytes, which the caller wipes. RFC 7748, section 6.1.
 * POBF_E_SYSTEM where libsodium fails; then public_key is all zeros.
 */
/*@
  requires public:  \valid(public_key + (0 .. POBF_X25519_BYTES - 1));
  requires private: \valid_read(private_key + (0 .. POBF_X25519_BYTES - 1));
  requires apart:   \separated(public_key + (0 .. POBF_X25519_BYTES - 1),
                               private_key + (0 .. POBF_X25519_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           public_key[0 .. POBF_X25519_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure: \result != POBF_OK ==> zeroed(public_key, POBF_X25519_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_kem_public_key(uint8_t public_key[POBF_X25519_BYTES],
                                     const uint8_t private_key[POBF_X25519_BYTES]);

/*
 * Encap, with the ephemeral key drawn by the caller.
 *
 *   shared             out: 32 bytes, secret
 *   encapsulated       out: 32 bytes, the ephemeral public key, travels in clear
 *   ephemeral          32 bytes, a fresh random X25519 private key; the caller forgets it
 *   recipient          32 bytes, the recipient's public key
 *
 * POBF_E_KEY where X25519 gives zero (a recipient of small order), POBF_E_SYSTEM where libsodium
 * fails; then shared and encapsulated are all zeros.
 */
/*@
  requires shared:       \valid(shared + (0 .. POBF_SHARED_BYTES - 1));
  requires encapsulated: \valid(encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires ephemeral:    \valid_read(ephemeral + (0 .. POBF_X25519_BYTES - 1));
  requires recipient:    \valid_read(recipient + (0 .. POBF_X25519_BYTES - 1));
  requires apart:        \separated(shared + (0 .. POBF_SHARED_BYTES - 1),
                                    encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires alone:        \separated(encapsulated + (0 .. POBF_X25519_BYTES - 1),
                                    ephemeral + (0 .. POBF_X25519_BYTES - 1));
  requires strange:      \separated(encapsulated + (0 .. POBF_X25519_BYTES - 1),
                                    recipient + (0 .. POBF_X25519_BYTES - 1));
  terminates             \true;
  exits                  \false;
  assigns                shared[0 .. POBF_SHARED_BYTES - 1];
  assigns                encapsulated[0 .. POBF_X25519_BYTES - 1];
  ensures  code:         \result == POBF_OK || \result == POBF_E_KEY || \result == POBF_E_SYSTEM;
  ensures  secret:       \result != POBF_OK ==> zeroed(shared, POBF_SHARED_BYTES);
  ensures  failure:      \result != POBF_OK ==> zeroed(encapsulated, POBF_X25519_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_kem_encapsulate(uint8_t shared[POBF_SHARED_BYTES],
                                      uint8_t encapsulated[POBF_X25519_BYTES],
                                      const uint8_t ephemeral[POBF_X25519_BYTES],
                                      const uint8_t recipient[POBF_X25519_BYTES]);

/*
 * Decap. The public key is derived from private_key, which the caller forgets.
 * The same failures; then shared is all zeros.
 */
/*@
  requires shared:       \valid(shared + (0 .. POBF_SHARED_BYTES - 1));
  requires encapsulated: \valid_read(encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires private:      \valid_read(private_key + (0 .. POBF_X25519_BYTES - 1));
  terminates             \true;
  exits                  \false;
  assigns                shared[0 .. POBF_SHARED_BYTES - 1];
  ensures  code:         \result == POBF_OK || \result == POBF_E_KEY || \result == POBF_E_SYSTEM;
  ensures  secret:       \result != POBF_OK ==> zeroed(shared, POBF_SHARED_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_kem_decapsulate(uint8_t shared[POBF_SHARED_BYTES],
                                      const uint8_t encapsulated[POBF_X25519_BYTES],
                                      const uint8_t private_key[POBF_X25519_BYTES]);

#endif
