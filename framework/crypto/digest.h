#ifndef POBF_FRAMEWORK_CRYPTO_DIGEST_H
#define POBF_FRAMEWORK_CRYPTO_DIGEST_H

#include "framework/core/status.h"
#include "framework/crypto/part.h"

enum { POBF_SHA256_BYTES = 32 };

/*
 * SHA-256 of all parts, one after another; digest may be one of them.             FIPS 180-4.
 * POBF_E_SYSTEM where libsodium fails; then digest is all zeros.
 */
/*@
  requires digest:  \valid(digest + (0 .. POBF_SHA256_BYTES - 1));
  requires parts:   readable_parts(parts, count);
  terminates        \true;
  exits             \false;
  assigns           digest[0 .. POBF_SHA256_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure: \result != POBF_OK ==> zeroed(digest, POBF_SHA256_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_digest_sha256(uint8_t digest[POBF_SHA256_BYTES],
                                    const struct pobf_part *parts, size_t count);

#endif
