#ifndef POBF_VERIFIER_CORIM_CORIM_H
#define POBF_VERIFIER_CORIM_CORIM_H

#include <openssl/evp.h>

#include "framework/wire/corim.h"

/* What is judged of reference values as CoRIM, which framework/wire parses. */

/* POBF_OK where it is signed, by this key. */
POBF_MUST_CHECK enum pobf_status corim_verify(const struct pobf_corim *corim, const uint8_t *bytes,
                                              EVP_PKEY *key);

/* 1 where one of its values for this measurement, of this number or without a key, is just so. */
int corim_has(const struct pobf_corim *corim, const uint8_t *bytes, uint64_t number,
              const uint8_t *measurement, size_t size);

#endif
