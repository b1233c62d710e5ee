#ifndef POBF_FRAMEWORK_CRYPTO_HKDF_H
#define POBF_FRAMEWORK_CRYPTO_HKDF_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"
#include "framework/core/status.h"

enum { POBF_HKDF_BYTES = 32 };

/*
 * HKDF with SHA-256, over libsodium's HMAC.                              RFC 5869.
 * The owner of this module may choose how input parts are passed (a small array of parts keeps
 * HPKE's labelled forms free of concatenation buffers).
 */
struct pobf_part {
    const uint8_t *bytes;
    size_t size;
};

#endif
