#ifndef POBF_TESTS_VERIFIER_CORIM_MADE_H
#define POBF_TESTS_VERIFIER_CORIM_MADE_H

#include "tests/verifier/cose/made.h"

/* CoRIMs of our own: one CoMID, one triple, measurements with a digest or a raw value. */
struct corim_wish {
    uint64_t number;  /* the measurement's key; 0: none */
    const char *text; /* a key that is text; NULL: none */
    uint8_t fill;     /* of its 48 bytes */
    size_t count;     /* how often it is there; 0: once */
    int is_raw;
    int64_t until; /* 0: no validity */
    int leftover;
    int no_algorithm;
    int critical; /* the header has a critical one */
    int twice;    /* the measurement's values are there twice */
};

static inline void corim_measurement(struct pobf_cbor_writer *writer, const struct corim_wish *wish)
{
    uint8_t bytes[48];
    const int has_key = wish->number != 0 || wish->text != NULL;

    memset(bytes, wish->fill, sizeof bytes);
    pobf_cbor_write_head(writer, POBF_CBOR_MAP, 1 + (size_t)has_key + (size_t)wish->twice);
    if (has_key) {
        made_key(writer, 0);
        if (wish->text != NULL) {
            made_text(writer, wish->text);
        } else {
            pobf_cbor_write_head(writer, POBF_CBOR_UINT, wish->number);
        }
    }
    for (int i = 0; i <= wish->twice; i++) {
        made_key(writer, 1);
        pobf_cbor_write_head(writer, POBF_CBOR_MAP, 1);
        if (wish->is_raw) {
            made_key(writer, 4);
            pobf_cbor_write_head(writer, POBF_CBOR_TAG, 560);
            made_bytes(writer, bytes, sizeof bytes);
        } else {
            made_key(writer, 2);
            pobf_cbor_write_head(writer, POBF_CBOR_ARRAY, 1);
            pobf_cbor_write_head(writer, POBF_CBOR_ARRAY, 2);
            pobf_cbor_write_head(writer, POBF_CBOR_UINT, 7);
            made_bytes(writer, bytes, sizeof bytes);
        }
    }
}

static inline size_t corim_mid(uint8_t *out, size_t room, const struct corim_wish *wish)
{
    const size_t count = wish->count == 0 ? 1 : wish->count;
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, room);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 2);
    made_key(&writer, 1);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
    made_key(&writer, 0);
    made_text(&writer, "a tag");
    made_key(&writer, 4);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
    made_key(&writer, 0);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 1);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 2);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
    made_key(&writer, 1);
    made_text(&writer, "an environment");
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, count);
    for (size_t i = 0; i < count; i++) {
        corim_measurement(&writer, wish);
    }
    return made_end(&writer);
}

static inline size_t corim_make(uint8_t *out, size_t room, const struct corim_wish *wish)
{
    static uint8_t mid[MADE_ROOM];
    const size_t size = corim_mid(mid, sizeof mid, wish);
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, room);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 501);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, wish->until != 0 ? 3 : 2);
    made_key(&writer, 0);
    made_text(&writer, "an id");
    made_key(&writer, 1);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 2);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 505); /* CoSWID: left alone */
    made_bytes(&writer, mid, 3);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 506);
    made_bytes(&writer, mid, size);
    if (wish->until != 0) {
        made_key(&writer, 4);
        pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
        made_key(&writer, 1);
        pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 1);
        pobf_cbor_write_head(&writer, POBF_CBOR_UINT, (uint64_t)wish->until);
    }
    if (wish->leftover) {
        made_key(&writer, 0);
    }
    return made_end(&writer);
}

/* The same, signed: {1: -7, 3: content type, 8: << {} >>}. */
static inline size_t corim_sign(uint8_t *out, size_t room, EVP_PKEY *key,
                                const struct corim_wish *wish)
{
    static uint8_t payload[MADE_ROOM], message[2 * MADE_ROOM];
    const size_t payload_size = corim_make(payload, sizeof payload, wish);
    uint8_t header[64], signature[96];
    struct pobf_cbor_writer writer;
    size_t header_size;

    pobf_cbor_write_init(&writer, header, sizeof header);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP,
                         2 + (size_t)!wish->no_algorithm + (size_t)wish->critical);
    if (!wish->no_algorithm) {
        made_key(&writer, 1);
        made_key(&writer, -7);
    }
    if (wish->critical) {
        made_key(&writer, 2);
        pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 1);
        made_key(&writer, 8);
    }
    made_key(&writer, 3);
    made_text(&writer, "application/rim+cbor");
    made_key(&writer, 8);
    made_bytes(&writer, (const uint8_t *)"\xa0", 1);
    header_size = made_end(&writer);
    pobf_cbor_write_init(&writer, message, sizeof message);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    made_text(&writer, "Signature1");
    made_bytes(&writer, header, header_size);
    made_bytes(&writer, header, 0);
    made_bytes(&writer, payload, payload_size);
    made_sign(signature, key, EVP_sha256(), message, made_end(&writer));
    pobf_cbor_write_init(&writer, out, room);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 18);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    made_bytes(&writer, header, header_size);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 0);
    made_bytes(&writer, payload, payload_size);
    made_bytes(&writer, signature, 64);
    return made_end(&writer);
}

#endif
