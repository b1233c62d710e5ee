#ifndef POBF_VERIFIER_COSE_JWK_H
#define POBF_VERIFIER_COSE_JWK_H

#include <jansson.h>
#include <openssl/evp.h>

/*
 * The public key of a JWK (RFC 7517): RSA of 2048 to 8192 bits, or EC on P-256 or P-384. NULL where it
 * is none of them, whole. A private part is not looked at.
 */
EVP_PKEY *jwk_open(const json_t *jwk);

#endif
