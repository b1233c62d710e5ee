#ifndef POBF_FRAMEWORK_CRYPTO_SIGN_H
#define POBF_FRAMEWORK_CRYPTO_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"
#include "contracts/verdicts.acsl"
#include "framework/core/status.h"

/* Ed25519.                                                                        RFC 8032. */
enum {
    POBF_ED25519_SEED_BYTES = 32,
    POBF_ED25519_PUBLIC_BYTES = 32,
    POBF_ED25519_SECRET_BYTES = 64, /* the seed, then the public key */
    POBF_ED25519_SIGNATURE_BYTES = 64
};

/*
 * The key pair of a seed, which the caller wipes.                    RFC 8032, section 5.1.5.
 * POBF_E_SYSTEM where libsodium fails; then both keys are all zeros.
 */
/*@
  requires public:  \valid(public_key + (0 .. POBF_ED25519_PUBLIC_BYTES - 1));
  requires secret:  \valid(secret_key + (0 .. POBF_ED25519_SECRET_BYTES - 1));
  requires seed:    \valid_read(seed + (0 .. POBF_ED25519_SEED_BYTES - 1));
  requires apart:   \separated(public_key + (0 .. POBF_ED25519_PUBLIC_BYTES - 1),
                               secret_key + (0 .. POBF_ED25519_SECRET_BYTES - 1),
                               seed + (0 .. POBF_ED25519_SEED_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           public_key[0 .. POBF_ED25519_PUBLIC_BYTES - 1];
  assigns           secret_key[0 .. POBF_ED25519_SECRET_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  public:  \result != POBF_OK ==> zeroed(public_key, POBF_ED25519_PUBLIC_BYTES);
  ensures  secret:  \result != POBF_OK ==> zeroed(secret_key, POBF_ED25519_SECRET_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_sign_keypair(uint8_t public_key[POBF_ED25519_PUBLIC_BYTES],
                                   uint8_t secret_key[POBF_ED25519_SECRET_BYTES],
                                   const uint8_t seed[POBF_ED25519_SEED_BYTES]);

/*
 * Sign.                                                              RFC 8032, section 5.1.6.
 * POBF_E_SYSTEM where libsodium fails; then signature is all zeros.
 */
/*@
  requires signature: \valid(signature + (0 .. POBF_ED25519_SIGNATURE_BYTES - 1));
  requires message:   \valid_read(message + (0 .. size - 1));
  requires secret:    \valid_read(secret_key + (0 .. POBF_ED25519_SECRET_BYTES - 1));
  requires apart:     \separated(signature + (0 .. POBF_ED25519_SIGNATURE_BYTES - 1),
                                 message + (0 .. size - 1));
  requires alone:     \separated(signature + (0 .. POBF_ED25519_SIGNATURE_BYTES - 1),
                                 secret_key + (0 .. POBF_ED25519_SECRET_BYTES - 1));
  terminates          \true;
  exits               \false;
  assigns             signature[0 .. POBF_ED25519_SIGNATURE_BYTES - 1];
  ensures  code:      \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure:   \result != POBF_OK ==> zeroed(signature, POBF_ED25519_SIGNATURE_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_sign_make(uint8_t signature[POBF_ED25519_SIGNATURE_BYTES],
                                const uint8_t *message, size_t size,
                                const uint8_t secret_key[POBF_ED25519_SECRET_BYTES]);

/*
 * POBF_OK where the signature is the key's over this message, else POBF_E_AUTH: keys of small
 * order, and a signature with S not below the group's order, too.    RFC 8032, section 5.1.7.
 */
/*@
  requires signature: \valid_read(signature + (0 .. POBF_ED25519_SIGNATURE_BYTES - 1));
  requires message:   \valid_read(message + (0 .. size - 1));
  requires public:    \valid_read(public_key + (0 .. POBF_ED25519_PUBLIC_BYTES - 1));
  terminates          \true;
  exits               \false;
  assigns             \nothing;
  ensures  code:      \result == POBF_OK || \result == POBF_E_AUTH;
  ensures  verdict:   \result == POBF_OK <==>
                        ed25519_verifies(signature, message, size, public_key);
*/
POBF_MUST_CHECK
enum pobf_status pobf_sign_verify(const uint8_t signature[POBF_ED25519_SIGNATURE_BYTES],
                                  const uint8_t *message, size_t size,
                                  const uint8_t public_key[POBF_ED25519_PUBLIC_BYTES]);

#endif
