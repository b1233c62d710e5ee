#ifndef POBF_VERIFIER_CORIM_CORIM_H
#define POBF_VERIFIER_CORIM_CORIM_H

#include <openssl/evp.h>

#include "framework/core/status.h"
#include "framework/wire/sign1.h"

/*
 * Reference values as CoRIM (draft-ietf-rats-corim): unsigned, 501(map), or signed, 18([..]) over the
 * same. Of its CoMIDs (506) the reference triples are read, and of these digests and raw values, each
 * with its key; whatever else stands there is left alone. CBOR in shortest form, map keys in any
 * order, none twice where it matters.
 */
enum { CORIM_VALUES_MAX = 256 };

enum corim_key_kind {
    CORIM_KEY_NONE,   /* the environment's one measurement */
    CORIM_KEY_NUMBER, /* 641: SEV-SNP's launch measurement */
    CORIM_KEY_TEXT,
    CORIM_KEY_OTHER /* a UUID, an OID, a key of PSA */
};

struct corim_value {
    enum corim_key_kind kind;
    uint64_t number;
    struct pobf_span text;  /* where it is one */
    struct pobf_span bytes; /* the digest, or the raw value */
};

struct corim {
    struct corim_value value[CORIM_VALUES_MAX];
    size_t count;
    int64_t from; /* the span in which it counts, both ends included */
    int64_t until;
    int is_signed;
    struct pobf_sign1 sign1;
};

/* Parse; judges nothing. POBF_E_INPUT, and all zeros, where it is not so, or has too many values. */
POBF_MUST_CHECK enum pobf_status corim_parse(struct corim *corim, const uint8_t *bytes,
                                             size_t size);

/* POBF_OK where it is signed, by this key. */
POBF_MUST_CHECK enum pobf_status corim_verify(const struct corim *corim, const uint8_t *bytes,
                                              EVP_PKEY *key);

/* 1 where one of its values for this measurement, of this number or without a key, is just so. */
int corim_has(const struct corim *corim, const uint8_t *bytes, uint64_t number,
              const uint8_t *measurement, size_t size);

#endif
