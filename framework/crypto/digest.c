#include "framework/crypto/digest.h"

#include "contracts/sodium.h"
#include "framework/core/wipe.h"
#include "framework/crypto/state.h"

enum pobf_status pobf_digest_sha256(uint8_t digest[POBF_SHA256_BYTES],
                                    const struct pobf_part *parts, size_t count)
{
    crypto_hash_sha256_state state;
    int failed = crypto_hash_sha256_init(&state);

    /*@
      loop invariant bound: 0 <= i <= count;
      loop assigns i, state, failed;
      loop variant count - i;
    */
    for (size_t i = 0; i < count; i++) {
        failed |= crypto_hash_sha256_update(&state, parts[i].bytes, parts[i].size);
    }
    failed |= crypto_hash_sha256_final(&state, digest);
    pobf_state_wipe(&state);
    //@ assert forgotten: spent_state(&state); // for no caller: only the assertion asks for it
    if (failed != 0) {
        pobf_wipe(digest, POBF_SHA256_BYTES);
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}
