#ifndef POBF_TESTS_FRAMEWORK_WIRE_FOREIGN_H
#define POBF_TESTS_FRAMEWORK_WIRE_FOREIGN_H

#include <string.h>

#include "framework/wire/cbor_write.h"

/*
 * One good example of each layout that the hardware of others prints, with signatures of zeros: what
 * the tests of the parsers spoil, and what their fuzzers begin with. Each returns its size.
 */
enum { FOREIGN_ROOM = 4096 };

static inline void foreign_text(struct pobf_cbor_writer *writer, const char *text)
{
    pobf_cbor_write_string(writer, POBF_CBOR_TEXT, (const uint8_t *)text, strlen(text));
}

static inline void foreign_key(struct pobf_cbor_writer *writer, int64_t key)
{
    pobf_cbor_write_head(writer, key < 0 ? POBF_CBOR_NEGATIVE : POBF_CBOR_UINT,
                         (uint64_t)(key < 0 ? -1 - key : key));
}

/* A string of so many bytes, all alike. */
static inline void foreign_bytes(struct pobf_cbor_writer *writer, uint8_t fill, size_t size)
{
    uint8_t bytes[128];

    memset(bytes, fill, sizeof bytes);
    pobf_cbor_write_string(writer, POBF_CBOR_BYTES, bytes, size);
}

static inline void foreign_claim(struct pobf_cbor_writer *writer, int64_t key, uint8_t fill,
                                 size_t size)
{
    foreign_key(writer, key);
    foreign_bytes(writer, fill, size);
}

static inline void foreign_number(struct pobf_cbor_writer *writer, int64_t key, uint64_t number)
{
    foreign_key(writer, key);
    pobf_cbor_write_head(writer, POBF_CBOR_UINT, number);
}

static inline void foreign_claim_text(struct pobf_cbor_writer *writer, int64_t key,
                                      const char *text)
{
    foreign_key(writer, key);
    foreign_text(writer, text);
}

static inline size_t foreign_end(const struct pobf_cbor_writer *writer)
{
    size_t size;

    return pobf_cbor_write_end(writer, &size) == POBF_OK ? size : 0;
}

/* COSE_Sign1 over a payload; `algorithm` is the n of -1 - n. */
static inline size_t foreign_sign1(uint8_t *out, int tagged, uint8_t algorithm,
                                   const uint8_t *payload, size_t size)
{
    const uint8_t header[] = {0xa1, 0x01, 0x38, algorithm};
    const uint8_t short_header[] = {0xa1, 0x01, (uint8_t)(0x20 + algorithm)};
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, FOREIGN_ROOM);
    if (tagged) {
        pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 18);
    }
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    if (algorithm < 24) {
        pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, short_header, sizeof short_header);
    } else {
        pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, header, sizeof header);
    }
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 0);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, payload, size);
    foreign_bytes(&writer, 0, algorithm < 24 ? 64 : 96);
    return foreign_end(&writer);
}

static inline void foreign_components(struct pobf_cbor_writer *writer, int64_t key)
{
    foreign_key(writer, key);
    pobf_cbor_write_head(writer, POBF_CBOR_ARRAY, 2);
    for (uint8_t i = 0; i < 2; i++) {
        pobf_cbor_write_head(writer, POBF_CBOR_MAP, 3);
        foreign_claim(writer, 2, (uint8_t)(0x20 + i), 32);
        foreign_claim(writer, 5, 0x30, 48);
        foreign_claim_text(writer, 1, "BL");
    }
}

/* The claims of a PSA token of profile 2, and the token. */
static inline size_t foreign_psa_claims(uint8_t *out)
{
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, FOREIGN_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 7);
    foreign_claim_text(&writer, 265, "http://arm.com/psa/2.0.0");
    foreign_number(&writer, 2394, 1);
    foreign_number(&writer, 2395, 0x3001);
    foreign_claim(&writer, 2396, 3, 32);
    foreign_claim(&writer, 256, 1, 33);
    foreign_claim(&writer, 10, 7, 64);
    foreign_components(&writer, 2399);
    return foreign_end(&writer);
}

/* Those of profile 1, which need not name it. */
static inline size_t foreign_psa_old_claims(uint8_t *out)
{
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, FOREIGN_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 7);
    foreign_claim_text(&writer, -75000, "PSA_IOT_PROFILE_1");
    foreign_number(&writer, -75001, 1);
    foreign_number(&writer, -75002, 0x3001);
    foreign_claim(&writer, -75003, 3, 32);
    foreign_claim(&writer, -75009, 1, 33);
    foreign_claim(&writer, -75008, 7, 64);
    foreign_components(&writer, -75006);
    return foreign_end(&writer);
}

static inline size_t foreign_cca_platform(uint8_t *out)
{
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, FOREIGN_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 8);
    foreign_claim_text(&writer, 265, "http://arm.com/CCA-SSD/1.0.0");
    foreign_claim(&writer, 10, 7, 32);
    foreign_claim(&writer, 2396, 3, 32);
    foreign_claim(&writer, 256, 1, 33);
    foreign_claim(&writer, 2401, 4, 5);
    foreign_number(&writer, 2395, 0x3001);
    foreign_claim_text(&writer, 2402, "sha-256");
    foreign_components(&writer, 2399);
    return foreign_end(&writer);
}

static inline size_t foreign_cca_realm(uint8_t *out)
{
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, FOREIGN_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 7);
    foreign_claim(&writer, 10, 7, 64);
    foreign_claim(&writer, 44235, 5, 64);
    foreign_claim_text(&writer, 44236, "sha-256");
    foreign_claim(&writer, 44237, 4, 97);
    foreign_claim(&writer, 44238, 8, 32);
    foreign_key(&writer, 44239);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    for (int i = 0; i < 4; i++) {
        foreign_bytes(&writer, 9, 32);
    }
    foreign_claim_text(&writer, 44240, "sha-256");
    return foreign_end(&writer);
}

static inline size_t foreign_psa(uint8_t *out)
{
    uint8_t claims[FOREIGN_ROOM];

    return foreign_sign1(out, 1, 6, claims, foreign_psa_claims(claims));
}

static inline size_t foreign_cca(uint8_t *out)
{
    uint8_t claims[FOREIGN_ROOM];
    uint8_t token[FOREIGN_ROOM];
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, FOREIGN_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 399);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 2);
    foreign_key(&writer, 44234);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, token,
                           foreign_sign1(token, 1, 6, claims, foreign_cca_platform(claims)));
    foreign_key(&writer, 44241);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, token,
                           foreign_sign1(token, 1, 34, claims, foreign_cca_realm(claims)));
    return foreign_end(&writer);
}

static inline size_t foreign_nitro_claims(uint8_t *out)
{
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, FOREIGN_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 8);
    foreign_text(&writer, "module_id");
    foreign_text(&writer, "i-0-enc0");
    foreign_text(&writer, "digest");
    foreign_text(&writer, "SHA384");
    foreign_text(&writer, "timestamp");
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, 1700000000000);
    foreign_text(&writer, "pcrs");
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 3);
    for (uint8_t i = 0; i < 3; i++) {
        foreign_claim(&writer, i, (uint8_t)(0x40 + i), 48);
    }
    foreign_text(&writer, "certificate");
    foreign_bytes(&writer, 1, 100);
    foreign_text(&writer, "cabundle");
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 2);
    foreign_bytes(&writer, 2, 100);
    foreign_bytes(&writer, 3, 100);
    foreign_text(&writer, "nonce");
    pobf_cbor_write_head(&writer, POBF_CBOR_SIMPLE, 22);
    foreign_text(&writer, "user_data");
    foreign_bytes(&writer, 5, 32);
    return foreign_end(&writer);
}

static inline size_t foreign_nitro(uint8_t *out)
{
    uint8_t claims[FOREIGN_ROOM];

    return foreign_sign1(out, 0, 34, claims, foreign_nitro_claims(claims));
}

/* A quote of a TPM over registers 0 and 23. */
static inline size_t foreign_quote(uint8_t *out)
{
    static const uint8_t quote[] = {
        0xff, 0x54, 0x43, 0x47, 0x80, 0x18, 0, 2,  0, 11, 0, 3,   'n', 'o', 'n', 0, 0, 0, 0,
        0,    0,    1,    2,    0,    0,    0, 1,  0, 0,  0, 2,   1,   0,   0,   0, 0, 0, 0,
        0,    9,    0,    0,    0,    1,    0, 11, 3, 1,  0, 128, 0,   4,   1,   2, 3, 4};

    memcpy(out, quote, sizeof quote);
    return sizeof quote;
}

/* An ECDSA signature of a TPM, with short numbers. */
static inline size_t foreign_signature(uint8_t *out)
{
    static const uint8_t signature[] = {0, 0x18, 0, 11, 0, 2, 1, 2, 0, 3, 4, 5, 6};

    memcpy(out, signature, sizeof signature);
    return sizeof signature;
}

/* A report of Azure's paravisor, on SNP, padded. */
static inline size_t foreign_hcl(uint8_t *out)
{
    static const uint8_t header[] = {'H', 'C', 'L', 'A', 1, 0, 0, 0, 0, 0, 0, 0, 2};
    static const uint8_t head[] = {22, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0};

    memset(out, 0, 1300);
    memcpy(out, header, sizeof header);
    memset(out + 32, 0x77, 1184);
    memcpy(out + 1216, head, sizeof head);
    memcpy(out + 1236, "{}", 2);
    return 1300;
}

#endif
