#ifndef POBF_FRAMEWORK_CHAIN_PROVIDER_H
#define POBF_FRAMEWORK_CHAIN_PROVIDER_H

#include "framework/crypto/commitment.h"
#include "framework/crypto/hpke.h"
#include "framework/wire/offer.h"

/*
 * The data provider's side of a task: seal one input, open one answer.
 *
 *   sealed input   encapsulated key (32) || cipher text || tag (16)
 *   sealed answer  answer nonce (32) || cipher text || tag (16)
 *   HPKE info      "pobf task 1" || measurement (32) || policy (32)
 *   aad            boot id (16) || task id (16)
 *   salts          Export("pobf input salt"), Export("pobf output salt")
 */
enum { POBF_SEALED_OVERHEAD = 48, POBF_INFO_BYTES = 11 + 64, POBF_AAD_BYTES = 32 };

struct pobf_provider {
    struct pobf_hpke hpke;
    uint8_t encapsulated[POBF_X25519_BYTES];
    uint8_t aad[POBF_AAD_BYTES];
    uint8_t input_salt[POBF_SALT_BYTES];
    uint8_t output_salt[POBF_SALT_BYTES];
};

void pobf_provider_clear(struct pobf_provider *provider);

/* The two strings that both sides bind the keys to. */
void pobf_provider_info(uint8_t info[POBF_INFO_BYTES], const uint8_t measurement[POBF_DIGEST_BYTES],
                        const uint8_t policy[POBF_DIGEST_BYTES]);
void pobf_provider_aad(uint8_t aad[POBF_AAD_BYTES], const uint8_t boot_id[POBF_BOOT_ID_BYTES],
                       const uint8_t task_id[POBF_TASK_ID_BYTES]);

/* Agree the keys with the offer. `ephemeral` is 32 fresh random bytes, which the caller wipes. */
POBF_MUST_CHECK
enum pobf_status pobf_provider_begin(struct pobf_provider *provider, const struct pobf_offer *offer,
                                     const uint8_t measurement[POBF_DIGEST_BYTES],
                                     const uint8_t policy[POBF_DIGEST_BYTES],
                                     const uint8_t ephemeral[POBF_X25519_BYTES]);

/*
 * Seal the input in place.
 *   message  size + 48 bytes; the clear text stands at message + 32; out: the sealed input
 *   commitment  out: what the receipt must say of it
 */
POBF_MUST_CHECK
enum pobf_status pobf_provider_seal(struct pobf_provider *provider, uint8_t *message, size_t size,
                                    uint8_t commitment[POBF_COMMITMENT_BYTES]);

/*
 * Open the answer in place; the clear text then stands at answer + 32, *size bytes.
 *   commitment  out: what the receipt must say of it
 * On any failure the answer is all zeros.
 */
POBF_MUST_CHECK
enum pobf_status pobf_provider_open(struct pobf_provider *provider, uint8_t *answer,
                                    size_t answer_size, size_t *size,
                                    uint8_t commitment[POBF_COMMITMENT_BYTES]);

#endif
