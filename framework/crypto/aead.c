#include "framework/crypto/aead.h"

#include "contracts/sodium.h"
#include "framework/core/wipe.h"

void pobf_aead_clear(struct pobf_aead *aead)
{
    pobf_wipe(aead->key, POBF_AEAD_KEY_BYTES);
    pobf_wipe(aead->nonce, POBF_AEAD_NONCE_BYTES);
    aead->uses = 0;
}

enum pobf_status pobf_aead_seal(struct pobf_aead *aead, uint8_t *text, size_t size,
                                const uint8_t *aad, size_t aad_size)
{
    enum pobf_status status = POBF_OK;

    if (aead->uses != 1) {
        status = POBF_E_KEY;
    } else if (size > POBF_AEAD_TEXT_MAX) {
        status = POBF_E_SPACE;
    } else if (crypto_aead_chacha20poly1305_ietf_encrypt(text, NULL, text, size, aad, aad_size,
                                                         NULL, aead->nonce, aead->key) != 0) {
        status = POBF_E_SYSTEM;
    }
    pobf_aead_clear(aead);
    if (status != POBF_OK) {
        /* Two stretches: size + 16 may be more than a size_t holds. */
        pobf_wipe(text, size);
        pobf_wipe(text + size, POBF_AEAD_TAG_BYTES);
    }
    return status;
}

enum pobf_status pobf_aead_open(struct pobf_aead *aead, uint8_t *text, size_t sealed_size,
                                const uint8_t *aad, size_t aad_size)
{
    enum pobf_status status = POBF_OK;

    if (aead->uses != 1) {
        status = POBF_E_KEY;
    } else if (sealed_size < POBF_AEAD_TAG_BYTES) {
        status = POBF_E_INPUT;
    } else if (sealed_size - POBF_AEAD_TAG_BYTES > POBF_AEAD_TEXT_MAX) {
        status = POBF_E_SPACE;
    } else if (crypto_aead_chacha20poly1305_ietf_decrypt(text, NULL, NULL, text, sealed_size, aad,
                                                         aad_size, aead->nonce, aead->key) != 0) {
        status = POBF_E_AUTH;
    }
    pobf_aead_clear(aead);
    if (status == POBF_OK) {
        pobf_wipe(text + (sealed_size - POBF_AEAD_TAG_BYTES), POBF_AEAD_TAG_BYTES);
    } else {
        pobf_wipe(text, sealed_size);
    }
    return status;
}
