#include "framework/crypto/hkdf.h"

#include "contracts/sodium.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"
#include "framework/crypto/state.h"

/* HMAC-SHA256 under key of all parts, then of the tail; nothing of the keyed state stays. */
/*@
  requires mac:     \valid(mac + (0 .. POBF_HKDF_BYTES - 1));
  requires key:     \valid_read(key.bytes + (0 .. key.size - 1));
  requires parts:   readable_parts(parts, count);
  requires tail:    \valid_read(tail.bytes + (0 .. tail.size - 1));
  terminates        \true;
  exits             \false;
  assigns           mac[0 .. POBF_HKDF_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure: \result != POBF_OK ==> zeroed(mac, POBF_HKDF_BYTES);
*/
static enum pobf_status hmac(uint8_t mac[POBF_HKDF_BYTES], struct pobf_part key,
                             const struct pobf_part *parts, size_t count, struct pobf_part tail)
{
    crypto_auth_hmacsha256_state state;
    int failed = crypto_auth_hmacsha256_init(&state, key.bytes, key.size);

    /*@
      loop invariant bound: 0 <= i <= count;
      loop assigns i, state, failed;
      loop variant count - i;
    */
    for (size_t i = 0; i < count; i++) {
        failed |= crypto_auth_hmacsha256_update(&state, parts[i].bytes, parts[i].size);
    }
    failed |= crypto_auth_hmacsha256_update(&state, tail.bytes, tail.size);
    failed |= crypto_auth_hmacsha256_final(&state, mac);
    pobf_state_wipe(&state.ictx);
    pobf_state_wipe(&state.octx);
    //@ assert forgotten: spent_state(&state.ictx) && spent_state(&state.octx); // for no caller
    if (failed != 0) {
        pobf_wipe(mac, POBF_HKDF_BYTES);
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

enum pobf_status pobf_hkdf_extract(uint8_t prk[POBF_HKDF_BYTES], const uint8_t *salt,
                                   size_t salt_size, const struct pobf_part *parts, size_t count)
{
    const struct pobf_part key = {salt, salt_size};
    const struct pobf_part nothing = {salt, 0};

    return hmac(prk, key, parts, count, nothing);
}

enum pobf_status pobf_hkdf_expand(uint8_t *key, size_t size, const uint8_t prk[POBF_HKDF_BYTES],
                                  const struct pobf_part *parts, size_t count)
{
    static const uint8_t first = 1; /* the number of the block */
    const struct pobf_part secret = {prk, POBF_HKDF_BYTES};
    const struct pobf_part tail = {&first, 1};
    uint8_t block[POBF_HKDF_BYTES];
    enum pobf_status status = hmac(block, secret, parts, count, tail);

    pobf_bytes_copy(key, block, size);
    pobf_wipe(block, sizeof block);
    //@ assert forgotten: zeroed(&block[0], POBF_HKDF_BYTES); // for no caller
    return status;
}
