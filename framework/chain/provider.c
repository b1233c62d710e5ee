#include "framework/chain/provider.h"

#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

enum { LABEL_BYTES = 11, INPUT_LABEL_BYTES = 15, OUTPUT_LABEL_BYTES = 16 };

static const uint8_t label[] = "pobf task 1";
static const uint8_t input_label[] = "pobf input salt";
static const uint8_t output_label[] = "pobf output salt";

_Static_assert(sizeof label == LABEL_BYTES + 1, "the labels go without their zero");
_Static_assert(sizeof input_label == INPUT_LABEL_BYTES + 1, "the labels go without their zero");
_Static_assert(sizeof output_label == OUTPUT_LABEL_BYTES + 1, "the labels go without their zero");

void pobf_provider_clear(struct pobf_provider *provider)
{
    pobf_hpke_clear(&provider->hpke);
    pobf_wipe(provider->encapsulated, sizeof provider->encapsulated);
    pobf_wipe(provider->aad, sizeof provider->aad);
    pobf_wipe(provider->input_salt, sizeof provider->input_salt);
    pobf_wipe(provider->output_salt, sizeof provider->output_salt);
}

void pobf_provider_info(uint8_t info[POBF_INFO_BYTES], const uint8_t measurement[POBF_DIGEST_BYTES],
                        const uint8_t policy[POBF_DIGEST_BYTES])
{
    pobf_bytes_copy(info, label, LABEL_BYTES);
    pobf_bytes_copy(info + LABEL_BYTES, measurement, POBF_DIGEST_BYTES);
    pobf_bytes_copy(info + LABEL_BYTES + POBF_DIGEST_BYTES, policy, POBF_DIGEST_BYTES);
}

void pobf_provider_aad(uint8_t aad[POBF_AAD_BYTES], const uint8_t boot_id[POBF_BOOT_ID_BYTES],
                       const uint8_t task_id[POBF_TASK_ID_BYTES])
{
    pobf_bytes_copy(aad, boot_id, POBF_BOOT_ID_BYTES);
    pobf_bytes_copy(aad + POBF_BOOT_ID_BYTES, task_id, POBF_TASK_ID_BYTES);
}

enum pobf_status pobf_provider_salts(uint8_t input_salt[POBF_SALT_BYTES],
                                     uint8_t output_salt[POBF_SALT_BYTES],
                                     const struct pobf_hpke *hpke)
{
    enum pobf_status status = pobf_hpke_export(input_salt, hpke, input_label, INPUT_LABEL_BYTES);

    if (status == POBF_OK) {
        status = pobf_hpke_export(output_salt, hpke, output_label, OUTPUT_LABEL_BYTES);
    }
    if (status != POBF_OK) {
        pobf_wipe(input_salt, POBF_SALT_BYTES);
        pobf_wipe(output_salt, POBF_SALT_BYTES);
    }
    return status;
}

enum pobf_status pobf_provider_begin(struct pobf_provider *provider, const struct pobf_offer *offer,
                                     const uint8_t measurement[POBF_DIGEST_BYTES],
                                     const uint8_t policy[POBF_DIGEST_BYTES],
                                     const uint8_t ephemeral[POBF_X25519_BYTES])
{
    uint8_t info[POBF_INFO_BYTES];
    enum pobf_status status;

    pobf_provider_info(info, measurement, policy);
    pobf_provider_aad(provider->aad, offer->boot_id, offer->task_id);
    status = pobf_hpke_setup_sender(&provider->hpke, provider->encapsulated, ephemeral,
                                    offer->public_key, info, sizeof info);
    if (status == POBF_OK) {
        status = pobf_provider_salts(provider->input_salt, provider->output_salt, &provider->hpke);
    }
    if (status != POBF_OK) {
        pobf_provider_clear(provider);
    }
    return status;
}

enum pobf_status pobf_provider_seal(struct pobf_provider *provider, uint8_t *message, size_t size,
                                    uint8_t commitment[POBF_COMMITMENT_BYTES])
{
    uint8_t *text = message + POBF_X25519_BYTES;
    enum pobf_status status =
        pobf_aead_seal(&provider->hpke.aead, text, size, provider->aad, sizeof provider->aad);

    pobf_bytes_copy(message, provider->encapsulated, POBF_X25519_BYTES);
    if (status == POBF_OK) {
        status = pobf_commitment_make(commitment, provider->input_salt, text,
                                      size + POBF_AEAD_TAG_BYTES);
    }
    if (status != POBF_OK) {
        pobf_wipe(message, size + POBF_SEALED_OVERHEAD);
        pobf_wipe(commitment, POBF_COMMITMENT_BYTES);
    }
    return status;
}

/* Commit to the answer, and open it with the key that its nonce leads to. */
/*@
  requires provider:   \valid_read(provider);
  requires answer:     \valid(answer + (0 .. answer_size - 1));
  requires size:       answer_size >= POBF_SEALED_OVERHEAD;
  requires commitment: \valid(commitment + (0 .. POBF_COMMITMENT_BYTES - 1));
  requires apart:      \separated(provider, answer + (0 .. answer_size - 1),
                                  commitment + (0 .. POBF_COMMITMENT_BYTES - 1));
  terminates           \true;
  exits                \false;
  assigns              answer[0 .. answer_size - 1];
  assigns              commitment[0 .. POBF_COMMITMENT_BYTES - 1];
*/
static enum pobf_status open_answer(const struct pobf_provider *provider, uint8_t *answer,
                                    size_t answer_size, uint8_t commitment[POBF_COMMITMENT_BYTES])
{
    struct pobf_aead key;
    enum pobf_status status =
        pobf_commitment_make(commitment, provider->output_salt, answer, answer_size);

    if (status == POBF_OK) {
        status = pobf_hpke_answer_key(&key, &provider->hpke, provider->encapsulated, answer);
    }
    if (status == POBF_OK) {
        status = pobf_aead_open(&key, answer + POBF_ANSWER_NONCE_BYTES,
                                answer_size - POBF_ANSWER_NONCE_BYTES, provider->aad,
                                sizeof provider->aad);
    }
    return status;
}

enum pobf_status pobf_provider_open(struct pobf_provider *provider, uint8_t *answer,
                                    size_t answer_size, size_t *size,
                                    uint8_t commitment[POBF_COMMITMENT_BYTES])
{
    enum pobf_status status = POBF_E_INPUT;

    *size = 0;
    if (answer_size >= POBF_SEALED_OVERHEAD) {
        status = open_answer(provider, answer, answer_size, commitment);
    }
    pobf_hpke_clear(&provider->hpke);
    if (status != POBF_OK) {
        pobf_wipe(answer, answer_size);
        pobf_wipe(commitment, POBF_COMMITMENT_BYTES);
        return status;
    }
    *size = answer_size - POBF_SEALED_OVERHEAD;
    return POBF_OK;
}
