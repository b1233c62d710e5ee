#include "framework/crypto/aead.h"

#include "contracts/sodium.h"
#include "framework/core/wipe.h"

void pobf_aead_clear(struct pobf_aead *aead)
{
    pobf_wipe(aead->key, POBF_AEAD_KEY_BYTES);
    pobf_wipe(aead->nonce, POBF_AEAD_NONCE_BYTES);
    aead->uses = 0;
}

/*
 * Wipe a text and its tag, in two stretches: size + 16 may be more than a size_t holds. The call
 * of pobf_wipe keeps the stores of both.
 */
/*@
  requires text:  \valid(text + (0 .. size + POBF_AEAD_TAG_BYTES - 1));
  terminates      \true;
  exits           \false;
  assigns         text[0 .. size + POBF_AEAD_TAG_BYTES - 1];
  ensures  zero:  zeroed(text, size + POBF_AEAD_TAG_BYTES);
*/
static void wipe_sealed(uint8_t *text, size_t size)
{
    uint8_t *tag = text + size;

    /*@
      loop invariant bound: 0 <= i <= POBF_AEAD_TAG_BYTES;
      loop invariant zero:  \forall integer k; size <= k < size + i ==> text[k] == 0;
      loop assigns i, text[size .. size + POBF_AEAD_TAG_BYTES - 1];
      loop variant POBF_AEAD_TAG_BYTES - i;
    */
    for (size_t i = 0; i < POBF_AEAD_TAG_BYTES; i++) {
        tag[i] = 0;
    }
    pobf_wipe(text, size);
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
        wipe_sealed(text, size);
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
