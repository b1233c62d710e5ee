#include "enclave/platform/sim.h"

#include "contracts/sodium.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

enum { SEED_BYTES = 32 };

/* TEST KEY. Not a secret: whoever holds it can sign that anything runs anywhere. */
static const uint8_t test_key_seed[SEED_BYTES] = "pobf sim TEST KEY, proves nothin";

/*@
  requires public:  \valid(public_key + (0 .. POBF_PUBLIC_KEY_BYTES - 1));
  requires signing: \valid(signing_key + (0 .. POBF_SIGNING_KEY_BYTES - 1));
  requires apart:   \separated(public_key + (0 .. POBF_PUBLIC_KEY_BYTES - 1),
                               signing_key + (0 .. POBF_SIGNING_KEY_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           public_key[0 .. POBF_PUBLIC_KEY_BYTES - 1];
  assigns           signing_key[0 .. POBF_SIGNING_KEY_BYTES - 1];
*/
static enum pobf_status make_keys(uint8_t public_key[POBF_PUBLIC_KEY_BYTES],
                                  uint8_t signing_key[POBF_SIGNING_KEY_BYTES])
{
    uint8_t seed[SEED_BYTES];

    pobf_bytes_copy(seed, test_key_seed, sizeof seed);
    return crypto_sign_ed25519_seed_keypair(public_key, signing_key, seed) == 0 ? POBF_OK
                                                                                : POBF_E_SYSTEM;
}

enum pobf_status sim_public_key(uint8_t key[POBF_PUBLIC_KEY_BYTES])
{
    uint8_t signing_key[POBF_SIGNING_KEY_BYTES];
    const enum pobf_status status = make_keys(key, signing_key);

    pobf_wipe(signing_key, sizeof signing_key);
    return status;
}

enum pobf_status sim_sign(uint8_t *out, size_t room, size_t *size,
                          const struct pobf_evidence *evidence)
{
    struct pobf_evidence bound = *evidence;
    uint8_t signing_key[POBF_SIGNING_KEY_BYTES];
    uint8_t public_key[POBF_PUBLIC_KEY_BYTES];
    enum pobf_status status = make_keys(public_key, signing_key);

    pobf_wipe(out, room);
    *size = 0;
    bound.platform = POBF_PLATFORM_SIM;
    if (status == POBF_OK) {
        status = pobf_evidence_bind(bound.report_data, &bound);
    }
    if (status == POBF_OK) {
        status = pobf_evidence_sign(out, room, size, &bound, signing_key);
    }
    pobf_wipe(signing_key, sizeof signing_key);
    return status;
}
