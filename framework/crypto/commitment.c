#include "framework/crypto/commitment.h"

#include "contracts/sodium.h"
#include "framework/core/wipe.h"

enum pobf_status pobf_commitment_make(uint8_t commitment[POBF_COMMITMENT_BYTES],
                                      const uint8_t salt[POBF_SALT_BYTES], const uint8_t *data,
                                      size_t size)
{
    if (crypto_generichash_blake2b(commitment, POBF_COMMITMENT_BYTES, data, size, salt,
                                   POBF_SALT_BYTES) != 0) {
        pobf_wipe(commitment, POBF_COMMITMENT_BYTES);
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}
