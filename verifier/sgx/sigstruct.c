#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include "verifier/sgx/sgx.h"

/*
 * SIGSTRUCT, numbers little-endian.                              Intel SDM, volume 3D, table 37-19
 */
enum {
    VENDOR = 16,
    DATE = 20,
    HEADER_2 = 24,
    RESERVED = 44,
    MODULUS = 128,
    EXPONENT = 512,
    SIGNATURE = 516,
    BODY = 900,
    ATTRIBUTES = 928,
    ATTRIBUTES_MASK = 944,
    ENCLAVE_HASH = 960,
    RESERVED_2 = 992,
    PRODUCT = 1024,
    VERSION = 1026,
    BODY_END = 1028,
    Q1 = 1040,
    Q2 = 1424,
    KEY_BYTES = 384,
    FLAG_DEBUG = 2
};

static const uint8_t header[VENDOR] = {6, 0, 0, 0, 0xe1, 0, 0, 0, 0, 0, 1};
static const uint8_t header_2[16] = {1, 1, 0, 0, 0x60, 0, 0, 0, 0x60, 0, 0, 0, 1};

static uint64_t number(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;

    for (size_t i = size; i > 0; i--) {
        value = value << 8 | bytes[i - 1];
    }
    return value;
}

static void parse(struct sgx_sigstruct *sigstruct, const uint8_t *bytes)
{
    memcpy(sigstruct->mrenclave, bytes + ENCLAVE_HASH, SGX_DIGEST_BYTES);
    crypto_hash_sha256(sigstruct->mrsigner, bytes + MODULUS, KEY_BYTES);
    sigstruct->date = (uint32_t)number(bytes + DATE, 4);
    sigstruct->vendor = (uint32_t)number(bytes + VENDOR, 4);
    sigstruct->flags = number(bytes + ATTRIBUTES, 8);
    sigstruct->xfrm = number(bytes + ATTRIBUTES + 8, 8);
    sigstruct->flags_mask = number(bytes + ATTRIBUTES_MASK, 8);
    sigstruct->xfrm_mask = number(bytes + ATTRIBUTES_MASK + 8, 8);
    sigstruct->product = (uint16_t)number(bytes + PRODUCT, 2);
    sigstruct->version = (uint16_t)number(bytes + VERSION, 2);
    sigstruct->allows_debug =
        (sigstruct->flags_mask & FLAG_DEBUG) == 0 || (sigstruct->flags & FLAG_DEBUG) != 0;
}

static int has_layout(const uint8_t *bytes)
{
    return memcmp(bytes, header, sizeof header) == 0 &&
           memcmp(bytes + HEADER_2, header_2, sizeof header_2) == 0 &&
           number(bytes + EXPONENT, 4) == 3 &&
           sodium_is_zero(bytes + RESERVED, MODULUS - RESERVED) &&
           sodium_is_zero(bytes + RESERVED_2, 16) &&
           sodium_is_zero(bytes + BODY_END, Q1 - BODY_END);
}

static EVP_PKEY *open_key(const uint8_t *bytes)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *modulus = BN_lebin2bn(bytes + MODULUS, KEY_BYTES, NULL);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY *key = NULL;

    if (builder != NULL && modulus != NULL && context != NULL &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_uint(builder, OSSL_PKEY_PARAM_RSA_E, 3) == 1) {
        parameters = OSSL_PARAM_BLD_to_param(builder);
    }
    if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(parameters);
    EVP_PKEY_CTX_free(context);
    BN_free(modulus);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

/* RSA-3072, PKCS#1 1.5, SHA-256, over the header and the body; the signature is little-endian. */
static int is_signed(const uint8_t *bytes)
{
    EVP_PKEY *key = open_key(bytes);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t signature[KEY_BYTES];
    int good;

    for (size_t i = 0; i < KEY_BYTES; i++) {
        signature[i] = bytes[SIGNATURE + KEY_BYTES - 1 - i];
    }
    good = key != NULL && EVP_PKEY_get_bits(key) == 8 * KEY_BYTES && context != NULL &&
           EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
           EVP_DigestVerifyUpdate(context, bytes, MODULUS) == 1 &&
           EVP_DigestVerifyUpdate(context, bytes + BODY, BODY_END - BODY) == 1 &&
           EVP_DigestVerifyFinal(context, signature, KEY_BYTES) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good;
}

/* Q1 = floor(S^2 / N), Q2 = floor((S^2 - Q1 N) S / N): EINIT checks the signature with them. */
static int are_quotients(const uint8_t *bytes)
{
    BN_CTX *context = BN_CTX_new();
    BIGNUM *n = BN_lebin2bn(bytes + MODULUS, KEY_BYTES, NULL);
    BIGNUM *s = BN_lebin2bn(bytes + SIGNATURE, KEY_BYTES, NULL);
    BIGNUM *q1 = BN_lebin2bn(bytes + Q1, KEY_BYTES, NULL);
    BIGNUM *q2 = BN_lebin2bn(bytes + Q2, KEY_BYTES, NULL);
    BIGNUM *product = BN_new();
    BIGNUM *quotient = BN_new();
    BIGNUM *rest = BN_new();
    int good = context != NULL && n != NULL && s != NULL && q1 != NULL && q2 != NULL &&
               product != NULL && quotient != NULL && rest != NULL && !BN_is_zero(n);

    good = good && BN_sqr(product, s, context) == 1 &&
           BN_div(quotient, rest, product, n, context) == 1 && BN_cmp(quotient, q1) == 0 &&
           BN_mul(product, rest, s, context) == 1 &&
           BN_div(quotient, rest, product, n, context) == 1 && BN_cmp(quotient, q2) == 0;
    BN_free(rest);
    BN_free(quotient);
    BN_free(product);
    BN_free(q2);
    BN_free(q1);
    BN_free(s);
    BN_free(n);
    BN_CTX_free(context);
    return good;
}

void sgx_judge_sigstruct(struct sgx_sigstruct *sigstruct, struct checks *checks,
                         const uint8_t *bytes, size_t size, const struct sgx_enclave *enclave)
{
    struct check *layout = checks_add(checks, "sgx.sigstruct", 1, "give a SIGSTRUCT, whole");
    struct check *signature =
        checks_add(checks, "sgx.signature", 1, "do not start it: its signer did not sign this");
    struct check *quotients = checks_add(checks, "sgx.quotients", 1,
                                         "sign it again: a processor does not start it like this");
    struct check *hash;
    const int is_long = size == SGX_SIGSTRUCT_BYTES;
    int good = is_long && has_layout(bytes);

    memset(sigstruct, 0, sizeof *sigstruct);
    check_judge(layout, good, "1808 bytes, its headers, exponent 3, zeros where they are reserved",
                good ? "just that" : "something else");
    if (!is_long) {
        return;
    }
    parse(sigstruct, bytes);
    good = is_signed(bytes);
    check_judge(signature, good, "RSA-3072 by its own key",
                good ? "RSA-3072 by its own key" : "not by that key over these bytes");
    good = are_quotients(bytes);
    check_judge(quotients, good, "Q1 and Q2 of this signature",
                good ? "just those" : "other numbers");
    if (enclave != NULL) {
        hash = checks_add(checks, "sgx.enclave_hash", 1,
                          "give the SIGSTRUCT of this enclave: it is of another one");
        check_bytes(hash, enclave->mrenclave, sigstruct->mrenclave, SGX_DIGEST_BYTES);
    }
}
