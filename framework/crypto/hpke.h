#ifndef POBF_FRAMEWORK_CRYPTO_HPKE_H
#define POBF_FRAMEWORK_CRYPTO_HPKE_H

#include "framework/crypto/aead.h"
#include "framework/crypto/kem.h"

/*
 * HPKE, base mode: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001,
 * ChaCha20-Poly1305 0x0003.                                              RFC 9180.
 * A context seals or opens one message (sequence number 0): its AEAD key works once.
 */
enum { POBF_EXPORT_BYTES = 32, POBF_ANSWER_NONCE_BYTES = 32 };

struct pobf_hpke {
    struct pobf_aead aead;
    uint8_t exporter[POBF_EXPORT_BYTES]; /* exporter_secret */
};

/*@
  // Nothing of the context is left.
  predicate forgotten_hpke{L}(struct pobf_hpke *hpke) =
    spent_aead{L}(&hpke->aead) && zeroed{L}(&hpke->exporter[0], POBF_EXPORT_BYTES);
*/

/* Forget the context. */
/*@
  requires hpke:      \valid(hpke);
  terminates          \true;
  exits               \false;
  assigns             *hpke;
  ensures  forgotten: forgotten_hpke(hpke);
*/
void pobf_hpke_clear(struct pobf_hpke *hpke);

/*
 * SetupBaseS.                                        RFC 9180, sections 4.1, 5.1, 5.1.1.
 *
 *   encapsulated       out: 32 bytes, travels in clear
 *   ephemeral          32 bytes, a fresh random X25519 private key; the caller forgets it
 *   recipient          32 bytes, the recipient's public key
 *
 * POBF_E_KEY where the shared secret would be zero, POBF_E_SYSTEM where libsodium fails; then
 * hpke and encapsulated are all zeros.
 */
/*@
  requires hpke:         \valid(hpke);
  requires encapsulated: \valid(encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires ephemeral:    \valid_read(ephemeral + (0 .. POBF_X25519_BYTES - 1));
  requires recipient:    \valid_read(recipient + (0 .. POBF_X25519_BYTES - 1));
  requires info:         \valid_read(info + (0 .. info_size - 1));
  requires apart:        \separated(hpke, encapsulated + (0 .. POBF_X25519_BYTES - 1),
                                    info + (0 .. info_size - 1));
  requires alone:        \separated(encapsulated + (0 .. POBF_X25519_BYTES - 1),
                                    ephemeral + (0 .. POBF_X25519_BYTES - 1));
  requires strange:      \separated(encapsulated + (0 .. POBF_X25519_BYTES - 1),
                                    recipient + (0 .. POBF_X25519_BYTES - 1));
  terminates             \true;
  exits                  \false;
  assigns                *hpke, encapsulated[0 .. POBF_X25519_BYTES - 1];
  ensures  code:         \result == POBF_OK || \result == POBF_E_KEY || \result == POBF_E_SYSTEM;
  ensures  once:         \result == POBF_OK ==> hpke->aead.uses == 1;
  ensures  forgotten:    \result != POBF_OK ==> forgotten_hpke(hpke);
  ensures  failure:      \result != POBF_OK ==> zeroed(encapsulated, POBF_X25519_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_hpke_setup_sender(struct pobf_hpke *hpke,
                                        uint8_t encapsulated[POBF_X25519_BYTES],
                                        const uint8_t ephemeral[POBF_X25519_BYTES],
                                        const uint8_t recipient[POBF_X25519_BYTES],
                                        const uint8_t *info, size_t info_size);

/*
 * SetupBaseR. The public key is derived from private_key, which the caller forgets.
 * The same failures; then hpke is all zeros.
 */
/*@
  requires hpke:         \valid(hpke);
  requires encapsulated: \valid_read(encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires private:      \valid_read(private_key + (0 .. POBF_X25519_BYTES - 1));
  requires info:         \valid_read(info + (0 .. info_size - 1));
  terminates             \true;
  exits                  \false;
  assigns                *hpke;
  ensures  code:         \result == POBF_OK || \result == POBF_E_KEY || \result == POBF_E_SYSTEM;
  ensures  once:         \result == POBF_OK ==> hpke->aead.uses == 1;
  ensures  forgotten:    \result != POBF_OK ==> forgotten_hpke(hpke);
*/
POBF_MUST_CHECK
enum pobf_status pobf_hpke_setup_receiver(struct pobf_hpke *hpke,
                                          const uint8_t encapsulated[POBF_X25519_BYTES],
                                          const uint8_t private_key[POBF_X25519_BYTES],
                                          const uint8_t *info, size_t info_size);

/*
 * Context.Export of 32 bytes.                                      RFC 9180, section 5.3.
 * POBF_E_SYSTEM where libsodium fails; then secret is all zeros.
 */
/*@
  requires secret:  \valid(secret + (0 .. POBF_EXPORT_BYTES - 1));
  requires hpke:    \valid_read(hpke);
  requires context: \valid_read(context + (0 .. context_size - 1));
  terminates        \true;
  exits             \false;
  assigns           secret[0 .. POBF_EXPORT_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure: \result != POBF_OK ==> zeroed(secret, POBF_EXPORT_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_hpke_export(uint8_t secret[POBF_EXPORT_BYTES], const struct pobf_hpke *hpke,
                                  const uint8_t *context, size_t context_size);

/*
 * The key of the answer, from the exporter as in Oblivious HTTP.   RFC 9458, section 4.4.
 *   secret = Export("pobf answer"); prk = Extract(encapsulated || answer_nonce, secret);
 *   key = Expand(prk, "key", 32); nonce = Expand(prk, "nonce", 12)
 * POBF_E_SYSTEM where libsodium fails; then answer is all zeros.
 */
/*@
  requires answer:       \valid(answer);
  requires hpke:         \valid_read(hpke);
  requires encapsulated: \valid_read(encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires nonce:        \valid_read(answer_nonce + (0 .. POBF_ANSWER_NONCE_BYTES - 1));
  terminates             \true;
  exits                  \false;
  assigns                *answer;
  ensures  code:         \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  once:         \result == POBF_OK ==> answer->uses == 1;
  ensures  spent:        \result != POBF_OK ==> spent_aead(answer);
*/
POBF_MUST_CHECK
enum pobf_status pobf_hpke_answer_key(struct pobf_aead *answer, const struct pobf_hpke *hpke,
                                      const uint8_t encapsulated[POBF_X25519_BYTES],
                                      const uint8_t answer_nonce[POBF_ANSWER_NONCE_BYTES]);

#endif
