#ifndef POBF_TESTS_VERIFIER_NITRO_MADE_H
#define POBF_TESTS_VERIFIER_NITRO_MADE_H

#include "tests/verifier/cose/made.h"

/* Documents of our own, under a root of our own; what is to be wrong with one is in `wish`. */
struct nitro_wish {
    int debug;          /* registers 0 to 2 are zero                     */
    int no_pcr2;        /* register 2 is not there                       */
    int swapped;        /* the bundle is in another order                */
    int stray_pcr;      /* a register beyond the last                    */
    int twice;          /* a claim is there twice                        */
    int no_nonce;       /* null                                          */
    int64_t made_at;    /* 0: now                                        */
    const char *digest; /* NULL: SHA384                                  */
    uint64_t algorithm; /* 0: ES384                                      */
};

static struct chain_party nitro_root, nitro_region, nitro_instance, nitro_leaf;
static struct certs nitro_roots;
static const uint8_t nitro_nonce[32] = {1, 2, 3};
static const uint8_t nitro_data[32] = {4, 5, 6};

static inline void nitro_cert(struct pobf_cbor_writer *writer, const struct chain_party *party)
{
    uint8_t *der = NULL;
    const int size = i2d_X509(party->cert, &der);

    assert_true(size > 0);
    made_bytes(writer, der, (size_t)size);
    OPENSSL_free(der);
}

static inline void nitro_pcrs(struct pobf_cbor_writer *writer, const struct nitro_wish *wish)
{
    made_text(writer, "pcrs");
    pobf_cbor_write_head(writer, POBF_CBOR_MAP, (uint64_t)(5 - wish->no_pcr2 + wish->stray_pcr));
    for (uint8_t i = 0; i < 5; i++) {
        if (i != 2 || !wish->no_pcr2) {
            made_claim(writer, i, wish->debug && i < 3 ? 0 : (uint8_t)(0x40 + i), 48);
        }
    }
    if (wish->stray_pcr) {
        made_claim(writer, 32, 1, 48);
    }
}

static inline void nitro_own(struct pobf_cbor_writer *writer, const struct nitro_wish *wish)
{
    made_text(writer, "nonce");
    if (wish->no_nonce) {
        pobf_cbor_write_head(writer, POBF_CBOR_SIMPLE, 22);
    } else {
        made_bytes(writer, nitro_nonce, sizeof nitro_nonce);
    }
    made_text(writer, "user_data");
    made_bytes(writer, nitro_data, sizeof nitro_data);
    if (wish->twice) {
        made_text(writer, "user_data");
        made_bytes(writer, nitro_data, sizeof nitro_data);
    }
}

static inline size_t nitro_make(uint8_t *out, const struct nitro_wish *wish)
{
    static uint8_t payload[MADE_ROOM];
    struct pobf_cbor_writer writer;
    const int64_t made_at = wish->made_at == 0 ? CHAIN_AT : wish->made_at;

    pobf_cbor_write_init(&writer, payload, sizeof payload);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, wish->twice ? 9 : 8);
    made_text(&writer, "module_id");
    made_text(&writer, "i-0-enc0");
    made_text(&writer, "digest");
    made_text(&writer, wish->digest == NULL ? "SHA384" : wish->digest);
    made_text(&writer, "timestamp");
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, (uint64_t)made_at * 1000 + 7);
    nitro_pcrs(&writer, wish);
    made_text(&writer, "certificate");
    nitro_cert(&writer, &nitro_leaf);
    made_text(&writer, "cabundle");
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 3);
    nitro_cert(&writer, &nitro_root);
    nitro_cert(&writer, wish->swapped ? &nitro_instance : &nitro_region);
    nitro_cert(&writer, wish->swapped ? &nitro_region : &nitro_instance);
    nitro_own(&writer, wish);
    return made_sign1(out, nitro_leaf.key, wish->algorithm == 0 ? MADE_ES384 : wish->algorithm, 0,
                      payload, made_end(&writer));
}

static inline void nitro_make_chain(void)
{
    const struct chain_wish root = {CHAIN_ISSUER, "root", "P-384", NULL, NULL, 0, 0, 0};
    const struct chain_wish region = {CHAIN_ISSUER, "region", "P-384", &nitro_root, NULL, 0, 0, 0};
    const struct chain_wish instance = {CHAIN_ISSUER, "instance", "P-384", &nitro_region,
                                        NULL,         0,          0,       0};
    const struct chain_wish leaf = {CHAIN_LEAF, "leaf", "P-384",       &nitro_instance,
                                    NULL,       0,      CHAIN_AT - 60, CHAIN_AT + 60};

    chain_make(&nitro_root, &root);
    chain_make(&nitro_region, &region);
    chain_make(&nitro_instance, &instance);
    chain_make(&nitro_leaf, &leaf);
    X509_up_ref(nitro_root.cert);
    nitro_roots.cert[nitro_roots.count++] = nitro_root.cert;
}

/* An input under our root that asks for the nonce of the documents. */
static inline int nitro_begin(void **state)
{
    (void)state;
    if (nitro_roots.count == 0) {
        nitro_make_chain();
    }
    fixture_begin(CHAIN_AT);
    fixture_input.roots = &nitro_roots;
    fixture_input.any_report_data = 0;
    fixture_input.nonce = nitro_nonce;
    fixture_input.nonce_size = sizeof nitro_nonce;
    return 0;
}

#endif
