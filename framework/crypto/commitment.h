#ifndef POBF_FRAMEWORK_CRYPTO_COMMITMENT_H
#define POBF_FRAMEWORK_CRYPTO_COMMITMENT_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

enum { POBF_COMMITMENT_BYTES = 32, POBF_SALT_BYTES = 32 };

/*
 * A commitment to `data`: BLAKE2b-256 of it, keyed with a secret salt.   RFC 7693, section 2.9.
 * Without the salt it says nothing, not even of one byte of data; with it, nobody can find
 * other data that fits. On failure it is all zeros.
 */
POBF_MUST_CHECK
enum pobf_status pobf_commitment_make(uint8_t commitment[POBF_COMMITMENT_BYTES],
                                      const uint8_t salt[POBF_SALT_BYTES], const uint8_t *data,
                                      size_t size);

#endif
