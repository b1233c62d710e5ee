#ifndef POBF_VERIFIER_CERTIFICATE_DSSE_H
#define POBF_VERIFIER_CERTIFICATE_DSSE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"
#include "verifier/key/key.h"

/*
 * A DSSE envelope with one signature:                          github.com/secure-systems-lab/dsse
 *   {"payload": base64, "payloadType": type, "signatures": [{"keyid": hex, "sig": base64}]}
 * The key id is that of key_id. More members, more signatures, or any other way to print the same
 * are refused: what was not judged is not carried along, and one envelope has one digest.
 */
enum { DSSE_ENVELOPE_MAX = 1 << 20 };

struct dsse {
    uint8_t *payload; /* owned; followed by one zero that is not counted */
    size_t size;
    uint8_t key_id[KEY_ID_BYTES];
    uint8_t signature[KEY_SIGNATURE_BYTES];
    const char *defect; /* where parsing fails: what is wrong, in words */
};

/* What is signed, to free: "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload. */
POBF_MUST_CHECK enum pobf_status dsse_pae(uint8_t **bytes, size_t *size, const char *type,
                                          const uint8_t *payload, size_t payload_size);

/* Sign; *envelope is text to free, NULL on any error. */
POBF_MUST_CHECK enum pobf_status dsse_sign(char **envelope, const char *type,
                                           const uint8_t *payload, size_t payload_size,
                                           const struct key *key);

/* Parse; judges nothing. POBF_E_INPUT, `defect` and nothing else, where it is not this layout. */
POBF_MUST_CHECK enum pobf_status dsse_parse(struct dsse *dsse, const char *type,
                                            const uint8_t *bytes, size_t size);
void dsse_clear(struct dsse *dsse);

/* POBF_OK, or POBF_E_AUTH. The key id is a hint: what counts is the signature. */
POBF_MUST_CHECK enum pobf_status dsse_verify(const struct dsse *dsse, const char *type,
                                             const struct key *key);

#endif
