#ifndef POBF_VERIFIER_REPORT_JWS_H
#define POBF_VERIFIER_REPORT_JWS_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "verifier/key/key.h"

/*
 * JSON Web Signature in its compact form, for one kind of token: three parts of base64url without
 * padding, a header of exactly alg, typ and kid, a payload that is one object.  RFC 7515, RFC 7519.
 * No other header is understood, so "crit", "jwk", "b64" and "none" have nothing to act on.
 */
#define JWS_TYPE "eat+jwt"

enum { JWS_MAX = 256 * 1024 };

struct jws {
    json_t *header;
    json_t *claims;
    uint8_t signature[KEY_SIGNATURE_BYTES];
    int has_signature;  /* 0: the third part is no signature, and verifies under no key */
    size_t signed_size; /* the signature is over this many bytes from the first */
};

/* Sign. *jws is a string to free; NULL on any error. */
POBF_MUST_CHECK enum pobf_status jws_sign(char **jws, const json_t *claims, const struct key *key);

/* Parse; judges nothing. POBF_E_INPUT, an empty *jws, and *defect in words, where it is not so. */
POBF_MUST_CHECK enum pobf_status jws_parse(struct jws *jws, const uint8_t *bytes, size_t size,
                                           const char **defect);

/*
 * POBF_OK where the header names the algorithm and the id of `key`, and the signature is its own
 * over `bytes`, from which *jws was parsed. The key decides the algorithm, never the token.
 */
POBF_MUST_CHECK enum pobf_status jws_verify(const struct jws *jws, const uint8_t *bytes,
                                            const struct key *key);

void jws_clear(struct jws *jws);

#endif
