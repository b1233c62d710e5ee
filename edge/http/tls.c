#include "edge/http/tls.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

enum { TLS_SPKI_MAX = 4096 };

static int restrict_protocol(SSL_CTX *tls)
{
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(tls, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    return SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(tls, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_num_tickets(tls, 0) == 1 && SSL_CTX_set_max_early_data(tls, 0) == 1;
}

static int load_identity(SSL_CTX *tls, const char *certificate_path, const char *key_path)
{
    return SSL_CTX_use_certificate_chain_file(tls, certificate_path) == 1 &&
           SSL_CTX_use_PrivateKey_file(tls, key_path, SSL_FILETYPE_PEM) == 1 &&
           SSL_CTX_check_private_key(tls) == 1;
}

static int digest_key(uint8_t digest[32], SSL_CTX *tls)
{
    X509 *certificate = SSL_CTX_get0_certificate(tls);
    unsigned char spki[TLS_SPKI_MAX];
    unsigned char *end = spki;
    int size;

    if (certificate == NULL) {
        return 0;
    }
    size = i2d_PUBKEY(X509_get0_pubkey(certificate), NULL);
    if (size <= 0 || size > TLS_SPKI_MAX) {
        return 0;
    }
    i2d_PUBKEY(X509_get0_pubkey(certificate), &end);
    return EVP_Digest(spki, (size_t)size, digest, NULL, EVP_sha256(), NULL);
}

enum pobf_status tls_open(SSL_CTX **tls, uint8_t channel_key[32], const char *certificate_path,
                          const char *key_path)
{
    enum pobf_status status = POBF_E_SYSTEM;

    *tls = SSL_CTX_new(TLS_server_method());
    if (*tls == NULL || !restrict_protocol(*tls)) {
        goto forget;
    }
    status = POBF_E_MISSING;
    if (!load_identity(*tls, certificate_path, key_path) || !digest_key(channel_key, *tls)) {
        goto forget;
    }
    return POBF_OK;

forget:
    SSL_CTX_free(*tls);
    *tls = NULL;
    memset(channel_key, 0, 32);
    return status;
}
