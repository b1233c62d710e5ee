#ifndef POBF_FRAMEWORK_CRYPTO_AEAD_H
#define POBF_FRAMEWORK_CRYPTO_AEAD_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"
#include "framework/core/status.h"

enum { POBF_AEAD_KEY_BYTES = 32, POBF_AEAD_NONCE_BYTES = 12, POBF_AEAD_TAG_BYTES = 16 };

/*
 * A key that works once: one seal or one open, then it is gone.  RFC 8439, section 2.8.
 * `uses` is 1 in a live key and 0 in a spent one; a spent key is all zeros.
 */
struct pobf_aead {
    uint8_t key[POBF_AEAD_KEY_BYTES];
    uint8_t nonce[POBF_AEAD_NONCE_BYTES];
    uint32_t uses;
};

/* Forget the key, used or not. */
void pobf_aead_clear(struct pobf_aead *aead);

/*
 * Seal in place, and spend the key.
 *
 *   text  size + 16 bytes: `size` bytes of clear text in, cipher text and tag out
 *
 * POBF_E_KEY where the key is spent; then, and on any failure, text is all zeros.
 */
POBF_MUST_CHECK
enum pobf_status pobf_aead_seal(struct pobf_aead *aead, uint8_t *text, size_t size,
                                const uint8_t *aad, size_t aad_size);

/*
 * Open in place, and spend the key, also when it fails.
 *
 *   text         sealed_size bytes of cipher text and tag in; clear text and 16 zeros out
 *
 * POBF_E_KEY where the key is spent, POBF_E_INPUT where there is no room for a tag,
 * POBF_E_AUTH where the tag does not verify. On any failure text is all zeros.
 * The clear text is sealed_size - 16 bytes.
 */
POBF_MUST_CHECK
enum pobf_status pobf_aead_open(struct pobf_aead *aead, uint8_t *text, size_t sealed_size,
                                const uint8_t *aad, size_t aad_size);

#endif
