#include "framework/crypto/hpke.h"

#include "framework/core/bytes.h"
#include "framework/core/wipe.h"
#include "framework/crypto/label.h"

enum { CONTEXT_BYTES = 1 + 2 * POBF_HKDF_BYTES };

/* "HPKE", then KEM, KDF and AEAD.                                    RFC 9180, section 5.1. */
static const uint8_t suite[10] = {'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01, 0x00, 0x03};
static const uint8_t psk_id_hash_label[11] = "psk_id_hash";
static const uint8_t info_hash_label[9] = "info_hash";
static const uint8_t secret_label[6] = "secret";
static const uint8_t key_label[3] = "key";
static const uint8_t base_nonce_label[10] = "base_nonce";
static const uint8_t exp_label[3] = "exp";
static const uint8_t sec_label[3] = "sec";
static const uint8_t answer_label[11] = "pobf answer";
static const uint8_t nonce_label[5] = "nonce";

void pobf_hpke_clear(struct pobf_hpke *hpke)
{
    pobf_aead_clear(&hpke->aead);
    pobf_wipe(hpke->exporter, POBF_EXPORT_BYTES);
}

/* key_schedule_context = mode_base || psk_id_hash || info_hash; all of it is public. */
/*@
  requires context: \valid(context + (0 .. CONTEXT_BYTES - 1));
  requires info:    \valid_read(info.bytes + (0 .. info.size - 1));
  requires apart:   \separated(context + (0 .. CONTEXT_BYTES - 1),
                               info.bytes + (0 .. info.size - 1));
  terminates        \true;
  exits             \false;
  assigns           context[0 .. CONTEXT_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
*/
static enum pobf_status schedule_context(uint8_t context[CONTEXT_BYTES], struct pobf_part info)
{
    const struct pobf_part none = {suite, 0};
    uint8_t *psk_id_hash = context + 1;
    uint8_t *info_hash = context + 1 + POBF_HKDF_BYTES;

    context[0] = 0x00; /* mode_base */
    enum pobf_status status =
        pobf_label_extract(psk_id_hash, POBF_PART(suite), none, POBF_PART(psk_id_hash_label), none);
    if (status != POBF_OK) {
        return status;
    }
    return pobf_label_extract(info_hash, POBF_PART(suite), none, POBF_PART(info_hash_label), info);
}

/* The three keys of a context, from the secret of the schedule. */
/*@
  requires hpke:      \valid(hpke);
  requires secret:    \valid_read(secret + (0 .. POBF_HKDF_BYTES - 1));
  requires context:   \valid_read(context.bytes + (0 .. context.size - 1));
  requires apart:     \separated(hpke, secret + (0 .. POBF_HKDF_BYTES - 1));
  requires alone:     \separated(hpke, context.bytes + (0 .. context.size - 1));
  terminates          \true;
  exits               \false;
  assigns             *hpke;
  ensures  code:      \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  once:      \result == POBF_OK ==> hpke->aead.uses == 1;
  ensures  forgotten: \result != POBF_OK ==> forgotten_hpke(hpke);
*/
static enum pobf_status schedule_keys(struct pobf_hpke *hpke, const uint8_t secret[POBF_HKDF_BYTES],
                                      struct pobf_part context)
{
    enum pobf_status status =
        pobf_label_expand(hpke->aead.key, POBF_AEAD_KEY_BYTES, POBF_PART(suite), secret,
                          POBF_PART(key_label), context);

    if (status == POBF_OK) {
        status = pobf_label_expand(hpke->aead.nonce, POBF_AEAD_NONCE_BYTES, POBF_PART(suite),
                                   secret, POBF_PART(base_nonce_label), context);
    }
    if (status == POBF_OK) {
        status = pobf_label_expand(hpke->exporter, POBF_EXPORT_BYTES, POBF_PART(suite), secret,
                                   POBF_PART(exp_label), context);
    }
    hpke->aead.uses = 1;
    if (status != POBF_OK) {
        pobf_hpke_clear(hpke);
    }
    return status;
}

/* KeySchedule, mode_base, no pre-shared key.                         RFC 9180, section 5.1. */
/*@
  requires hpke:      \valid(hpke);
  requires shared:    \valid_read(shared + (0 .. POBF_SHARED_BYTES - 1));
  requires info:      \valid_read(info.bytes + (0 .. info.size - 1));
  terminates          \true;
  exits               \false;
  assigns             *hpke;
  ensures  code:      \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  once:      \result == POBF_OK ==> hpke->aead.uses == 1;
  ensures  forgotten: \result != POBF_OK ==> forgotten_hpke(hpke);
*/
static enum pobf_status schedule(struct pobf_hpke *hpke, const uint8_t shared[POBF_SHARED_BYTES],
                                 struct pobf_part info)
{
    const struct pobf_part none = {suite, 0};
    const struct pobf_part salt = {shared, POBF_SHARED_BYTES};
    uint8_t context[CONTEXT_BYTES];
    uint8_t secret[POBF_HKDF_BYTES] = {0};
    enum pobf_status status = schedule_context(context, info);

    if (status == POBF_OK) {
        status = pobf_label_extract(secret, POBF_PART(suite), salt, POBF_PART(secret_label), none);
    }
    if (status == POBF_OK) {
        status = schedule_keys(hpke, secret, POBF_PART(context));
    } else {
        pobf_hpke_clear(hpke);
    }
    pobf_wipe(secret, sizeof secret);
    //@ assert forgotten: zeroed(&secret[0], POBF_HKDF_BYTES); // for no caller
    return status;
}

enum pobf_status pobf_hpke_setup_sender(struct pobf_hpke *hpke,
                                        uint8_t encapsulated[POBF_X25519_BYTES],
                                        const uint8_t ephemeral[POBF_X25519_BYTES],
                                        const uint8_t recipient[POBF_X25519_BYTES],
                                        const uint8_t *info, size_t info_size)
{
    const struct pobf_part part = {info, info_size};
    uint8_t shared[POBF_SHARED_BYTES];
    enum pobf_status status = pobf_kem_encapsulate(shared, encapsulated, ephemeral, recipient);

    if (status == POBF_OK) {
        status = schedule(hpke, shared, part);
    }
    pobf_wipe(shared, sizeof shared);
    //@ assert forgotten: zeroed(&shared[0], POBF_SHARED_BYTES); // for no caller
    if (status != POBF_OK) {
        pobf_hpke_clear(hpke);
        pobf_wipe(encapsulated, POBF_X25519_BYTES);
    }
    return status;
}

enum pobf_status pobf_hpke_setup_receiver(struct pobf_hpke *hpke,
                                          const uint8_t encapsulated[POBF_X25519_BYTES],
                                          const uint8_t private_key[POBF_X25519_BYTES],
                                          const uint8_t *info, size_t info_size)
{
    const struct pobf_part part = {info, info_size};
    uint8_t shared[POBF_SHARED_BYTES];
    enum pobf_status status = pobf_kem_decapsulate(shared, encapsulated, private_key);

    if (status == POBF_OK) {
        status = schedule(hpke, shared, part);
    } else {
        pobf_hpke_clear(hpke);
    }
    pobf_wipe(shared, sizeof shared);
    //@ assert forgotten: zeroed(&shared[0], POBF_SHARED_BYTES); // for no caller
    return status;
}

enum pobf_status pobf_hpke_export(uint8_t secret[POBF_EXPORT_BYTES], const struct pobf_hpke *hpke,
                                  const uint8_t *context, size_t context_size)
{
    const struct pobf_part part = {context, context_size};

    return pobf_label_expand(secret, POBF_EXPORT_BYTES, POBF_PART(suite), hpke->exporter,
                             POBF_PART(sec_label), part);
}

/* prk = Extract(encapsulated || answer_nonce, Export("pobf answer")). */
/*@
  requires prk:          \valid(prk + (0 .. POBF_HKDF_BYTES - 1));
  requires hpke:         \valid_read(hpke);
  requires encapsulated: \valid_read(encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires nonce:        \valid_read(answer_nonce + (0 .. POBF_ANSWER_NONCE_BYTES - 1));
  terminates             \true;
  exits                  \false;
  assigns                prk[0 .. POBF_HKDF_BYTES - 1];
  ensures  code:         \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure:      \result != POBF_OK ==> zeroed(prk, POBF_HKDF_BYTES);
*/
static enum pobf_status answer_prk(uint8_t prk[POBF_HKDF_BYTES], const struct pobf_hpke *hpke,
                                   const uint8_t encapsulated[POBF_X25519_BYTES],
                                   const uint8_t answer_nonce[POBF_ANSWER_NONCE_BYTES])
{
    uint8_t salt[POBF_X25519_BYTES + POBF_ANSWER_NONCE_BYTES];
    uint8_t secret[POBF_EXPORT_BYTES];
    const struct pobf_part ikm[] = {{secret, sizeof secret}};

    pobf_bytes_copy(salt, encapsulated, POBF_X25519_BYTES);
    pobf_bytes_copy(salt + POBF_X25519_BYTES, answer_nonce, POBF_ANSWER_NONCE_BYTES);
    enum pobf_status status = pobf_hpke_export(secret, hpke, answer_label, sizeof answer_label);
    if (status == POBF_OK) {
        status = pobf_hkdf_extract(prk, salt, sizeof salt, ikm, 1);
    } else {
        pobf_wipe(prk, POBF_HKDF_BYTES);
    }
    pobf_wipe(secret, sizeof secret);
    //@ assert forgotten: zeroed(&secret[0], POBF_EXPORT_BYTES); // for no caller
    return status;
}

enum pobf_status pobf_hpke_answer_key(struct pobf_aead *answer, const struct pobf_hpke *hpke,
                                      const uint8_t encapsulated[POBF_X25519_BYTES],
                                      const uint8_t answer_nonce[POBF_ANSWER_NONCE_BYTES])
{
    const struct pobf_part key_info[] = {{key_label, sizeof key_label}};
    const struct pobf_part nonce_info[] = {{nonce_label, sizeof nonce_label}};
    uint8_t prk[POBF_HKDF_BYTES];
    enum pobf_status status = answer_prk(prk, hpke, encapsulated, answer_nonce);

    if (status == POBF_OK) {
        status = pobf_hkdf_expand(answer->key, POBF_AEAD_KEY_BYTES, prk, key_info, 1);
    }
    if (status == POBF_OK) {
        status = pobf_hkdf_expand(answer->nonce, POBF_AEAD_NONCE_BYTES, prk, nonce_info, 1);
    }
    answer->uses = 1;
    if (status != POBF_OK) {
        pobf_aead_clear(answer);
    }
    pobf_wipe(prk, sizeof prk);
    //@ assert forgotten: zeroed(&prk[0], POBF_HKDF_BYTES); // for no caller
    return status;
}
