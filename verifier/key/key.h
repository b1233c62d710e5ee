#ifndef POBF_VERIFIER_KEY_KEY_H
#define POBF_VERIFIER_KEY_KEY_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/core/status.h"

/*
 * A verifier's signing key: P-256 (ES256, the default) or Ed25519 (EdDSA), by libssl, PEM on disk
 * (PKCS#8 and SubjectPublicKeyInfo). Signatures are 64 bytes: R || S, or Ed25519's.
 */
enum key_kind { KEY_NONE, KEY_ES256, KEY_EDDSA };
enum { KEY_SIGNATURE_BYTES = 64, KEY_ID_BYTES = 32, KEY_TEXT_ROOM = 128 };

struct key;

POBF_MUST_CHECK enum pobf_status key_generate(struct key **key, enum key_kind kind);
/* Read a private or a public key. POBF_E_INPUT where the PEM is neither kind. */
POBF_MUST_CHECK enum pobf_status key_open(struct key **key, const char *path);
/* The same of bytes that were read. */
POBF_MUST_CHECK enum pobf_status key_parse(struct key **key, const uint8_t *bytes, size_t size);
void key_close(struct key *key);

/* Why key_open refuses what it read, in words: "holds a key of type RSA, ..." */
void key_explain(char text[KEY_TEXT_ROOM], const char *path);

/*
 * PATH gets the private key (0600), PATH.pub the public one. POBF_E_REFUSED where either is there
 * already: a key is never overwritten. On any failure neither file is left.
 */
POBF_MUST_CHECK enum pobf_status key_write(const struct key *key, const char *path);

enum key_kind key_kind(const struct key *key);
const char *key_algorithm(const struct key *key); /* "ES256", "EdDSA" */
int key_is_private(const struct key *key);        /* 1: it can sign */
/* SHA-256 of the SubjectPublicKeyInfo. */
void key_id(const struct key *key, uint8_t id[KEY_ID_BYTES]);

/* The 32 bytes of an Ed25519 public key. POBF_E_KEY, and zeros, for any other kind. */
POBF_MUST_CHECK enum pobf_status key_public_ed25519(const struct key *key, uint8_t bytes[32]);

/* The public half, PEM (SubjectPublicKeyInfo); free it. NULL where memory runs out. */
char *key_public_pem(const struct key *key);

/* The public half as JWK, with "kid" and "alg" (RFC 7517, RFC 8037). NULL where memory runs out. */
json_t *key_public_jwk(const struct key *key);

/* POBF_E_KEY where there is no private half. */
POBF_MUST_CHECK enum pobf_status key_sign(const struct key *key,
                                          uint8_t signature[KEY_SIGNATURE_BYTES],
                                          const uint8_t *message, size_t size);
/* POBF_OK, or POBF_E_AUTH. */
POBF_MUST_CHECK enum pobf_status key_verify(const struct key *key,
                                            const uint8_t signature[KEY_SIGNATURE_BYTES],
                                            const uint8_t *message, size_t size);

#endif
