#ifndef POBF_VERIFIER_COSE_COSE_H
#define POBF_VERIFIER_COSE_COSE_H

#include <openssl/evp.h>

#include "framework/wire/sign1.h"
#include "verifier/x509/signature.h"

/* COSE's number of an algorithm, in the words of signature.h; SIGNATURE_NONE where it is not known. */
enum signature_algorithm cose_algorithm(int32_t number);

/* Verify a parsed COSE_Sign1, whose spans are in `bytes`; as signature_verify. */
POBF_MUST_CHECK enum pobf_status cose_verify(const struct pobf_sign1 *sign1, const uint8_t *bytes,
                                             EVP_PKEY *key);

#endif
