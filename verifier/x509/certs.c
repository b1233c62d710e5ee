#include "verifier/x509/certs.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

/* Chains come several times with the same issuers, and to decode a key takes libssl long. */
static int is_known(const struct certs *certs, const uint8_t digest[CERTS_DIGEST_BYTES])
{
    for (size_t i = 0; i < certs->count; i++) {
        if (memcmp(certs->digest[i], digest, CERTS_DIGEST_BYTES) == 0) {
            return 1;
        }
    }
    return 0;
}

static enum pobf_status keep_cert(struct certs *certs, X509 *cert,
                                  const uint8_t digest[CERTS_DIGEST_BYTES])
{
    if (certs->count == CERTS_MAX) {
        X509_free(cert);
        return POBF_E_SPACE;
    }
    memcpy(certs->digest[certs->count], digest, CERTS_DIGEST_BYTES);
    certs->cert[certs->count++] = cert;
    return POBF_OK;
}

static enum pobf_status keep_crl(struct certs *certs, X509_CRL *crl)
{
    if (certs->crl_count == CERTS_CRL_MAX) {
        X509_CRL_free(crl);
        return POBF_E_SPACE;
    }
    certs->crl[certs->crl_count++] = crl;
    return POBF_OK;
}

/* One certificate or revocation list in DER, with nothing after it. */
static enum pobf_status add_der(struct certs *certs, const uint8_t *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint8_t digest[CERTS_DIGEST_BYTES];
    X509 *cert;
    X509_CRL *crl;

    SHA256(bytes, size, digest);
    if (is_known(certs, digest)) {
        return POBF_OK;
    }
    cert = d2i_X509(NULL, &at, (long)size);
    if (cert != NULL && at == bytes + size) {
        return keep_cert(certs, cert, digest);
    }
    X509_free(cert);
    at = bytes;
    crl = d2i_X509_CRL(NULL, &at, (long)size);
    if (crl != NULL && at == bytes + size) {
        return keep_crl(certs, crl);
    }
    X509_CRL_free(crl);
    return POBF_E_INPUT;
}

static int is_wanted(const char *name)
{
    return strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0 ||
           strcmp(name, PEM_STRING_X509_CRL) == 0;
}

/* Every block, until the text ends. A block that is cut short is an error like any other. */
static enum pobf_status add_blocks(struct certs *certs, BIO *text)
{
    enum pobf_status status = POBF_E_INPUT;
    char *name;
    char *header;
    unsigned char *der;
    long size;

    while (PEM_read_bio(text, &name, &header, &der, &size) == 1) {
        if (is_wanted(name)) {
            status = add_der(certs, der, (size_t)size);
        }
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
        if (status != POBF_OK) {
            return status;
        }
    }
    return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE ? status : POBF_E_INPUT;
}

static int has_pem(const uint8_t *bytes, size_t size)
{
    const char mark[] = "-----BEGIN ";

    return memmem(bytes, size, mark, sizeof mark - 1) != NULL;
}

enum pobf_status certs_add(struct certs *certs, const uint8_t *bytes, size_t size)
{
    enum pobf_status status;
    BIO *text;

    if (size == 0 || size > INT32_MAX) {
        return POBF_E_INPUT;
    }
    if (bytes[0] == 0x30 || !has_pem(bytes, size)) {
        status = add_der(certs, bytes, size);
    } else {
        text = BIO_new_mem_buf(bytes, (int)size);
        status = text == NULL ? POBF_E_SYSTEM : add_blocks(certs, text);
        BIO_free(text);
    }
    ERR_clear_error();
    return status;
}

enum pobf_status certs_share(struct certs *certs, const struct certs *from)
{
    enum pobf_status status = POBF_OK;

    for (size_t i = 0; i < from->count && status == POBF_OK; i++) {
        if (!is_known(certs, from->digest[i])) {
            X509_up_ref(from->cert[i]);
            status = keep_cert(certs, from->cert[i], from->digest[i]);
        }
    }
    return status;
}

void certs_clear(struct certs *certs)
{
    for (size_t i = 0; i < certs->count; i++) {
        X509_free(certs->cert[i]);
    }
    for (size_t i = 0; i < certs->crl_count; i++) {
        X509_CRL_free(certs->crl[i]);
    }
    *certs = (struct certs){.count = 0};
}

X509 *certs_find(const struct certs *certs, const char *common_name)
{
    char name[64];

    for (size_t i = 0; i < certs->count; i++) {
        if (X509_NAME_get_text_by_NID(X509_get_subject_name(certs->cert[i]), NID_commonName, name,
                                      sizeof name) > 0 &&
            strcmp(name, common_name) == 0) {
            return certs->cert[i];
        }
    }
    return NULL;
}
