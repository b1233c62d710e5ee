#ifndef POBF_TESTS_FRAMEWORK_CRYPTO_FAIL_HMAC_H
#define POBF_TESTS_FRAMEWORK_CRYPTO_FAIL_HMAC_H

#include "tests/framework/crypto/fail.h"

/* Every call that HKDF, the KEM and HPKE make of libsodium. */

FAIL_WRAP(crypto_auth_hmacsha256_init,
          (crypto_auth_hmacsha256_state * state, const unsigned char *key, size_t keylen),
          (state, key, keylen))
FAIL_WRAP(crypto_auth_hmacsha256_update,
          (crypto_auth_hmacsha256_state * state, const unsigned char *in, unsigned long long inlen),
          (state, in, inlen))
FAIL_WRAP(crypto_auth_hmacsha256_final, (crypto_auth_hmacsha256_state * state, unsigned char *out),
          (state, out))

#endif
