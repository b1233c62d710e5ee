#include "framework/crypto/sign.h"

#include "contracts/sodium.h"
#include "framework/core/wipe.h"

enum pobf_status pobf_sign_keypair(uint8_t public_key[POBF_ED25519_PUBLIC_BYTES],
                                   uint8_t secret_key[POBF_ED25519_SECRET_BYTES],
                                   const uint8_t seed[POBF_ED25519_SEED_BYTES])
{
    if (crypto_sign_ed25519_seed_keypair(public_key, secret_key, seed) != 0) {
        pobf_wipe(public_key, POBF_ED25519_PUBLIC_BYTES);
        pobf_wipe(secret_key, POBF_ED25519_SECRET_BYTES);
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

enum pobf_status pobf_sign_make(uint8_t signature[POBF_ED25519_SIGNATURE_BYTES],
                                const uint8_t *message, size_t size,
                                const uint8_t secret_key[POBF_ED25519_SECRET_BYTES])
{
    if (crypto_sign_ed25519_detached(signature, NULL, message, size, secret_key) != 0) {
        pobf_wipe(signature, POBF_ED25519_SIGNATURE_BYTES);
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

enum pobf_status pobf_sign_verify(const uint8_t signature[POBF_ED25519_SIGNATURE_BYTES],
                                  const uint8_t *message, size_t size,
                                  const uint8_t public_key[POBF_ED25519_PUBLIC_BYTES])
{
    return crypto_sign_ed25519_verify_detached(signature, message, size, public_key) == 0
               ? POBF_OK
               : POBF_E_AUTH;
}
