#include "verifier/x509/signature.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

enum { POINT_MAX = 66, DER_MAX = 160, RSA_BITS_MIN = 2048 };

static const struct kind {
    int type;          /* EVP_PKEY_* */
    const char *curve; /* NULL: none */
    size_t size;       /* of a coordinate */
    const EVP_MD *(*digest)(void);
    int padding; /* of RSA */
} kinds[] = {
    [SIGNATURE_ES256] = {EVP_PKEY_EC, "prime256v1", 32, EVP_sha256, 0},
    [SIGNATURE_ES384] = {EVP_PKEY_EC, "secp384r1", 48, EVP_sha384, 0},
    [SIGNATURE_ES512] = {EVP_PKEY_EC, "secp521r1", 66, EVP_sha512, 0},
    [SIGNATURE_RS256] = {EVP_PKEY_RSA, NULL, 0, EVP_sha256, RSA_PKCS1_PADDING},
    [SIGNATURE_PS256] = {EVP_PKEY_RSA, NULL, 0, EVP_sha256, RSA_PKCS1_PSS_PADDING},
    [SIGNATURE_PS384] = {EVP_PKEY_RSA, NULL, 0, EVP_sha384, RSA_PKCS1_PSS_PADDING},
    [SIGNATURE_EDDSA] = {EVP_PKEY_ED25519, NULL, 0, NULL, 0},
};

static const struct kind *kind_of(enum signature_algorithm algorithm)
{
    const size_t index = (size_t)algorithm;

    return index < sizeof kinds / sizeof kinds[0] && kinds[index].type != 0 ? &kinds[index] : NULL;
}

/* A key of another kind, or of another size, cannot have made such a signature. */
static int key_fits(const struct kind *kind, const EVP_PKEY *key)
{
    char curve[64] = "";

    if (EVP_PKEY_get_base_id(key) != kind->type) {
        return 0;
    }
    if (kind->type == EVP_PKEY_RSA) {
        return EVP_PKEY_get_bits(key) >= RSA_BITS_MIN;
    }
    return kind->curve == NULL || (EVP_PKEY_get_group_name(key, curve, sizeof curve, NULL) == 1 &&
                                   strcmp(curve, kind->curve) == 0);
}

static int set_padding(const struct kind *kind, EVP_PKEY_CTX *options)
{
    if (kind->type != EVP_PKEY_RSA) {
        return 1;
    }
    return EVP_PKEY_CTX_set_rsa_padding(options, kind->padding) == 1 &&
           (kind->padding != RSA_PKCS1_PSS_PADDING ||
            EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
}

static enum pobf_status verify(const struct kind *kind, EVP_PKEY *key, const uint8_t *signature,
                               size_t signature_size, const uint8_t *message, size_t size)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options;
    enum pobf_status status = POBF_E_SYSTEM;

    if (context != NULL &&
        EVP_DigestVerifyInit(context, &options, kind->digest == NULL ? NULL : kind->digest(), NULL,
                             key) == 1 &&
        set_padding(kind, options)) {
        status = EVP_DigestVerify(context, signature, signature_size, message, size) == 1
                     ? POBF_OK
                     : POBF_E_AUTH;
    }
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return status;
}

/* R and S as DER, as libssl wants them. That both are in range is libssl's to check, and it does. */
static size_t print_der(uint8_t der[DER_MAX], const uint8_t *signature, size_t size)
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, (int)size, NULL);
    BIGNUM *s = BN_bin2bn(signature + size, (int)size, NULL);
    uint8_t *to = der;
    int printed = 0;

    if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
        printed = i2d_ECDSA_SIG(pair, &to);
    } else {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(pair);
    return printed > 0 ? (size_t)printed : 0;
}

enum pobf_status signature_verify(enum signature_algorithm algorithm, EVP_PKEY *key,
                                  const uint8_t *signature, size_t signature_size,
                                  const uint8_t *message, size_t size)
{
    const struct kind *kind = kind_of(algorithm);
    uint8_t der[DER_MAX];

    if (kind == NULL || key == NULL || !key_fits(kind, key)) {
        return POBF_E_KEY;
    }
    if (kind->curve == NULL) {
        return verify(kind, key, signature, signature_size, message, size);
    }
    if (signature_size != 2 * kind->size) {
        return POBF_E_AUTH;
    }
    return verify(kind, key, der, print_der(der, signature, kind->size), message, size);
}

/* There is one way to print two numbers in DER: what libssl reads must print as the same bytes. */
static int is_strict(const uint8_t *signature, size_t size)
{
    const uint8_t *at = signature;
    ECDSA_SIG *pair = size > DER_MAX ? NULL : d2i_ECDSA_SIG(NULL, &at, (long)size);
    uint8_t again[DER_MAX];
    uint8_t *to = again;
    const int same = pair != NULL && at == signature + size &&
                     i2d_ECDSA_SIG(pair, NULL) == (int)size &&
                     i2d_ECDSA_SIG(pair, &to) == (int)size && memcmp(again, signature, size) == 0;

    ECDSA_SIG_free(pair);
    return same;
}

enum pobf_status signature_verify_der(enum signature_algorithm algorithm, EVP_PKEY *key,
                                      const uint8_t *signature, size_t signature_size,
                                      const uint8_t *message, size_t size)
{
    const struct kind *kind = kind_of(algorithm);

    if (kind == NULL || kind->curve == NULL || key == NULL || !key_fits(kind, key)) {
        return POBF_E_KEY;
    }
    if (!is_strict(signature, signature_size)) {
        ERR_clear_error();
        return POBF_E_AUTH;
    }
    return verify(kind, key, signature, signature_size, message, size);
}

EVP_PKEY *signature_point_open(enum signature_algorithm algorithm, const uint8_t *x,
                               const uint8_t *y)
{
    const struct kind *kind = kind_of(algorithm);
    uint8_t point[1 + 2 * POINT_MAX] = {4};
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;

    if (kind != NULL && kind->curve != NULL && context != NULL) {
        OSSL_PARAM parts[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
                                             (char *)(uintptr_t)kind->curve, 0),
            OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * kind->size),
            OSSL_PARAM_construct_end(),
        };

        memcpy(point + 1, x, kind->size);
        memcpy(point + 1 + kind->size, y, kind->size);
        if (EVP_PKEY_fromdata_init(context) != 1 ||
            EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parts) != 1) {
            key = NULL;
        }
    }
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return key;
}
