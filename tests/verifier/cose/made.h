#ifndef POBF_TESTS_VERIFIER_COSE_MADE_H
#define POBF_TESTS_VERIFIER_COSE_MADE_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include "framework/wire/cbor_write.h"
#include "tests/verifier/hardware/fixture.h"

/* COSE of our own: signed by OpenSSL, printed by our writer. */

enum { MADE_ROOM = 16 * 1024, MADE_ES256 = 6, MADE_ES384 = 34 }; /* n of -1 - n */

/* An ECDSA signature as R || S; returns its size. */
static inline size_t made_sign(uint8_t *out, EVP_PKEY *key, const EVP_MD *hash,
                               const uint8_t *message, size_t size)
{
    const int number = EVP_PKEY_get_bits(key) / 8;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t der[160];
    const uint8_t *at = der;
    size_t der_size = sizeof der;
    ECDSA_SIG *signature;

    assert_int_equal(EVP_DigestSignInit(context, NULL, hash, NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, der, &der_size, message, size), 1);
    signature = d2i_ECDSA_SIG(NULL, &at, (long)der_size);
    assert_non_null(signature);
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, number);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + number, number);
    ECDSA_SIG_free(signature);
    EVP_MD_CTX_free(context);
    return 2 * (size_t)number;
}

static inline void made_text(struct pobf_cbor_writer *writer, const char *text)
{
    pobf_cbor_write_string(writer, POBF_CBOR_TEXT, (const uint8_t *)text, strlen(text));
}

static inline void made_bytes(struct pobf_cbor_writer *writer, const uint8_t *bytes, size_t size)
{
    pobf_cbor_write_string(writer, POBF_CBOR_BYTES, bytes, size);
}

static inline void made_key(struct pobf_cbor_writer *writer, int64_t key)
{
    pobf_cbor_write_head(writer, key < 0 ? POBF_CBOR_NEGATIVE : POBF_CBOR_UINT,
                         (uint64_t)(key < 0 ? -1 - key : key));
}

/* A string of `size` bytes, all alike, under a key. */
static inline void made_claim(struct pobf_cbor_writer *writer, int64_t key, uint8_t fill,
                              size_t size)
{
    uint8_t bytes[128];

    memset(bytes, fill, sizeof bytes);
    made_key(writer, key);
    made_bytes(writer, bytes, size);
}

static inline size_t made_end(const struct pobf_cbor_writer *writer)
{
    size_t size;

    assert_int_equal(pobf_cbor_write_end(writer, &size), POBF_OK);
    return size;
}

/* COSE_Sign1 over a payload, with the tag or without it. */
static inline size_t made_sign1(uint8_t *out, EVP_PKEY *key, uint64_t algorithm, int tagged,
                                const uint8_t *payload, size_t size)
{
    static uint8_t message[MADE_ROOM];
    struct pobf_cbor_writer writer;
    uint8_t header[8];
    uint8_t signature[96];
    size_t header_size;
    size_t signature_size;

    pobf_cbor_write_init(&writer, header, sizeof header);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
    made_key(&writer, 1);
    pobf_cbor_write_head(&writer, POBF_CBOR_NEGATIVE, algorithm);
    header_size = made_end(&writer);
    pobf_cbor_write_init(&writer, message, sizeof message);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    made_text(&writer, "Signature1");
    made_bytes(&writer, header, header_size);
    made_bytes(&writer, header, 0);
    made_bytes(&writer, payload, size);
    signature_size =
        made_sign(signature, key, algorithm == MADE_ES256 ? EVP_sha256() : EVP_sha384(), message,
                  made_end(&writer));
    pobf_cbor_write_init(&writer, out, MADE_ROOM);
    if (tagged) {
        pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 18);
    }
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    made_bytes(&writer, header, header_size);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 0);
    made_bytes(&writer, payload, size);
    made_bytes(&writer, signature, signature_size);
    return made_end(&writer);
}

/* The public key as PEM; returns its size. */
static inline size_t made_pem(uint8_t *out, size_t room, EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    int size;

    assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
    size = BIO_read(bio, out, (int)room);
    assert_true(size > 0);
    BIO_free(bio);
    return (size_t)size;
}

/* Only the whole is accepted: no beginning of it, and nothing after it. */
static inline void assert_whole(const char *platform, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        fixture_appraise(platform, bytes, i);
        assert_int_equal(fixture.accepted, 0);
    }
    bytes[size] = 0;
    fixture_appraise(platform, bytes, size + 1);
    assert_int_equal(fixture.accepted, 0);
    fixture_appraise(platform, bytes, size);
    assert_int_equal(fixture.accepted, 1);
}

#endif
