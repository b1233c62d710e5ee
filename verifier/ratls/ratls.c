#include "verifier/ratls/ratls.h"

#include <string.h>

#include <openssl/evp.h>
#include <sodium.h>

#include "framework/wire/ratls.h"
#include "verifier/hardware/common.h"
#include "verifier/x509/path.h"

static const struct hardware_check checks[RATLS_COUNT] = {
#define X(name, id, field, mandatory, advice) [RATLS_##name] = {id, field, mandatory, advice},
    RATLS_CHECKS(X)
#undef X
};

/* The extension's value, and what is found in it. */
struct carried {
    const uint8_t *bytes;
    struct pobf_ratls ratls;
};

static struct hardware_item item_of(const struct carried *carried, const struct pobf_span *span)
{
    return (struct hardware_item){carried->bytes + span->at, span->size};
}

/* The value of the extension of evidence; NULL where the certificate has none. */
static const ASN1_OCTET_STRING *find_extension(X509 *cert)
{
    ASN1_OBJECT *name = OBJ_txt2obj("2.23.133.5.4.9", 1);
    const int at = name == NULL ? -1 : X509_get_ext_by_OBJ(cert, name, -1);
    /* Twice is once too often: which of them was meant? */
    const int again = at < 0 ? -1 : X509_get_ext_by_OBJ(cert, name, at);

    ASN1_OBJECT_free(name);
    return at < 0 || again >= 0 ? NULL : X509_EXTENSION_get_data(X509_get_ext(cert, at));
}

/* The one certificate that these bytes are; clear `certs` afterwards. NULL: they are not. */
static X509 *open_certificate(struct certs *certs, const uint8_t *bytes, size_t size)
{
    *certs = (struct certs){.count = 0};
    return certs_add(certs, bytes, size) == POBF_OK && certs->count == 1 && certs->crl_count == 0
               ? certs->cert[0]
               : NULL;
}

static int detect(const uint8_t *bytes, size_t size)
{
    struct certs certs;
    X509 *cert = open_certificate(&certs, bytes, size);
    const int found = cert != NULL && find_extension(cert) != NULL;

    certs_clear(&certs);
    return found;
}

static const EVP_MD *hash_of(uint64_t algorithm)
{
    switch (algorithm) {
    case 1:
        return EVP_sha256();
    case 7:
        return EVP_sha384();
    case 8:
        return EVP_sha512();
    default:
        return NULL;
    }
}

/* The hash in the claims is that of the certificate's SubjectPublicKeyInfo. */
static void judge_key(struct check *check, X509 *cert, const struct carried *carried)
{
    const struct hardware_item named = item_of(carried, &carried->ratls.key_hash);
    const EVP_MD *hash = hash_of(carried->ratls.algorithm);
    uint8_t *info = NULL;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &info);
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned int digest_size = 0;

    if (hash == NULL || size <= 0 ||
        EVP_Digest(info, (size_t)size, digest, &digest_size, hash, NULL) != 1 ||
        digest_size != named.size) {
        check_judge(check, 0, "SHA-256, SHA-384 or SHA-512 of the key", "something else");
    } else {
        check_bytes(check, digest, named.bytes, digest_size);
    }
    OPENSSL_free(info);
}

/* The report data of the evidence is the hash of the claims, and zeros. */
static void judge_claims(struct check *check, const struct hardware_data *report_data,
                         const struct carried *carried)
{
    const struct hardware_item claims = item_of(carried, &carried->ratls.claims);
    uint8_t expected[HARDWARE_DATA_MAX] = {0};

    if (report_data->size >= crypto_hash_sha256_BYTES) {
        crypto_hash_sha256(expected, claims.bytes, claims.size);
        check_bytes(check, expected, report_data->bytes, report_data->size);
    }
}

/* Appraise what the certificate carries, as if it had been given. */
static void appraise_evidence(struct hardware_appraisal *appraisal, size_t first,
                              const struct carried *carried)
{
    const struct hardware_input *given = appraisal->input;
    const struct hardware_item evidence = item_of(carried, &carried->ratls.evidence);
    const struct hardware_platform *row = platforms_detect(evidence.bytes, evidence.size);
    const int is_known = row != NULL && row != &ratls_platform;
    struct hardware_input input = *given;

    check_judge(hardware_check_at(appraisal, first + RATLS_EVIDENCE), is_known,
                "evidence of a platform", is_known ? row->name : "of none that is known");
    if (is_known) {
        input.evidence = evidence;
        appraisal->input = &input;
        appraisal->platform = row->name;
        row->appraise(appraisal);
        appraisal->input = given;
    }
}

static void judge_certificate(struct hardware_appraisal *appraisal, size_t first, X509 *cert,
                              const struct carried *carried)
{
    const struct hardware_item nonce = item_of(carried, &carried->ratls.nonce);
    const struct hardware_item key_hash = item_of(carried, &carried->ratls.key_hash);
    struct hardware_found *found = &appraisal->found;

    judge_key(hardware_check_at(appraisal, first + RATLS_KEY), cert, carried);
    hardware_validity(appraisal, first + RATLS_VALIDITY, "the TLS certificate",
                      path_epoch(X509_get0_notBefore(cert)), path_epoch(X509_get0_notAfter(cert)));
    appraise_evidence(appraisal, first, carried);
    judge_claims(hardware_check_at(appraisal, first + RATLS_CLAIMS), &found->report_data, carried);
    if (nonce.size > 0) {
        hardware_data_set(&found->nonce, nonce.bytes, nonce.size);
    }
    hardware_claim_bytes(found->claims, "tls_key_hash", key_hash.bytes, key_hash.size);
}

static void appraise(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *item = &appraisal->input->evidence;
    const size_t first = hardware_list(appraisal, checks, RATLS_COUNT);
    struct certs certs;
    X509 *cert = open_certificate(&certs, item->bytes, item->size);
    const ASN1_OCTET_STRING *value = cert == NULL ? NULL : find_extension(cert);
    struct carried carried = {.bytes = value == NULL ? NULL : ASN1_STRING_get0_data(value)};
    const int parsed =
        value != NULL && pobf_ratls_parse(&carried.ratls, carried.bytes,
                                          (size_t)ASN1_STRING_length(value)) == POBF_OK;

    check_judge(hardware_check_at(appraisal, first + RATLS_PARSE), parsed,
                "a certificate with evidence and claims", parsed ? "just that" : "something else");
    if (parsed) {
        judge_certificate(appraisal, first, cert, &carried);
    }
    certs_clear(&certs);
}

const struct hardware_platform ratls_platform = {"ra-tls", detect, appraise};
