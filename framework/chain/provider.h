#ifndef POBF_FRAMEWORK_CHAIN_PROVIDER_H
#define POBF_FRAMEWORK_CHAIN_PROVIDER_H

#include "framework/crypto/commitment.h"
#include "framework/crypto/hpke.h"
#include "framework/wire/offer.h"

/*
 * The data provider's side of a task: seal one input, open one answer.
 *
 *   sealed input       encapsulated key (32) || cipher text || tag (16)
 *   sealed answer      answer nonce (32) || cipher text || tag (16)
 *   HPKE info          "pobf task 1" || measurement (32) || policy (32)
 *   aad                boot id (16) || task id (16)
 *   salts              Export("pobf input salt"), Export("pobf output salt")
 *   input commitment   to cipher text and tag: the salt comes from the encapsulated key itself
 *   output commitment  to the whole sealed answer
 */
enum { POBF_SEALED_OVERHEAD = 48, POBF_INFO_BYTES = 11 + 64, POBF_AAD_BYTES = 32 };

/*@
  // The n bytes at p are a sealed answer: a nonce that was drawn, cipher text and tag.
  predicate sealed_answer{L}(uint8_t *p, integer n) =
    POBF_SEALED_OVERHEAD <= n && all_drawn{L}(p, POBF_ANSWER_NONCE_BYTES) &&
    \forall integer k; POBF_ANSWER_NONCE_BYTES <= k < n ==>
      enciphered(n - POBF_ANSWER_NONCE_BYTES, k - POBF_ANSWER_NONCE_BYTES, \at(p[k], L));
*/

struct pobf_provider {
    struct pobf_hpke hpke; /* the key of the input, and the exporter     */
    uint8_t encapsulated[POBF_X25519_BYTES];
    uint8_t aad[POBF_AAD_BYTES];
    uint8_t input_salt[POBF_SALT_BYTES];
    uint8_t output_salt[POBF_SALT_BYTES];
};

/*@
  // Nothing of the exchange is left.
  predicate forgotten_provider{L}(struct pobf_provider *provider) =
    forgotten_hpke{L}(&provider->hpke) &&
    zeroed{L}(&provider->encapsulated[0], POBF_X25519_BYTES) &&
    zeroed{L}(&provider->aad[0], POBF_AAD_BYTES) &&
    zeroed{L}(&provider->input_salt[0], POBF_SALT_BYTES) &&
    zeroed{L}(&provider->output_salt[0], POBF_SALT_BYTES);
*/

/*@
  requires provider:   \valid(provider);
  terminates           \true;
  exits                \false;
  assigns              *provider;
  ensures  forgotten:  forgotten_provider(provider);
*/
void pobf_provider_clear(struct pobf_provider *provider);

/* The two strings that both sides bind the keys to. */
/*@
  requires info:        \valid(info + (0 .. POBF_INFO_BYTES - 1));
  requires measurement: \valid_read(measurement + (0 .. POBF_DIGEST_BYTES - 1));
  requires policy:      \valid_read(policy + (0 .. POBF_DIGEST_BYTES - 1));
  requires apart:       \separated(info + (0 .. POBF_INFO_BYTES - 1),
                                   measurement + (0 .. POBF_DIGEST_BYTES - 1));
  requires alone:       \separated(info + (0 .. POBF_INFO_BYTES - 1),
                                   policy + (0 .. POBF_DIGEST_BYTES - 1));
  terminates            \true;
  exits                 \false;
  assigns               info[0 .. POBF_INFO_BYTES - 1];
  ensures  measurement: same_bytes(info + 11, measurement, POBF_DIGEST_BYTES);
  ensures  policy:      same_bytes(info + 43, policy, POBF_DIGEST_BYTES);
*/
void pobf_provider_info(uint8_t info[POBF_INFO_BYTES], const uint8_t measurement[POBF_DIGEST_BYTES],
                        const uint8_t policy[POBF_DIGEST_BYTES]);
/*@
  requires aad:         \valid(aad + (0 .. POBF_AAD_BYTES - 1));
  requires boot_id:     \valid_read(boot_id + (0 .. POBF_BOOT_ID_BYTES - 1));
  requires task_id:     \valid_read(task_id + (0 .. POBF_TASK_ID_BYTES - 1));
  requires apart:       \separated(aad + (0 .. POBF_AAD_BYTES - 1),
                                   boot_id + (0 .. POBF_BOOT_ID_BYTES - 1));
  requires alone:       \separated(aad + (0 .. POBF_AAD_BYTES - 1),
                                   task_id + (0 .. POBF_TASK_ID_BYTES - 1));
  terminates            \true;
  exits                 \false;
  assigns               aad[0 .. POBF_AAD_BYTES - 1];
  ensures  boot_id:     same_bytes(aad, boot_id, POBF_BOOT_ID_BYTES);
  ensures  task_id:     same_bytes(aad + POBF_BOOT_ID_BYTES, task_id, POBF_TASK_ID_BYTES);
*/
void pobf_provider_aad(uint8_t aad[POBF_AAD_BYTES], const uint8_t boot_id[POBF_BOOT_ID_BYTES],
                       const uint8_t task_id[POBF_TASK_ID_BYTES]);

/*
 * The salts of both commitments: what only the two sides know.
 * POBF_E_SYSTEM where libsodium fails; then both are all zeros.
 */
/*@
  requires input:    \valid(input_salt + (0 .. POBF_SALT_BYTES - 1));
  requires output:   \valid(output_salt + (0 .. POBF_SALT_BYTES - 1));
  requires hpke:     \valid_read(hpke);
  requires apart:    \separated(input_salt + (0 .. POBF_SALT_BYTES - 1),
                                output_salt + (0 .. POBF_SALT_BYTES - 1), hpke);
  terminates         \true;
  exits              \false;
  assigns            input_salt[0 .. POBF_SALT_BYTES - 1];
  assigns            output_salt[0 .. POBF_SALT_BYTES - 1];
  ensures  code:     \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  input:    \result != POBF_OK ==> zeroed(input_salt, POBF_SALT_BYTES);
  ensures  output:   \result != POBF_OK ==> zeroed(output_salt, POBF_SALT_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_provider_salts(uint8_t input_salt[POBF_SALT_BYTES],
                                     uint8_t output_salt[POBF_SALT_BYTES],
                                     const struct pobf_hpke *hpke);

/*
 * Agree the keys with the offer. `ephemeral` is 32 fresh random bytes, which the caller wipes.
 * POBF_E_KEY where the shared secret would be zero, POBF_E_SYSTEM where libsodium fails.
 */
/*@
  requires provider:    \valid(provider);
  requires offer:       \valid_read(offer);
  requires measurement: \valid_read(measurement + (0 .. POBF_DIGEST_BYTES - 1));
  requires policy:      \valid_read(policy + (0 .. POBF_DIGEST_BYTES - 1));
  requires ephemeral:   \valid_read(ephemeral + (0 .. POBF_X25519_BYTES - 1));
  requires apart:       \separated(provider, offer, measurement + (0 .. POBF_DIGEST_BYTES - 1),
                                   policy + (0 .. POBF_DIGEST_BYTES - 1),
                                   ephemeral + (0 .. POBF_X25519_BYTES - 1));
  terminates            \true;
  exits                 \false;
  assigns               *provider;
  ensures  once:        \result == POBF_OK ==> provider->hpke.aead.uses == 1;
  ensures  forgotten:   \result != POBF_OK ==> forgotten_provider(provider);
*/
POBF_MUST_CHECK
enum pobf_status pobf_provider_begin(struct pobf_provider *provider, const struct pobf_offer *offer,
                                     const uint8_t measurement[POBF_DIGEST_BYTES],
                                     const uint8_t policy[POBF_DIGEST_BYTES],
                                     const uint8_t ephemeral[POBF_X25519_BYTES]);

/*
 * Seal the input in place.
 *
 *   message     size + 48 bytes; the clear text stands at message + 32; out: the sealed input
 *   commitment  out: what the receipt must say of it
 *
 * POBF_E_KEY where an input was sealed before, POBF_E_SPACE where it is too long for the cipher,
 * POBF_E_SYSTEM where libsodium fails; then message and commitment are all zeros.
 */
/*@
  requires provider:   \valid(provider);
  requires size:       size <= SIZE_MAX - POBF_SEALED_OVERHEAD;
  requires message:    \valid(message + (0 .. size + POBF_SEALED_OVERHEAD - 1));
  requires commitment: \valid(commitment + (0 .. POBF_COMMITMENT_BYTES - 1));
  requires apart:      \separated(provider, message + (0 .. size + POBF_SEALED_OVERHEAD - 1),
                                  commitment + (0 .. POBF_COMMITMENT_BYTES - 1));
  terminates           \true;
  exits                \false;
  assigns              provider->hpke.aead, message[0 .. size + POBF_SEALED_OVERHEAD - 1];
  assigns              commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  ensures  spent:      spent_aead(&provider->hpke.aead);
  ensures  once:       \old(provider->hpke.aead.uses) != 1 ==> \result == POBF_E_KEY;
  ensures  nothing:    \result != POBF_OK ==> zeroed(message, size + POBF_SEALED_OVERHEAD);
  ensures  unsaid:     \result != POBF_OK ==> zeroed(commitment, POBF_COMMITMENT_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_provider_seal(struct pobf_provider *provider, uint8_t *message, size_t size,
                                    uint8_t commitment[POBF_COMMITMENT_BYTES]);

/*
 * Open the answer in place; the clear text then stands at answer + 32, *size bytes. Every key of
 * the exchange is gone when it returns; the salts stay, to check commitments again.
 *
 *   commitment  out: what the receipt must say of it
 *
 * POBF_E_INPUT where the answer is shorter than its overhead, POBF_E_AUTH where it does not open,
 * POBF_E_SPACE where it is too long for the cipher, POBF_E_SYSTEM where libsodium fails; then answer
 * and commitment are all zeros.
 */
/*@
  requires provider:   \valid(provider);
  requires answer:     \valid(answer + (0 .. answer_size - 1));
  requires size:       \valid(size);
  requires commitment: \valid(commitment + (0 .. POBF_COMMITMENT_BYTES - 1));
  requires apart:      \separated(provider, answer + (0 .. answer_size - 1), size,
                                  commitment + (0 .. POBF_COMMITMENT_BYTES - 1));
  terminates           \true;
  exits                \false;
  assigns              provider->hpke, answer[0 .. answer_size - 1], *size;
  assigns              commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  ensures  forgotten:  forgotten_hpke(&provider->hpke);
  ensures  length:     \result == POBF_OK ==> *size == answer_size - POBF_SEALED_OVERHEAD &&
                                              answer_size >= POBF_SEALED_OVERHEAD;
  ensures  nothing:    \result != POBF_OK ==> zeroed(answer, answer_size) && *size == 0;
  ensures  unsaid:     \result != POBF_OK ==> zeroed(commitment, POBF_COMMITMENT_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_provider_open(struct pobf_provider *provider, uint8_t *answer,
                                    size_t answer_size, size_t *size,
                                    uint8_t commitment[POBF_COMMITMENT_BYTES]);

#endif
