#include "tests/vectors/vectors.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include "verifier/x509/signature.h"

static const uint8_t message[] = "what is signed";

/*
 * Wycheproof: a signature is accepted where it is valid and printed the one way it can be. Its DER
 * files call nothing else valid; p1363 files are R || S, each of the curve's size.
 */
static EVP_PKEY *key_of(const json_t *group, enum signature_algorithm algorithm)
{
    const json_t *public_key = json_object_get(group, "publicKey");
    uint8_t bytes[133];
    const size_t size = vectors_bytes(bytes, sizeof bytes, public_key,
                                      algorithm == SIGNATURE_EDDSA ? "pk" : "uncompressed");

    if (algorithm == SIGNATURE_EDDSA) {
        return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, size);
    }
    return signature_point_open(algorithm, bytes + 1, bytes + 1 + size / 2);
}

static enum pobf_status judge(const json_t *test, EVP_PKEY *key, enum signature_algorithm algorithm,
                              int der)
{
    static uint8_t signature[128 * 1024], text[4096];
    const size_t size = vectors_bytes(signature, sizeof signature, test, "sig");
    const size_t text_size = vectors_bytes(text, sizeof text, test, "msg");

    return der ? signature_verify_der(algorithm, key, signature, size, text, text_size)
               : signature_verify(algorithm, key, signature, size, text, text_size);
}

static void judge_all(const char *name, enum signature_algorithm algorithm, int der, size_t count)
{
    json_t *vectors = vectors_load(name);
    size_t judged = 0, accepted = 0, i, j;
    json_t *group, *test;

    json_array_foreach(json_object_get(vectors, "testGroups"), i, group)
    {
        EVP_PKEY *key = key_of(group, algorithm);

        assert_non_null(key);
        json_array_foreach(json_object_get(group, "tests"), j, test)
        {
            const int valid = strcmp(vectors_text(test, "result"), "valid") == 0;
            const enum pobf_status status = judge(test, key, algorithm, der);

            if (status != (valid ? POBF_OK : POBF_E_AUTH)) {
                fail_msg("test %d of %s", (int)vectors_number(test, "tcId"), name);
            }
            judged++;
            accepted += valid ? 1 : 0;
        }
        EVP_PKEY_free(key);
    }
    assert_int_equal(judged, count);
    assert_true(accepted > 0);
    json_decref(vectors);
}

static void ecdsa_p256(void **state)
{
    (void)state;
    judge_all("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json", SIGNATURE_ES256, 0, 262);
}

static void ecdsa_p384(void **state)
{
    (void)state;
    judge_all("wycheproof/ecdsa_secp384r1_sha384_p1363_test.json", SIGNATURE_ES384, 0, 280);
}

static void ecdsa_p256_in_der(void **state)
{
    (void)state;
    judge_all("wycheproof/ecdsa_secp256r1_sha256_test.json", SIGNATURE_ES256, 1, 484);
}

static void ecdsa_p384_in_der(void **state)
{
    (void)state;
    judge_all("wycheproof/ecdsa_secp384r1_sha384_test.json", SIGNATURE_ES384, 1, 504);
}

static void ed25519(void **state)
{
    (void)state;
    judge_all("wycheproof/ed25519_test.json", SIGNATURE_EDDSA, 0, 151);
}

/* Sign with libssl; ECDSA comes as DER. */
static size_t sign(uint8_t *signature, size_t room, EVP_PKEY *key, const EVP_MD *digest,
                   int padding)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options;

    assert_int_equal(EVP_DigestSignInit(context, &options, digest, NULL, key), 1);
    if (padding != 0) {
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(options, padding), 1);
    }
    assert_int_equal(EVP_DigestSign(context, signature, &room, message, sizeof message), 1);
    EVP_MD_CTX_free(context);
    return room;
}

/* R || S of a signature in DER. */
static void split(uint8_t raw[64], const uint8_t *der, size_t size)
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);

    assert_non_null(pair);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, 32), 32);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + 32, 32), 32);
    ECDSA_SIG_free(pair);
}

static enum pobf_status verify(EVP_PKEY *key, const uint8_t raw[64])
{
    return signature_verify(SIGNATURE_ES256, key, raw, 64, message, sizeof message);
}

static void r_and_s_out_of_range_are_refused(void **state)
{
    static const uint8_t order[32] = {0xff, 0xff, 0xff, 0xff, 0,    0,    0,    0,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
                                      0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    EVP_PKEY *key = EVP_EC_gen("P-256");
    uint8_t der[80], raw[64], bad[64];

    (void)state;
    split(raw, der, sign(der, sizeof der, key, EVP_sha256(), 0));
    assert_int_equal(verify(key, raw), POBF_OK); /* the control */
    for (size_t half = 0; half < 64; half += 32) {
        memcpy(bad, raw, sizeof bad);
        memset(bad + half, 0, 32);
        assert_int_equal(verify(key, bad), POBF_E_AUTH);
        memcpy(bad + half, order, 32);
        assert_int_equal(verify(key, bad), POBF_E_AUTH);
        memset(bad + half, 0xff, 32);
        assert_int_equal(verify(key, bad), POBF_E_AUTH);
    }
    memset(bad, 0, sizeof bad);
    assert_int_equal(verify(key, bad), POBF_E_AUTH);
    EVP_PKEY_free(key);
}

static void der_that_could_be_shorter_is_refused(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    uint8_t der[96];
    const size_t size = sign(der, sizeof der, key, EVP_sha256(), 0);

    (void)state;
    assert_int_equal(signature_verify_der(SIGNATURE_ES256, key, der, size, message, sizeof message),
                     POBF_OK);
    der[size] = 0;
    assert_int_equal(
        signature_verify_der(SIGNATURE_ES256, key, der, size + 1, message, sizeof message),
        POBF_E_AUTH);
    memmove(der + 3, der + 2, size - 2); /* the length in two bytes, 0x81 and itself */
    der[2] = der[1];
    der[1] = 0x81;
    assert_int_equal(
        signature_verify_der(SIGNATURE_ES256, key, der, size + 1, message, sizeof message),
        POBF_E_AUTH);
    EVP_PKEY_free(key);
}

static void a_key_of_another_kind_is_no_key(void **state)
{
    EVP_PKEY *p256 = EVP_EC_gen("P-256"), *p384 = EVP_EC_gen("P-384");
    EVP_PKEY *rsa = EVP_RSA_gen(2048), *small = EVP_RSA_gen(1024);
    const uint8_t none[256] = {0};

    (void)state;
    for (int algorithm = SIGNATURE_NONE; algorithm <= SIGNATURE_EDDSA + 1; algorithm++) {
        const enum signature_algorithm named = (enum signature_algorithm)algorithm;
        const int of_rsa = named >= SIGNATURE_RS256 && named <= SIGNATURE_PS384;

        assert_int_equal(signature_verify(named, p256, none, 64, message, 1),
                         named == SIGNATURE_ES256 ? POBF_E_AUTH : POBF_E_KEY);
        assert_int_equal(signature_verify(named, p384, none, 96, message, 1),
                         named == SIGNATURE_ES384 ? POBF_E_AUTH : POBF_E_KEY);
        assert_int_equal(signature_verify(named, rsa, none, 256, message, 1),
                         of_rsa ? POBF_E_AUTH : POBF_E_KEY);
        assert_int_equal(signature_verify(named, small, none, 128, message, 1), POBF_E_KEY);
        assert_int_equal(signature_verify(named, NULL, none, 64, message, 1), POBF_E_KEY);
    }
    EVP_PKEY_free(p256);
    EVP_PKEY_free(p384);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(small);
}

static void rsa_verifies_under_its_own_padding_and_salt_alone(void **state)
{
    EVP_PKEY *key = EVP_RSA_gen(2048);
    uint8_t signature[256];
    size_t size = sign(signature, sizeof signature, key, EVP_sha256(), RSA_PKCS1_PADDING);

    (void)state;
    assert_int_equal(
        signature_verify(SIGNATURE_RS256, key, signature, size, message, sizeof message), POBF_OK);
    assert_int_equal(
        signature_verify(SIGNATURE_PS256, key, signature, size, message, sizeof message),
        POBF_E_AUTH);
    /* libssl signs with the longest salt by default: not the one that the algorithm names. */
    size = sign(signature, sizeof signature, key, EVP_sha256(), RSA_PKCS1_PSS_PADDING);
    assert_int_equal(
        signature_verify(SIGNATURE_PS256, key, signature, size, message, sizeof message),
        POBF_E_AUTH);
    EVP_PKEY_free(key);
}

static void a_point_off_the_curve_is_no_key(void **state)
{
    const uint8_t x[32] = {1}, y[32] = {2};

    (void)state;
    assert_null(signature_point_open(SIGNATURE_ES256, x, y));
    assert_null(signature_point_open(SIGNATURE_RS256, x, y));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ecdsa_p256),
        cmocka_unit_test(ecdsa_p384),
        cmocka_unit_test(ecdsa_p256_in_der),
        cmocka_unit_test(ecdsa_p384_in_der),
        cmocka_unit_test(ed25519),
        cmocka_unit_test(r_and_s_out_of_range_are_refused),
        cmocka_unit_test(der_that_could_be_shorter_is_refused),
        cmocka_unit_test(a_key_of_another_kind_is_no_key),
        cmocka_unit_test(rsa_verifies_under_its_own_padding_and_salt_alone),
        cmocka_unit_test(a_point_off_the_curve_is_no_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
