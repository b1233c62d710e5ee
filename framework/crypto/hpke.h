#ifndef POBF_FRAMEWORK_CRYPTO_HPKE_H
#define POBF_FRAMEWORK_CRYPTO_HPKE_H

#include "framework/crypto/aead.h"

/*
 * HPKE, base mode: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001,
 * ChaCha20-Poly1305 0x0003.                                              RFC 9180.
 * A context seals or opens one message (sequence number 0): its AEAD key works once.
 */
enum { POBF_X25519_BYTES = 32 };

struct pobf_hpke {
    struct pobf_aead aead;
    uint8_t exporter[32]; /* exporter_secret */
};

/* Forget the context. */
void pobf_hpke_clear(struct pobf_hpke *hpke);

/*
 * SetupBaseS.                                        RFC 9180, sections 4.1, 5.1, 5.1.1.
 *
 *   encapsulated       out: 32 bytes, travels in clear
 *   ephemeral          32 bytes, a fresh random X25519 private key; the caller forgets it
 *   recipient          32 bytes, the recipient's public key
 *
 * POBF_E_KEY where the shared secret would be zero; then hpke and encapsulated are all zeros.
 */
POBF_MUST_CHECK
enum pobf_status pobf_hpke_setup_sender(struct pobf_hpke *hpke,
                                        uint8_t encapsulated[POBF_X25519_BYTES],
                                        const uint8_t ephemeral[POBF_X25519_BYTES],
                                        const uint8_t recipient[POBF_X25519_BYTES],
                                        const uint8_t *info, size_t info_size);

/* SetupBaseR. The public key is derived from private_key. Same failures. */
POBF_MUST_CHECK
enum pobf_status pobf_hpke_setup_receiver(struct pobf_hpke *hpke,
                                          const uint8_t encapsulated[POBF_X25519_BYTES],
                                          const uint8_t private_key[POBF_X25519_BYTES],
                                          const uint8_t *info, size_t info_size);

/* Context.Export of 32 bytes.                                      RFC 9180, section 5.3. */
POBF_MUST_CHECK
enum pobf_status pobf_hpke_export(uint8_t secret[32], const struct pobf_hpke *hpke,
                                  const uint8_t *context, size_t context_size);

/*
 * The key of the answer, from the exporter as in Oblivious HTTP.   RFC 9458, section 4.4.
 *   secret = Export("pobf answer"); prk = Extract(encapsulated || answer_nonce, secret);
 *   key = Expand(prk, "key", 32); nonce = Expand(prk, "nonce", 12)
 */
POBF_MUST_CHECK
enum pobf_status pobf_hpke_answer_key(struct pobf_aead *answer, const struct pobf_hpke *hpke,
                                      const uint8_t encapsulated[POBF_X25519_BYTES],
                                      const uint8_t answer_nonce[32]);

#endif
