#ifndef POBF_VERIFIER_X509_CERTS_H
#define POBF_VERIFIER_X509_CERTS_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "framework/core/status.h"

/* Certificates and revocation lists as they were found, owned; nothing of them is judged here. */
enum { CERTS_MAX = 64, CERTS_CRL_MAX = 16, CERTS_DIGEST_BYTES = 32 };

struct certs {
    X509 *cert[CERTS_MAX];
    uint8_t digest[CERTS_MAX][CERTS_DIGEST_BYTES]; /* SHA-256 of its DER */
    size_t count;
    X509_CRL *crl[CERTS_CRL_MAX];
    size_t crl_count;
};

/*
 * Add what the bytes hold: one certificate or CRL in DER, or any number of both in PEM (other text
 * around them, and other kinds of PEM, are skipped). The same certificate counts once.
 *   POBF_E_INPUT   it holds neither, or one that does not parse, or bytes after the DER
 *   POBF_E_SPACE   there are too many
 * What was added before stays.
 */
POBF_MUST_CHECK enum pobf_status certs_add(struct certs *certs, const uint8_t *bytes, size_t size);
/* Add the certificates of another, without decoding them again. POBF_E_SPACE: not all. */
POBF_MUST_CHECK enum pobf_status certs_share(struct certs *certs, const struct certs *from);
void certs_clear(struct certs *certs);

/* The first certificate with this subject's common name; NULL where there is none. */
X509 *certs_find(const struct certs *certs, const char *common_name);

#endif
