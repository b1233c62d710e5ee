#ifndef POBF_TESTS_FUZZ_SIGNED_H
#define POBF_TESTS_FUZZ_SIGNED_H

#include "framework/crypto/sign.h"
#include "framework/wire/cose.h"
#include "tests/fuzz/fuzz.h"

/* What the fuzzers of signed layouts share. */
static inline void fuzz_signing_key(uint8_t signing_key[64])
{
    uint8_t public_key[32];

    promise(pobf_sign_keypair(public_key, signing_key, fuzz_key_seed) == POBF_OK);
}

/* Two messages hold the very same claims: what parses has one encoding only. */
static inline void promise_same_claims(const uint8_t *a, size_t a_size, const uint8_t *b,
                                       size_t b_size)
{
    const uint8_t *claims[2];
    size_t size[2];

    promise(pobf_cose_parse(&claims[0], &size[0], a, a_size) == POBF_OK);
    promise(pobf_cose_parse(&claims[1], &size[1], b, b_size) == POBF_OK);
    promise(size[0] == size[1] && memcmp(claims[0], claims[1], size[0]) == 0);
}

#endif
