#ifndef POBF_VERIFIER_X509_SIGNATURE_H
#define POBF_VERIFIER_X509_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "framework/core/status.h"

/*
 * One strict door to the signatures of evidence. ECDSA is R || S, big-endian, each of the curve's
 * size, both in 1 .. order - 1; the key must be of the algorithm's kind and size.
 */
enum signature_algorithm {
    SIGNATURE_NONE,
    SIGNATURE_ES256, /* P-256, SHA-256 */
    SIGNATURE_ES384, /* P-384, SHA-384 */
    SIGNATURE_ES512, /* P-521, SHA-512 */
    SIGNATURE_RS256, /* RSA PKCS#1 v1.5, >= 2048 bits, SHA-256 */
    SIGNATURE_PS256, /* RSA-PSS, SHA-256, salt 32 */
    SIGNATURE_PS384, /* RSA-PSS, SHA-384, salt 48 */
    SIGNATURE_EDDSA, /* Ed25519 */
};

/* POBF_OK; POBF_E_AUTH where it is not a signature; POBF_E_KEY where the key is of another kind. */
POBF_MUST_CHECK enum pobf_status signature_verify(enum signature_algorithm algorithm, EVP_PKEY *key,
                                                  const uint8_t *signature, size_t signature_size,
                                                  const uint8_t *message, size_t size);

/* The same, of an ECDSA signature in strict DER. */
POBF_MUST_CHECK enum pobf_status signature_verify_der(enum signature_algorithm algorithm,
                                                      EVP_PKEY *key, const uint8_t *signature,
                                                      size_t signature_size, const uint8_t *message,
                                                      size_t size);

/* A key from the coordinates of a point, each of the curve's size; NULL where it is none. */
EVP_PKEY *signature_point_open(enum signature_algorithm algorithm, const uint8_t *x,
                               const uint8_t *y);

#endif
