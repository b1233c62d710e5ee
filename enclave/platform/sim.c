#include "enclave/platform/sim.h"

#include "contracts/sodium.h"
#include "framework/core/wipe.h"

/* TEST KEY. Not a secret: whoever holds it can sign that anything runs anywhere. */
static const uint8_t test_key_seed[32] = "pobf sim TEST KEY, proves nothin";

enum pobf_status sim_public_key(uint8_t key[POBF_PUBLIC_KEY_BYTES])
{
    uint8_t signing_key[POBF_SIGNING_KEY_BYTES];
    const int result = crypto_sign_ed25519_seed_keypair(key, signing_key, test_key_seed);

    pobf_wipe(signing_key, sizeof signing_key);
    return result == 0 ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status sim_sign(uint8_t *out, size_t room, size_t *size,
                          const struct pobf_evidence *evidence)
{
    struct pobf_evidence bound = *evidence;
    uint8_t signing_key[POBF_SIGNING_KEY_BYTES];
    uint8_t public_key[POBF_PUBLIC_KEY_BYTES];
    enum pobf_status status = POBF_E_SYSTEM;

    pobf_wipe(out, room);
    *size = 0;
    bound.platform = POBF_PLATFORM_SIM;
    if (crypto_sign_ed25519_seed_keypair(public_key, signing_key, test_key_seed) == 0) {
        status = pobf_evidence_bind(bound.report_data, &bound);
    }
    if (status == POBF_OK) {
        status = pobf_evidence_sign(out, room, size, &bound, signing_key);
    }
    pobf_wipe(signing_key, sizeof signing_key);
    return status;
}
