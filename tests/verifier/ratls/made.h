#ifndef POBF_TESTS_VERIFIER_RATLS_MADE_H
#define POBF_TESTS_VERIFIER_RATLS_MADE_H

#include <sodium.h>

#include "framework/wire/cbor_write.h"
#include "tests/verifier/snp/made.h"

/* TLS certificates of our own that carry a report of SEV-SNP of our own. */
struct ratls_wish {
    int other_key;      /* the claims name another key */
    int other_data;     /* the report is over other claims */
    uint64_t algorithm; /* of the hash; 0: 1, SHA-256 */
    int no_nonce;
    int twice;    /* the extension is there twice */
    int leftover; /* a byte after the CBOR */
    int64_t until;
    const uint8_t *evidence; /* in place of the report; NULL: the report */
    size_t evidence_size;
};

struct ratls_made {
    struct made_snp snp;
    uint8_t der[16 * 1024];
    size_t size;
    size_t key_at, key_size; /* where its SubjectPublicKeyInfo is */
    size_t value_at, value_size;
};

static const uint8_t ratls_nonce[32] = {9, 8, 7};

static inline void ratls_text(struct pobf_cbor_writer *writer, const char *text)
{
    pobf_cbor_write_string(writer, POBF_CBOR_TEXT, (const uint8_t *)text, strlen(text));
}

static inline size_t ratls_end(const struct pobf_cbor_writer *writer)
{
    size_t size;

    assert_int_equal(pobf_cbor_write_end(writer, &size), POBF_OK);
    return size;
}

/* [algorithm, hash] of the key's SubjectPublicKeyInfo. */
static inline size_t ratls_hash_print(uint8_t *out, size_t room, EVP_PKEY *key,
                                      const struct ratls_wish *wish)
{
    struct pobf_cbor_writer writer;
    uint8_t digest[32];
    uint8_t *info = NULL;
    const int size = i2d_PUBKEY(key, &info);

    assert_true(size > 0);
    crypto_hash_sha256(digest, info, (unsigned long long)size);
    OPENSSL_free(info);
    digest[0] ^= (uint8_t)wish->other_key;
    pobf_cbor_write_init(&writer, out, room);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 2);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, wish->algorithm != 0 ? wish->algorithm : 1);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, digest, sizeof digest);
    return ratls_end(&writer);
}

static inline size_t ratls_claims_print(uint8_t *out, size_t room, EVP_PKEY *key,
                                        const struct ratls_wish *wish)
{
    struct pobf_cbor_writer writer;
    uint8_t hash[64];
    const size_t size = ratls_hash_print(hash, sizeof hash, key, wish);

    pobf_cbor_write_init(&writer, out, room);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, wish->no_nonce ? 1 : 2);
    if (!wish->no_nonce) {
        ratls_text(&writer, "nonce");
        pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, ratls_nonce, sizeof ratls_nonce);
    }
    ratls_text(&writer, "pubkey-hash");
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, hash, size);
    return ratls_end(&writer);
}

/* The report, over the hash of the claims. */
static inline void ratls_report(struct ratls_made *made, const uint8_t *claims, size_t size,
                                const struct ratls_wish *wish)
{
    uint8_t *data = made->snp.report + 0x50;

    memset(data, 0, 64);
    crypto_hash_sha256(data, claims, size);
    data[40] ^= (uint8_t)wish->other_data;
    made_sign(&made->snp);
}

static inline size_t ratls_extension_print(uint8_t *out, size_t room, struct ratls_made *made,
                                           const uint8_t *claims, size_t claims_size,
                                           const struct ratls_wish *wish)
{
    const uint8_t *evidence = wish->evidence != NULL ? wish->evidence : made->snp.report;
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, room);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 60000);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 2);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, evidence,
                           wish->evidence != NULL ? wish->evidence_size : POBF_SNP_REPORT_BYTES);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, claims, claims_size);
    if (wish->leftover) {
        pobf_cbor_write_head(&writer, POBF_CBOR_UINT, 0);
    }
    return ratls_end(&writer);
}

static inline void ratls_find(struct ratls_made *made, const struct chain_party *party,
                              const uint8_t *value, size_t size)
{
    uint8_t *info = NULL;
    const int info_size = i2d_PUBKEY(party->key, &info);
    const uint8_t *key = memmem(made->der, made->size, info, (size_t)info_size);
    const uint8_t *extension = memmem(made->der, made->size, value, size);

    assert_non_null(key);
    assert_non_null(extension);
    made->key_at = (size_t)(key - made->der);
    made->key_size = (size_t)info_size;
    made->value_at = (size_t)(extension - made->der);
    made->value_size = size;
    OPENSSL_free(info);
}

/* The certificate as it is wished: its key is there first, then the extension that names it. */
static inline void ratls_make(struct ratls_made *made, const struct ratls_wish *wish)
{
    static uint8_t value[8 * 1024];
    uint8_t claims[256];
    const struct chain_wish plain = {.kind = CHAIN_LEAF, .name = "RATLS", .until = wish->until};
    struct chain_extension extension = {"2.23.133.5.4.9", value, 0, 0};
    struct chain_party party;
    size_t size;

    made_give(&made->snp, &made_products[2], 0);
    chain_make(&party, &plain);
    size = ratls_claims_print(claims, sizeof claims, party.key, wish);
    ratls_report(made, claims, size, wish);
    extension.size = ratls_extension_print(value, sizeof value, made, claims, size, wish);
    chain_add_bytes(party.cert, &extension);
    if (wish->twice) {
        chain_add_bytes(party.cert, &extension);
    }
    chain_sign(party.cert, party.key);
    made->size = chain_print(made->der, sizeof made->der, party.cert);
    ratls_find(made, &party, value, extension.size);
    chain_clear(&party);
    fixture_input.any_report_data = 0;
    fixture_input.nonce = ratls_nonce;
    fixture_input.nonce_size = sizeof ratls_nonce;
}

#endif
