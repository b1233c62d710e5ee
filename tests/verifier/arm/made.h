#ifndef POBF_TESTS_VERIFIER_ARM_MADE_H
#define POBF_TESTS_VERIFIER_ARM_MADE_H

#include "tests/verifier/cose/made.h"

/* Tokens of Arm's platforms, of our own making; what is to be wrong with one is in `wish`. */
struct arm_wish {
    uint64_t lifecycle;
    const char *profile;
    int other_rak;    /* CCA: the platform vouches for another key */
    int twice;        /* a claim is there twice                    */
    int no_component; /* nothing was measured                      */
};

static const struct arm_wish arm_good = {.lifecycle = 0x3001, .profile = NULL};

static EVP_PKEY *arm_key, *arm_rak, *arm_stranger;
static uint8_t arm_pem[1024];
static size_t arm_pem_size;
static const uint8_t arm_nonce[64] = {7, 7, 7};

static inline void arm_components_print(struct pobf_cbor_writer *writer, int64_t key, int none)
{
    made_key(writer, key);
    pobf_cbor_write_head(writer, POBF_CBOR_ARRAY, none ? 0 : 2);
    for (uint8_t i = 0; i < 2 && !none; i++) {
        pobf_cbor_write_head(writer, POBF_CBOR_MAP, 3);
        made_claim(writer, 2, (uint8_t)(0x20 + i), 32);
        made_claim(writer, 5, 0x30, 48);
        made_key(writer, 1);
        made_text(writer, i == 0 ? "BL" : "PRoT");
    }
}

static inline void arm_number(struct pobf_cbor_writer *writer, int64_t key, uint64_t number)
{
    made_key(writer, key);
    pobf_cbor_write_head(writer, POBF_CBOR_UINT, number);
}

static inline void arm_text(struct pobf_cbor_writer *writer, int64_t key, const char *text)
{
    made_key(writer, key);
    made_text(writer, text);
}

static inline size_t psa_make(uint8_t *out, const struct arm_wish *wish)
{
    static uint8_t payload[MADE_ROOM];
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, payload, sizeof payload);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, wish->twice ? 8 : 7);
    arm_text(&writer, 265, wish->profile == NULL ? "http://arm.com/psa/2.0.0" : wish->profile);
    arm_number(&writer, 2394, 1);
    arm_number(&writer, 2395, wish->lifecycle);
    made_claim(&writer, 2396, 3, 32);
    made_claim(&writer, 256, 1, 33);
    if (wish->twice) {
        made_claim(&writer, 256, 1, 33);
    }
    made_key(&writer, 10);
    made_bytes(&writer, arm_nonce, sizeof arm_nonce);
    arm_components_print(&writer, 2399, wish->no_component);
    return made_sign1(out, arm_key, MADE_ES256, 1, payload, made_end(&writer));
}

static inline size_t cca_make_platform(uint8_t *out, const struct arm_wish *wish,
                                       const uint8_t rak[97])
{
    static uint8_t payload[MADE_ROOM];
    struct pobf_cbor_writer writer;
    uint8_t digest[32];

    EVP_Digest(rak, 97, digest, NULL, EVP_sha256(), NULL);
    digest[0] ^= (uint8_t)wish->other_rak;
    pobf_cbor_write_init(&writer, payload, sizeof payload);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 8);
    arm_text(&writer, 265, wish->profile == NULL ? "http://arm.com/CCA-SSD/1.0.0" : wish->profile);
    made_key(&writer, 10);
    made_bytes(&writer, digest, sizeof digest);
    made_claim(&writer, 2396, 3, 32);
    made_claim(&writer, 256, 1, 33);
    made_claim(&writer, 2401, 4, 5);
    arm_number(&writer, 2395, wish->lifecycle);
    arm_text(&writer, 2402, "sha-256");
    arm_components_print(&writer, 2399, wish->no_component);
    return made_sign1(out, arm_key, MADE_ES256, 1, payload, made_end(&writer));
}

static inline size_t cca_make_realm(uint8_t *out, const uint8_t rak[97])
{
    static uint8_t payload[MADE_ROOM];
    struct pobf_cbor_writer writer;
    uint8_t four[32] = {9};

    pobf_cbor_write_init(&writer, payload, sizeof payload);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 7);
    made_key(&writer, 10);
    made_bytes(&writer, arm_nonce, sizeof arm_nonce);
    made_claim(&writer, 44235, 5, 64);
    arm_text(&writer, 44236, "sha-256");
    made_key(&writer, 44237);
    made_bytes(&writer, rak, 97);
    made_claim(&writer, 44238, 8, 32);
    made_key(&writer, 44239);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    for (int i = 0; i < 4; i++) {
        made_bytes(&writer, four, sizeof four);
    }
    arm_text(&writer, 44240, "sha-256");
    return made_sign1(out, arm_rak, MADE_ES384, 1, payload, made_end(&writer));
}

static inline size_t cca_make(uint8_t *out, const struct arm_wish *wish)
{
    static uint8_t platform[MADE_ROOM], realm[MADE_ROOM];
    struct pobf_cbor_writer writer;
    uint8_t rak[97];
    size_t size = sizeof rak;

    EVP_PKEY_get_octet_string_param(arm_rak, "pub", rak, sizeof rak, &size);
    assert_int_equal(size, sizeof rak);
    pobf_cbor_write_init(&writer, out, MADE_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 399);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 2);
    made_key(&writer, 44241);
    made_bytes(&writer, realm, cca_make_realm(realm, rak));
    made_key(&writer, 44234);
    made_bytes(&writer, platform, cca_make_platform(platform, wish, rak));
    return made_end(&writer);
}

/* Keys, and an input that asks for the nonce of the tokens and names the right key. */
static inline int arm_begin(void **state)
{
    (void)state;
    if (arm_key == NULL) {
        arm_key = EVP_EC_gen("P-256");
        arm_rak = EVP_EC_gen("P-384");
        arm_stranger = EVP_EC_gen("P-256");
        arm_pem_size = made_pem(arm_pem, sizeof arm_pem, arm_key);
    }
    fixture_begin(CHAIN_AT);
    fixture_input.any_report_data = 0;
    fixture_input.nonce = arm_nonce;
    fixture_input.nonce_size = sizeof arm_nonce;
    fixture_endorse(arm_pem, arm_pem_size);
    return 0;
}

#endif
