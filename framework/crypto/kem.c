#include "framework/crypto/kem.h"

#include "contracts/sodium.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"
#include "framework/crypto/label.h"

static const uint8_t suite[5] = {'K', 'E', 'M', 0x00, 0x20};
static const uint8_t eae_prk_label[7] = "eae_prk";
static const uint8_t shared_secret_label[13] = "shared_secret";

enum pobf_status pobf_kem_public_key(uint8_t public_key[POBF_X25519_BYTES],
                                     const uint8_t private_key[POBF_X25519_BYTES])
{
    if (crypto_scalarmult_curve25519_base(public_key, private_key) != 0) {
        pobf_wipe(public_key, POBF_X25519_BYTES);
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

/* ExtractAndExpand(dh, enc || pkRm). On failure shared is all zeros.  RFC 9180, section 4.1. */
/*@
  requires shared:       \valid(shared + (0 .. POBF_SHARED_BYTES - 1));
  requires dh:           \valid_read(dh + (0 .. POBF_X25519_BYTES - 1));
  requires encapsulated: \valid_read(encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires recipient:    \valid_read(recipient + (0 .. POBF_X25519_BYTES - 1));
  terminates             \true;
  exits                  \false;
  assigns                shared[0 .. POBF_SHARED_BYTES - 1];
  ensures  code:         \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  secret:       \result != POBF_OK ==> zeroed(shared, POBF_SHARED_BYTES);
*/
static enum pobf_status extract_and_expand(uint8_t shared[POBF_SHARED_BYTES],
                                           const uint8_t dh[POBF_X25519_BYTES],
                                           const uint8_t encapsulated[POBF_X25519_BYTES],
                                           const uint8_t recipient[POBF_X25519_BYTES])
{
    const struct pobf_part none = {suite, 0};
    const struct pobf_part ikm = {dh, POBF_X25519_BYTES};
    uint8_t context[2 * POBF_X25519_BYTES];
    uint8_t prk[POBF_HKDF_BYTES];

    pobf_bytes_copy(context, encapsulated, POBF_X25519_BYTES);
    pobf_bytes_copy(context + POBF_X25519_BYTES, recipient, POBF_X25519_BYTES);
    enum pobf_status status =
        pobf_label_extract(prk, POBF_PART(suite), none, POBF_PART(eae_prk_label), ikm);
    if (status == POBF_OK) {
        status = pobf_label_expand(shared, POBF_SHARED_BYTES, POBF_PART(suite), prk,
                                   POBF_PART(shared_secret_label), POBF_PART(context));
    } else {
        pobf_wipe(shared, POBF_SHARED_BYTES);
    }
    pobf_wipe(prk, sizeof prk);
    //@ assert forgotten: zeroed(&prk[0], POBF_HKDF_BYTES); // for no caller
    return status;
}

/* From one side's private key and the other's public key to the shared secret. */
/*@
  requires shared:       \valid(shared + (0 .. POBF_SHARED_BYTES - 1));
  requires mine:         \valid_read(mine + (0 .. POBF_X25519_BYTES - 1));
  requires theirs:       \valid_read(theirs + (0 .. POBF_X25519_BYTES - 1));
  requires encapsulated: \valid_read(encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires recipient:    \valid_read(recipient + (0 .. POBF_X25519_BYTES - 1));
  terminates             \true;
  exits                  \false;
  assigns                shared[0 .. POBF_SHARED_BYTES - 1];
  ensures  code:         \result == POBF_OK || \result == POBF_E_KEY || \result == POBF_E_SYSTEM;
  ensures  secret:       \result != POBF_OK ==> zeroed(shared, POBF_SHARED_BYTES);
*/
static enum pobf_status agree(uint8_t shared[POBF_SHARED_BYTES],
                              const uint8_t mine[POBF_X25519_BYTES],
                              const uint8_t theirs[POBF_X25519_BYTES],
                              const uint8_t encapsulated[POBF_X25519_BYTES],
                              const uint8_t recipient[POBF_X25519_BYTES])
{
    uint8_t dh[POBF_X25519_BYTES];
    enum pobf_status status = POBF_E_KEY;

    if (crypto_scalarmult_curve25519(dh, mine, theirs) == 0) {
        status = extract_and_expand(shared, dh, encapsulated, recipient);
    } else {
        pobf_wipe(shared, POBF_SHARED_BYTES);
    }
    pobf_wipe(dh, sizeof dh);
    //@ assert forgotten: zeroed(&dh[0], POBF_X25519_BYTES); // for no caller
    return status;
}

enum pobf_status pobf_kem_encapsulate(uint8_t shared[POBF_SHARED_BYTES],
                                      uint8_t encapsulated[POBF_X25519_BYTES],
                                      const uint8_t ephemeral[POBF_X25519_BYTES],
                                      const uint8_t recipient[POBF_X25519_BYTES])
{
    enum pobf_status status = pobf_kem_public_key(encapsulated, ephemeral);

    if (status == POBF_OK) {
        status = agree(shared, ephemeral, recipient, encapsulated, recipient);
    }
    if (status != POBF_OK) {
        pobf_wipe(shared, POBF_SHARED_BYTES);
        pobf_wipe(encapsulated, POBF_X25519_BYTES);
    }
    return status;
}

enum pobf_status pobf_kem_decapsulate(uint8_t shared[POBF_SHARED_BYTES],
                                      const uint8_t encapsulated[POBF_X25519_BYTES],
                                      const uint8_t private_key[POBF_X25519_BYTES])
{
    uint8_t recipient[POBF_X25519_BYTES];
    enum pobf_status status = pobf_kem_public_key(recipient, private_key);

    if (status == POBF_OK) {
        status = agree(shared, private_key, encapsulated, encapsulated, recipient);
    } else {
        pobf_wipe(shared, POBF_SHARED_BYTES);
    }
    return status;
}
