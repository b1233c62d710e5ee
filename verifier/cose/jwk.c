#include "verifier/cose/jwk.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include "verifier/x509/signature.h"

enum { MODULUS_MIN = 256, MODULUS_MAX = 1024, EXPONENT_MAX = 8 };

/* A member in base64url without padding: its size; 0 where it is not there, or too long. */
static size_t member(uint8_t *bytes, size_t room, const json_t *jwk, const char *name)
{
    const json_t *value = json_object_get(jwk, name);
    size_t size = 0;

    if (!json_is_string(value) ||
        sodium_base642bin(bytes, room, json_string_value(value), json_string_length(value), NULL,
                          &size, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        return 0;
    }
    return size;
}

static EVP_PKEY *make_rsa(const BIGNUM *n, const BIGNUM *e)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *params = NULL;
    EVP_PKEY *key = NULL;

    if (build != NULL && context != NULL &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) &&
        (params = OSSL_PARAM_BLD_to_param(build)) != NULL &&
        (EVP_PKEY_fromdata_init(context) != 1 ||
         EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)) {
        key = NULL;
    }
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *open_rsa(const json_t *jwk)
{
    uint8_t modulus[MODULUS_MAX];
    uint8_t exponent[EXPONENT_MAX];
    const size_t size = member(modulus, sizeof modulus, jwk, "n");
    const size_t exponent_size = member(exponent, sizeof exponent, jwk, "e");
    BIGNUM *n = BN_bin2bn(modulus, (int)size, NULL);
    BIGNUM *e = BN_bin2bn(exponent, (int)exponent_size, NULL);
    EVP_PKEY *key = NULL;

    if (size >= MODULUS_MIN && modulus[0] != 0 && n != NULL && e != NULL && BN_is_odd(e) &&
        !BN_is_one(e)) {
        key = make_rsa(n, e);
    }
    BN_free(n);
    BN_free(e);
    return key;
}

static EVP_PKEY *open_ec(const json_t *jwk)
{
    const char *curve = json_string_value(json_object_get(jwk, "crv"));
    const int is_256 = curve != NULL && strcmp(curve, "P-256") == 0;
    const int is_384 = curve != NULL && strcmp(curve, "P-384") == 0;
    const size_t wanted = is_256 ? 32 : 48;
    uint8_t x[48];
    uint8_t y[48];

    if ((!is_256 && !is_384) || member(x, sizeof x, jwk, "x") != wanted ||
        member(y, sizeof y, jwk, "y") != wanted) {
        return NULL;
    }
    return signature_point_open(is_256 ? SIGNATURE_ES256 : SIGNATURE_ES384, x, y);
}

EVP_PKEY *jwk_open(const json_t *jwk)
{
    const char *type = json_string_value(json_object_get(jwk, "kty"));

    if (type == NULL) {
        return NULL;
    }
    if (strcmp(type, "RSA") == 0) {
        return open_rsa(jwk);
    }
    return strcmp(type, "EC") == 0 ? open_ec(jwk) : NULL;
}
