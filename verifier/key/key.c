#include "verifier/key/key.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "edge/cli/file.h"

enum { KEY_FILE_MAX = 16 * 1024, KEY_PATH_ROOM = 4096, SCALAR_BYTES = 32, DER_ROOM = 80 };

struct key {
    EVP_PKEY *pair;
    enum key_kind kind;
    int is_private;
};

/* Takes over `pair`, also where it fails. */
static enum pobf_status wrap(struct key **key, EVP_PKEY *pair, enum key_kind kind, int is_private)
{
    *key = malloc(sizeof **key);
    if (*key == NULL) {
        EVP_PKEY_free(pair);
        return POBF_E_SYSTEM;
    }
    **key = (struct key){.pair = pair, .kind = kind, .is_private = is_private};
    return POBF_OK;
}

void key_close(struct key *key)
{
    if (key != NULL) {
        EVP_PKEY_free(key->pair); /* wipes the private half */
        free(key);
    }
}

enum pobf_status key_generate(struct key **key, enum key_kind kind)
{
    EVP_PKEY *pair = NULL;

    *key = NULL;
    if (kind == KEY_ES256) {
        pair = EVP_EC_gen("P-256");
    } else if (kind == KEY_EDDSA) {
        pair = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    }
    return pair == NULL ? POBF_E_SYSTEM : wrap(key, pair, kind, 1);
}

/*
 * P-256 by its name, and encoded by it: a curve spelled out in parameters of its own would give
 * the same key another identity.
 */
static int is_p256(const EVP_PKEY *pair)
{
    char curve[32];
    int spelled_out = 1;

    return EVP_PKEY_is_a(pair, "EC") &&
           EVP_PKEY_get_group_name(pair, curve, sizeof curve, NULL) == 1 &&
           strcmp(curve, SN_X9_62_prime256v1) == 0 &&
           EVP_PKEY_get_int_param(pair, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                                  &spelled_out) == 1 &&
           !spelled_out;
}

/* A point of small order would verify one signature for every message. */
static int is_ed25519(const EVP_PKEY *pair)
{
    uint8_t point[crypto_core_ed25519_BYTES];
    size_t size = sizeof point;

    return EVP_PKEY_is_a(pair, "ED25519") && EVP_PKEY_get_raw_public_key(pair, point, &size) == 1 &&
           size == sizeof point && crypto_core_ed25519_is_valid_point(point) == 1;
}

static enum key_kind kind_of(const EVP_PKEY *pair)
{
    if (is_p256(pair)) {
        return KEY_ES256;
    }
    return is_ed25519(pair) ? KEY_EDDSA : KEY_NONE;
}

/* A key under a pass phrase is refused, rather than asked about on a terminal. */
static int no_pass_phrase(char *buffer, int size, int for_writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)for_writing;
    (void)context;
    return -1;
}

static EVP_PKEY *parse_pem(const uint8_t *bytes, size_t size, int *is_private)
{
    BIO *in = BIO_new_mem_buf(bytes, (int)size);
    EVP_PKEY *pair = NULL;

    if (in != NULL) {
        pair = PEM_read_bio_PrivateKey(in, NULL, no_pass_phrase, NULL);
        *is_private = pair != NULL;
        if (pair == NULL && BIO_reset(in) == 1) {
            pair = PEM_read_bio_PUBKEY(in, NULL, no_pass_phrase, NULL);
        }
        BIO_free(in);
    }
    ERR_clear_error();
    return pair;
}

static enum pobf_status read_pair(EVP_PKEY **pair, const char *path, int *is_private)
{
    uint8_t *bytes;
    size_t size;
    const enum pobf_status status = file_read(&bytes, &size, path, KEY_FILE_MAX);

    *pair = NULL;
    if (status != POBF_OK) {
        return status;
    }
    *pair = parse_pem(bytes, size, is_private);
    file_free(bytes, size);
    return *pair == NULL ? POBF_E_INPUT : POBF_OK;
}

/* Takes over `pair`, also where it fails; NULL is none. */
static enum pobf_status take_pair(struct key **key, EVP_PKEY *pair, int is_private)
{
    const enum key_kind kind = pair == NULL ? KEY_NONE : kind_of(pair);

    if (kind == KEY_NONE) {
        EVP_PKEY_free(pair);
        return POBF_E_INPUT;
    }
    return wrap(key, pair, kind, is_private);
}

enum pobf_status key_parse(struct key **key, const uint8_t *bytes, size_t size)
{
    int is_private = 0;
    EVP_PKEY *pair = size <= KEY_FILE_MAX ? parse_pem(bytes, size, &is_private) : NULL;

    *key = NULL;
    return take_pair(key, pair, is_private);
}

enum pobf_status key_open(struct key **key, const char *path)
{
    EVP_PKEY *pair;
    int is_private = 0;
    const enum pobf_status status = read_pair(&pair, path, &is_private);

    *key = NULL;
    return status == POBF_OK ? take_pair(key, pair, is_private) : status;
}

void key_explain(char text[KEY_TEXT_ROOM], const char *path)
{
    static const char wanted[] = "wanted is P-256 by name, or Ed25519";
    char curve[32] = "";
    EVP_PKEY *pair;
    int is_private = 0;

    if (read_pair(&pair, path, &is_private) != POBF_OK) {
        snprintf(text, KEY_TEXT_ROOM, "holds no PEM key without a pass phrase; %s", wanted);
        return;
    }
    if (EVP_PKEY_is_a(pair, "EC")) {
        (void)EVP_PKEY_get_group_name(pair, curve, sizeof curve, NULL);
    }
    snprintf(text, KEY_TEXT_ROOM, "holds a key of type %s%s%s; %s", EVP_PKEY_get0_type_name(pair),
             *curve != '\0' ? " on the curve " : "", curve, wanted);
    EVP_PKEY_free(pair);
}

/* An empty file that was not there before: from now on the name is ours. */
static enum pobf_status reserve(const char *path)
{
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (descriptor < 0) {
        return access(path, F_OK) == 0 ? POBF_E_REFUSED : POBF_E_SYSTEM;
    }
    close(descriptor);
    return POBF_OK;
}

static enum pobf_status write_half(const struct key *key, const char *path, int private_half)
{
    BIO *out = BIO_new(BIO_s_mem()); /* wipes what it held */
    enum pobf_status status = POBF_E_SYSTEM;
    char *bytes;

    if (out != NULL &&
        (private_half ? PEM_write_bio_PKCS8PrivateKey(out, key->pair, NULL, NULL, 0, NULL, NULL)
                      : PEM_write_bio_PUBKEY(out, key->pair)) == 1) {
        const long size = BIO_get_mem_data(out, &bytes);

        status = file_write(path, (const uint8_t *)bytes, (size_t)size, private_half);
    }
    BIO_free(out);
    return status;
}

static enum pobf_status write_both(const struct key *key, const char *path, const char *public_path)
{
    enum pobf_status status = reserve(path);

    if (status != POBF_OK) {
        return status;
    }
    status = reserve(public_path);
    if (status != POBF_OK) {
        unlink(path);
        return status;
    }
    status = write_half(key, path, 1);
    if (status == POBF_OK) {
        status = write_half(key, public_path, 0);
    }
    if (status != POBF_OK) {
        unlink(path);
        unlink(public_path);
    }
    return status;
}

enum pobf_status key_write(const struct key *key, const char *path)
{
    char public_path[KEY_PATH_ROOM];

    if (!key->is_private) {
        return POBF_E_KEY;
    }
    if (strcmp(path, "-") == 0) {
        return POBF_E_USAGE; /* two files do not fit into one stream */
    }
    if ((size_t)snprintf(public_path, sizeof public_path, "%s.pub", path) >= sizeof public_path) {
        return POBF_E_SPACE;
    }
    return write_both(key, path, public_path);
}

enum key_kind key_kind(const struct key *key)
{
    return key->kind;
}

const char *key_algorithm(const struct key *key)
{
    return key->kind == KEY_ES256 ? "ES256" : "EdDSA";
}

int key_is_private(const struct key *key)
{
    return key->is_private;
}

void key_id(const struct key *key, uint8_t id[KEY_ID_BYTES])
{
    uint8_t *info = NULL;
    const int size = i2d_PUBKEY(key->pair, &info);

    sodium_memzero(id, KEY_ID_BYTES);
    if (size > 0) {
        crypto_hash_sha256(id, info, (unsigned long long)size);
    }
    OPENSSL_free(info);
}

enum pobf_status key_public_ed25519(const struct key *key, uint8_t bytes[32])
{
    size_t size = 32;

    sodium_memzero(bytes, size);
    return key->kind == KEY_EDDSA && EVP_PKEY_get_raw_public_key(key->pair, bytes, &size) == 1
               ? POBF_OK
               : POBF_E_KEY;
}

char *key_public_pem(const struct key *key)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *bytes, *pem = NULL;

    if (out != NULL && PEM_write_bio_PUBKEY(out, key->pair) == 1) {
        const long size = BIO_get_mem_data(out, &bytes);

        pem = strndup(bytes, (size_t)size);
    }
    BIO_free(out);
    return pem;
}

static json_t *base64url(const uint8_t bytes[SCALAR_BYTES])
{
    enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
    char text[sodium_base64_ENCODED_LEN(SCALAR_BYTES, VARIANT)];

    return json_string(sodium_bin2base64(text, sizeof text, bytes, SCALAR_BYTES, VARIANT));
}

static json_t *coordinate(const struct key *key, const char *name)
{
    uint8_t bytes[SCALAR_BYTES];
    BIGNUM *number = NULL;
    const int done = EVP_PKEY_get_bn_param(key->pair, name, &number) == 1 &&
                     BN_bn2binpad(number, bytes, SCALAR_BYTES) == SCALAR_BYTES;

    BN_free(number);
    return done ? base64url(bytes) : NULL;
}

json_t *key_public_jwk(const struct key *key)
{
    char id_text[2 * KEY_ID_BYTES + 1];
    uint8_t id[KEY_ID_BYTES], raw[SCALAR_BYTES];

    key_id(key, id);
    sodium_bin2hex(id_text, sizeof id_text, id, sizeof id);
    if (key->kind == KEY_ES256) {
        return json_pack("{s:s, s:s, s:o, s:o, s:s, s:s}", "kty", "EC", "crv", "P-256", "x",
                         coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X), "y",
                         coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y), "alg", key_algorithm(key),
                         "kid", id_text);
    }
    return key_public_ed25519(key, raw) != POBF_OK
               ? NULL
               : json_pack("{s:s, s:s, s:o, s:s, s:s}", "kty", "OKP", "crv", "Ed25519", "x",
                           base64url(raw), "alg", key_algorithm(key), "kid", id_text);
}

/* RFC 7518, section 3.4: R || S, each 32 bytes, big-endian; libssl's own form is DER. */
static int raw_of_der(uint8_t raw[KEY_SIGNATURE_BYTES], const uint8_t *der, size_t size)
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
    const int done =
        pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, SCALAR_BYTES) == SCALAR_BYTES &&
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + SCALAR_BYTES, SCALAR_BYTES) == SCALAR_BYTES;

    ECDSA_SIG_free(pair);
    return done;
}

/* The size of the DER form, or 0. */
static size_t der_of_raw(uint8_t der[DER_ROOM], const uint8_t raw[KEY_SIGNATURE_BYTES])
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(raw, SCALAR_BYTES, NULL);
    BIGNUM *s = BN_bin2bn(raw + SCALAR_BYTES, SCALAR_BYTES, NULL);
    int size = 0;

    if (pair == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
    } else {
        size = i2d_ECDSA_SIG(pair, &der);
    }
    ECDSA_SIG_free(pair);
    return size > 0 ? (size_t)size : 0;
}

enum pobf_status key_sign(const struct key *key, uint8_t signature[KEY_SIGNATURE_BYTES],
                          const uint8_t *message, size_t size)
{
    const int is_ecdsa = key->kind == KEY_ES256;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t der[DER_ROOM];
    size_t der_size = sizeof der;
    int done;

    sodium_memzero(signature, KEY_SIGNATURE_BYTES);
    if (!key->is_private) {
        EVP_MD_CTX_free(context);
        return POBF_E_KEY;
    }
    done =
        context != NULL &&
        EVP_DigestSignInit(context, NULL, is_ecdsa ? EVP_sha256() : NULL, NULL, key->pair) == 1 &&
        EVP_DigestSign(context, der, &der_size, message, size) == 1;
    EVP_MD_CTX_free(context);
    if (done && is_ecdsa) {
        done = raw_of_der(signature, der, der_size);
    } else if (done) {
        memcpy(signature, der, KEY_SIGNATURE_BYTES);
    }
    if (!done) {
        sodium_memzero(signature, KEY_SIGNATURE_BYTES);
    }
    return done ? POBF_OK : POBF_E_SYSTEM;
}

/* libssl checks 0 < r, s < n. Both S and n - S verify: RFC 7518 asks for neither. */
enum pobf_status key_verify(const struct key *key, const uint8_t signature[KEY_SIGNATURE_BYTES],
                            const uint8_t *message, size_t size)
{
    const int is_ecdsa = key->kind == KEY_ES256;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t der[DER_ROOM];
    const size_t der_size = is_ecdsa ? der_of_raw(der, signature) : KEY_SIGNATURE_BYTES;
    const int valid =
        context != NULL && der_size > 0 &&
        EVP_DigestVerifyInit(context, NULL, is_ecdsa ? EVP_sha256() : NULL, NULL, key->pair) == 1 &&
        EVP_DigestVerify(context, is_ecdsa ? der : signature, der_size, message, size) == 1;

    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return valid ? POBF_OK : POBF_E_AUTH;
}
