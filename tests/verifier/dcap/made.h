#ifndef POBF_TESTS_VERIFIER_DCAP_MADE_H
#define POBF_TESTS_VERIFIER_DCAP_MADE_H

#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <sodium.h>

#include "framework/wire/quote_body.h"
#include "tests/framework/wire/quote.h"
#include "tests/verifier/hardware/fixture.h"

/* Quotes of SGX and TDX of our own, with collateral of our own, under a root of our own. */

enum { MADE_ROOM = 16 * 1024, MADE_COMPONENT = 5, MADE_PCE = 11, MADE_QE = 4 };

struct made_dcap {
    struct chain_party root, ca, pck, signer;
    struct certs roots;
    EVP_PKEY *attestation_key;
    uint8_t quote[MADE_ROOM];
    size_t quote_size;
    char tcb_info[MADE_ROOM], qe_identity[MADE_ROOM];
    char collateral[4 * MADE_ROOM];
};

/* One element of DER: a tag, a length below 65536, and what is in it. */
static inline size_t made_der(uint8_t *out, uint8_t tag, const uint8_t *in, size_t size)
{
    const size_t head = size < 128 ? 2 : 4;

    memmove(out + head, in, size);
    out[0] = tag;
    if (size < 128) {
        out[1] = (uint8_t)size;
    } else {
        out[1] = 0x82;
        out[2] = (uint8_t)(size >> 8);
        out[3] = (uint8_t)size;
    }
    return head + size;
}

/* SEQUENCE { OID 1.2.840.113741.1.13.1.suffix, value } */
static inline size_t made_pair(uint8_t *out, const uint8_t *suffix, size_t suffix_size, uint8_t tag,
                               const uint8_t *value, size_t size)
{
    uint8_t oid[16] = {0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01};
    uint8_t inner[1024];
    size_t at;

    memcpy(oid + 9, suffix, suffix_size);
    at = made_der(inner, 0x06, oid, 9 + suffix_size);
    at += made_der(inner + at, tag, value, size);
    return made_der(out, 0x30, inner, at);
}

/* The extension of a PCK certificate, all components being the same. */
static inline size_t made_extension(uint8_t *out)
{
    const uint8_t zeros[16] = {0}, fmspc[6] = {0, 0x80, 0x6f, 5, 0, 0};
    const uint8_t component = MADE_COMPONENT, pce = MADE_PCE;
    uint8_t tcb[1024], all[1024];
    size_t tcb_size = 0, size = 0;

    for (uint8_t i = 1; i <= 17; i++) {
        tcb_size +=
            made_pair(tcb + tcb_size, (uint8_t[]){2, i}, 2, 0x02, i <= 16 ? &component : &pce, 1);
    }
    tcb_size += made_pair(tcb + tcb_size, (uint8_t[]){2, 18}, 2, 0x04, zeros, 16);
    size += made_pair(all + size, (uint8_t[]){1}, 1, 0x04, zeros, 16);
    size += made_pair(all + size, (uint8_t[]){2}, 1, 0x30, tcb, tcb_size);
    size += made_pair(all + size, (uint8_t[]){3}, 1, 0x04, zeros, 2);
    size += made_pair(all + size, (uint8_t[]){4}, 1, 0x04, fmspc, sizeof fmspc);
    return made_der(out, 0x30, all, size);
}

/* The one extension of a certificate that has nothing else. */
static inline void made_carry(X509 *cert, const uint8_t *bytes, size_t size)
{
    ASN1_OBJECT *name = OBJ_txt2obj("1.2.840.113741.1.13.1", 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension;

    assert_int_equal(ASN1_OCTET_STRING_set(value, bytes, (int)size), 1);
    extension = X509_EXTENSION_create_by_OBJ(NULL, name, 0, value);
    X509_EXTENSION_free(X509_delete_ext(cert, 0));
    assert_int_equal(X509_add_ext(cert, extension, -1), 1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(name);
}

/* R || S, big-endian. */
static inline void made_sign(uint8_t signature[64], EVP_PKEY *key, const void *bytes, size_t size)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t der[80];
    const uint8_t *at = der;
    size_t der_size = sizeof der;
    ECDSA_SIG *pair;

    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, der, &der_size, bytes, size), 1);
    pair = d2i_ECDSA_SIG(NULL, &at, (long)der_size);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, 32), 32);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + 32, 32), 32);
    ECDSA_SIG_free(pair);
    EVP_MD_CTX_free(context);
}

static inline size_t made_pem(char *text, size_t room, const struct chain_party *parties[],
                              size_t count)
{
    BIO *bio = BIO_new(BIO_s_mem());
    int size;

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(PEM_write_bio_X509(bio, parties[i]->cert), 1);
    }
    size = BIO_read(bio, text, (int)room - 1);
    assert_true(size > 0);
    text[size] = '\0';
    BIO_free(bio);
    return (size_t)size;
}

static inline void made_open(struct made_dcap *made)
{
    uint8_t value[1024];
    const struct chain_extension extension = {"1.2.840.113741.1.13.1", value, made_extension(value),
                                              0};
    const struct chain_wish root = {.name = "Intel SGX Root CA"};
    const struct chain_wish ca = {.name = "Intel SGX PCK Platform CA", .issuer = &made->root};
    const struct chain_wish pck = {.kind = CHAIN_LEAF,
                                   .name = "Intel SGX PCK Certificate",
                                   .issuer = &made->ca,
                                   .extensions = &extension,
                                   .extension_count = 1};
    const struct chain_wish signer = {
        .kind = CHAIN_LEAF, .name = "Intel SGX TCB Signing", .issuer = &made->root};

    chain_make(&made->root, &root);
    chain_make(&made->ca, &ca);
    chain_make(&made->pck, &pck);
    chain_make(&made->signer, &signer);
    chain_add(&made->roots, &made->root);
    made->attestation_key = EVP_EC_gen("P-256");
}

static inline void made_close(struct made_dcap *made)
{
    chain_clear(&made->root);
    chain_clear(&made->ca);
    chain_clear(&made->pck);
    chain_clear(&made->signer);
    certs_clear(&made->roots);
    EVP_PKEY_free(made->attestation_key);
}

/* Sign quote, quoting enclave and what binds them; the parts are where parsing finds them. */
static inline void made_sign_quote(struct made_dcap *made)
{
    struct pobf_quote quote;
    uint8_t point[65];
    uint8_t bound[32];
    size_t point_size;
    uint8_t *start = made->quote;
    crypto_hash_sha256_state state;

    assert_int_equal(pobf_quote_parse(&quote, made->quote, made->quote_size), POBF_OK);
    assert_int_equal(EVP_PKEY_get_octet_string_param(made->attestation_key, "pub", point,
                                                     sizeof point, &point_size),
                     1);
    memcpy(start + (quote.key - start), point + 1, 64);
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, point + 1, 64);
    crypto_hash_sha256_update(&state, quote.qe_auth, quote.qe_auth_size);
    crypto_hash_sha256_final(&state, bound);
    memset(start + (quote.qe_report - start) + 320, 0, 64);
    memcpy(start + (quote.qe_report - start) + 320, bound, sizeof bound);
    made_sign(start + (quote.qe_signature - start), made->pck.key, quote.qe_report, 384);
    made_sign(start + (quote.signature - start), made->attestation_key, quote.header,
              quote.signed_size);
}

static inline uint8_t *made_body(struct made_dcap *made)
{
    return made->quote + (made->quote[0] == 5 ? 54 : 48);
}

/* A quote of this version and body, report data 0x11; a domain's TEE_TCB_SVN is 3.1 and 5s. */
static inline void made_print_quote(struct made_dcap *made, uint8_t version,
                                    enum pobf_quote_body body)
{
    const struct chain_party *chain[] = {&made->pck, &made->ca, &made->root};
    char pem[MADE_ROOM];
    const size_t pem_size = made_pem(pem, sizeof pem, chain, 3);
    const struct quote_wish wish = {version, body, 32, 5, (const uint8_t *)pem, pem_size + 1, 13};
    struct pobf_quote quote;
    uint8_t *at;

    made->quote_size = quote_print(made->quote, &wish);
    assert_int_equal(pobf_quote_parse(&quote, made->quote, made->quote_size), POBF_OK);
    at = made_body(made);
    memset(at + (body == POBF_QUOTE_SGX ? 320 : 520), 0x11, 64);
    if (body == POBF_QUOTE_SGX) {
        at[48] = POBF_SGX_FLAG_INIT;
    } else {
        memset(at, MADE_COMPONENT, 16);
        memcpy(at, (uint8_t[]){3, 1}, 2);
    }
    if (body == POBF_QUOTE_TD15) {
        memcpy(at + 584, at, 16);
    }
    at = made->quote + (quote.qe_report - made->quote);
    memset(at, 0, 384);
    at[258] = MADE_QE;
    made_sign_quote(made);
}

/* 16 components of this version, as JSON. */
static inline const char *made_components(unsigned int svn)
{
    static char text[2][512];
    static size_t next;
    char *to = text[next++ % 2];
    size_t at = 0;

    for (size_t i = 0; i < 16; i++) {
        at += (size_t)snprintf(to + at, 512 - at, "%s{\"svn\":%u}", i > 0 ? "," : "", svn);
    }
    return to;
}

static inline size_t made_level(char *out, size_t room, unsigned int svn, const char *status,
                                const char *advisories)
{
    return (size_t)snprintf(out, room,
                            "{\"tcb\":{\"sgxtcbcomponents\":[%s],\"pcesvn\":%d,"
                            "\"tdxtcbcomponents\":[%s]},\"tcbDate\":\"2025-01-01T00:00:00Z\","
                            "\"tcbStatus\":\"%s\",\"advisoryIDs\":[%s]}",
                            made_components(svn), MADE_PCE, made_components(svn), status,
                            advisories);
}

/* TCB info and QE identity: the machine, its TDX module and its quoting enclave with these statuses. */
static inline void made_print_documents(struct made_dcap *made, int is_tdx, const char *machine,
                                        const char *module, const char *qe)
{
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000"
                                "00000000000000000000000000000000";
    char best[2048], reached[2048];

    made_level(best, sizeof best, MADE_COMPONENT + 1, "UpToDate", "");
    made_level(reached, sizeof reached, MADE_COMPONENT, machine, "\"INTEL-SA-00001\"");
    snprintf(
        made->tcb_info, sizeof made->tcb_info,
        "{\"id\":\"%s\",\"version\":3,\"issueDate\":\"2025-06-01T00:00:00Z\","
        "\"nextUpdate\":\"2025-07-01T00:00:00Z\",\"fmspc\":\"00806F050000\",\"pceId\":\"0000\","
        "\"tcbType\":0,\"tcbEvaluationDataNumber\":17,\"tdxModuleIdentities\":[{\"id\":"
        "\"TDX_01\",\"mrsigner\":\"%s\",\"attributes\":\"0000000000000000\","
        "\"attributesMask\":\"FFFFFFFFFFFFFFFF\",\"tcbLevels\":[{\"tcb\":{\"isvsvn\":5},"
        "\"tcbStatus\":\"UpToDate\"},{\"tcb\":{\"isvsvn\":3},\"tcbStatus\":\"%s\"}]}],"
        "\"tcbLevels\":[%s,%s]}",
        is_tdx ? "TDX" : "SGX", zeros, module, best, reached);
    snprintf(made->qe_identity, sizeof made->qe_identity,
             "{\"id\":\"%s\",\"version\":2,\"issueDate\":\"2025-06-01T00:00:00Z\","
             "\"nextUpdate\":\"2025-08-01T00:00:00Z\",\"miscselect\":\"00000000\","
             "\"miscselectMask\":\"FFFFFFFF\",\"attributes\":\"00000000000000000000000000000000\","
             "\"attributesMask\":\"FBFFFFFFFFFFFFFF0000000000000000\",\"mrsigner\":\"%.64s\","
             "\"isvprodid\":0,\"tcbLevels\":[{\"tcb\":{\"isvsvn\":%d},\"tcbStatus\":\"%s\"}]}",
             is_tdx ? "TD_QE" : "QE", zeros, MADE_QE, qe);
}

static inline void made_set_signature(json_t *bundle, const char *name, EVP_PKEY *key,
                                      const char *text)
{
    uint8_t signature[64];
    char hex[129];

    made_sign(signature, key, text, strlen(text));
    json_object_set_new(bundle, name, json_string(sodium_bin2hex(hex, 129, signature, 64)));
}

static inline void made_set_crl(json_t *bundle, const char *name, const struct chain_party *issuer,
                                X509 *revoked)
{
    uint8_t der[2048];
    char hex[4097];
    X509_CRL *crl = chain_crl(issuer, revoked);
    const size_t size = chain_print_crl(der, sizeof der, crl);

    json_object_set_new(bundle, name, json_string(sodium_bin2hex(hex, sizeof hex, der, size)));
    X509_CRL_free(crl);
}

/* The bundle, signed; `revoked` is on its issuer's list. */
static inline void made_print_collateral(struct made_dcap *made, X509 *revoked)
{
    const struct chain_party *chain[] = {&made->signer, &made->root};
    char pem[MADE_ROOM];
    json_t *bundle = json_object();
    char *text;

    made_pem(pem, sizeof pem, chain, 2);
    json_object_set_new(bundle, "tcb_info", json_string(made->tcb_info));
    json_object_set_new(bundle, "qe_identity", json_string(made->qe_identity));
    made_set_signature(bundle, "tcb_info_signature", made->signer.key, made->tcb_info);
    made_set_signature(bundle, "qe_identity_signature", made->signer.key, made->qe_identity);
    json_object_set_new(bundle, "tcb_info_issuer_chain", json_string(pem));
    json_object_set_new(bundle, "qe_identity_issuer_chain", json_string(pem));
    made_set_crl(bundle, "pck_crl", &made->ca, revoked == made->pck.cert ? revoked : NULL);
    made_set_crl(bundle, "root_ca_crl", &made->root, revoked != made->pck.cert ? revoked : NULL);
    text = json_dumps(bundle, JSON_COMPACT);
    snprintf(made->collateral, sizeof made->collateral, "%s", text);
    free(text);
    json_decref(bundle);
}

/* A whole input, all up to date: quote and collateral. */
static inline void made_give(struct made_dcap *made, uint8_t version, enum pobf_quote_body body)
{
    made_print_quote(made, version, body);
    made_print_documents(made, body != POBF_QUOTE_SGX, "UpToDate", "UpToDate", "UpToDate");
    made_print_collateral(made, NULL);
    fixture_begin(CHAIN_AT);
    fixture_input.roots = &made->roots;
}

static inline void made_appraise(struct made_dcap *made)
{
    fixture_input.collateral_count = 0;
    fixture_collate((const uint8_t *)made->collateral, strlen(made->collateral));
    fixture_appraise("auto", made->quote, made->quote_size);
}

#endif
