#ifndef POBF_TESTS_FRAMEWORK_CRYPTO_FAIL_KEM_H
#define POBF_TESTS_FRAMEWORK_CRYPTO_FAIL_KEM_H

#include "tests/framework/crypto/fail_hmac.h"

FAIL_WRAP(crypto_scalarmult_curve25519,
          (unsigned char *q, const unsigned char *n, const unsigned char *p), (q, n, p))
FAIL_WRAP(crypto_scalarmult_curve25519_base, (unsigned char *q, const unsigned char *n), (q, n))

#endif
