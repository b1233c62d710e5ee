#ifndef POBF_VERIFIER_REPORT_CWT_H
#define POBF_VERIFIER_REPORT_CWT_H

#include <jansson.h>

#include "verifier/key/key.h"

/*
 * A result as CBOR Web Token: COSE_Sign1, tag 18, the algorithm in its protected header and the key's
 * id in the other; the claims in deterministic CBOR under the numbers of their registries. A claim
 * under a name of our own ("tag:..") is text: its JSON, sorted, without blanks.
 *                                       RFC 8392, RFC 9052; draft-ietf-rats-ear, section 3.
 */
enum { CWT_MAX = 512 * 1024 };

/* Sign. *cwt is to be freed; NULL and a size of 0 on any error: POBF_E_INPUT for other claims. */
POBF_MUST_CHECK enum pobf_status cwt_sign(uint8_t **cwt, size_t *size, const json_t *claims,
                                          const struct key *key);

#endif
