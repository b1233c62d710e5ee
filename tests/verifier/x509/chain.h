#ifndef POBF_TESTS_VERIFIER_X509_CHAIN_H
#define POBF_TESTS_VERIFIER_X509_CHAIN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "verifier/x509/certs.h"

/* Certificate chains of our own: the tests stand on them where there are no vectors. */

enum { CHAIN_FROM = 1700000000, CHAIN_AT = 1750000000, CHAIN_UNTIL = 1800000000 };

/* An extension that a vendor invented: its value as it stands in the OCTET STRING. */
struct chain_extension {
    const char *oid;
    const uint8_t *value;
    size_t size;
    int critical;
};

/* One party: a key, its certificate, and who issued that; NULL: itself. */
struct chain_party {
    EVP_PKEY *key;
    X509 *cert;
};

enum chain_kind { CHAIN_ISSUER, CHAIN_LEAF, CHAIN_BARE_LEAF };

struct chain_wish {
    enum chain_kind kind;
    const char *name;
    const char *curve;                /* NULL: P-256 */
    const struct chain_party *issuer; /* NULL: itself */
    const struct chain_extension *extensions;
    size_t extension_count;
    int64_t from; /* 0: CHAIN_FROM */
    int64_t until;
};

static inline void chain_add_text(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(cert, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static inline void chain_add_bytes(X509 *cert, const struct chain_extension *wish)
{
    ASN1_OBJECT *name = OBJ_txt2obj(wish->oid, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension;

    assert_non_null(name);
    assert_int_equal(ASN1_OCTET_STRING_set(value, wish->value, (int)wish->size), 1);
    extension = X509_EXTENSION_create_by_OBJ(NULL, name, wish->critical, value);
    assert_int_equal(X509_add_ext(cert, extension, -1), 1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(name);
}

static inline void chain_set_name(X509_NAME *to, const char *name)
{
    assert_int_equal(
        X509_NAME_add_entry_by_txt(to, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0),
        1);
}

static inline void chain_add_standard(X509 *cert, X509 *issuer, enum chain_kind kind)
{
    if (kind == CHAIN_BARE_LEAF) {
        return;
    }
    chain_add_text(cert, issuer, NID_subject_key_identifier, "hash");
    chain_add_text(cert, issuer, NID_authority_key_identifier, "keyid:always");
    chain_add_text(cert, issuer, NID_basic_constraints,
                   kind == CHAIN_ISSUER ? "critical,CA:TRUE" : "critical,CA:FALSE");
    chain_add_text(cert, issuer, NID_key_usage,
                   kind == CHAIN_ISSUER ? "critical,keyCertSign,cRLSign"
                                        : "critical,digitalSignature");
}

static inline void chain_sign(X509 *cert, EVP_PKEY *key)
{
    assert_true(X509_sign(cert, key, EVP_sha384()) > 0);
}

static inline void chain_make(struct chain_party *party, const struct chain_wish *wish)
{
    static long serial = 1;
    X509 *cert = X509_new();
    const struct chain_party *issuer = wish->issuer != NULL ? wish->issuer : party;

    party->key = EVP_EC_gen(wish->curve != NULL ? wish->curve : "P-256");
    party->cert = cert;
    assert_non_null(party->key);
    assert_int_equal(X509_set_version(cert, X509_VERSION_3), 1);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), wish->kind == CHAIN_BARE_LEAF ? 0 : serial++);
    chain_set_name(X509_get_subject_name(cert), wish->name);
    assert_int_equal(X509_set_issuer_name(cert, X509_get_subject_name(issuer->cert)), 1);
    ASN1_TIME_set(X509_getm_notBefore(cert), wish->from != 0 ? wish->from : CHAIN_FROM);
    ASN1_TIME_set(X509_getm_notAfter(cert), wish->until != 0 ? wish->until : CHAIN_UNTIL);
    assert_int_equal(X509_set_pubkey(cert, party->key), 1);
    chain_add_standard(cert, issuer->cert, wish->kind);
    for (size_t i = 0; i < wish->extension_count; i++) {
        chain_add_bytes(cert, &wish->extensions[i]);
    }
    chain_sign(cert, issuer->key);
}

static inline void chain_clear(struct chain_party *party)
{
    EVP_PKEY_free(party->key);
    X509_free(party->cert);
    *party = (struct chain_party){NULL, NULL};
}

/* A revocation list of this issuer; `revoked` is on it, where it is not NULL. */
static inline X509_CRL *chain_crl(const struct chain_party *issuer, X509 *revoked)
{
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *time = ASN1_TIME_set(NULL, CHAIN_FROM);
    ASN1_INTEGER *number = ASN1_INTEGER_new();

    assert_int_equal(X509_CRL_set_version(crl, X509_CRL_VERSION_2), 1);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->cert));
    X509_CRL_set1_lastUpdate(crl, time);
    if (revoked != NULL) {
        X509_REVOKED *entry = X509_REVOKED_new();

        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked));
        X509_REVOKED_set_revocationDate(entry, time);
        assert_int_equal(X509_CRL_add0_revoked(crl, entry), 1);
    }
    ASN1_TIME_set(time, CHAIN_UNTIL);
    X509_CRL_set1_nextUpdate(crl, time);
    ASN1_INTEGER_set(number, 1);
    assert_int_equal(X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0), 1);
    assert_true(X509_CRL_sign(crl, issuer->key, EVP_sha256()) > 0);
    ASN1_INTEGER_free(number);
    ASN1_TIME_free(time);
    return crl;
}

/* DER of a certificate; returns its size. */
static inline size_t chain_print(uint8_t *der, size_t room, X509 *cert)
{
    uint8_t *to = der;
    const int size = i2d_X509(cert, NULL);

    assert_true(size > 0 && (size_t)size <= room);
    return (size_t)i2d_X509(cert, &to);
}

static inline size_t chain_print_crl(uint8_t *der, size_t room, X509_CRL *crl)
{
    uint8_t *to = der;
    const int size = i2d_X509_CRL(crl, NULL);

    assert_true(size > 0 && (size_t)size <= room);
    return (size_t)i2d_X509_CRL(crl, &to);
}

/* Among these certificates: a copy of the party's. */
static inline void chain_add(struct certs *certs, const struct chain_party *party)
{
    uint8_t der[4096];

    assert_int_equal(certs_add(certs, der, chain_print(der, sizeof der, party->cert)), POBF_OK);
}

#endif
