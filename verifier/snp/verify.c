#include <stdio.h>
#include <string.h>

#include "framework/core/bytes.h"
#include "verifier/hardware/chain.h"
#include "verifier/snp/snp.h"
#include "verifier/x509/signature.h"

enum { NUMBER_BYTES = 48, CHAIN_CERTS = 3 };

static const struct {
    enum snp_product product;
    const char *name;
    enum roots root;
} products[] = {
    {SNP_MILAN, "Milan", ROOTS_AMD_MILAN},
    {SNP_GENOA, "Genoa", ROOTS_AMD_GENOA},
    {SNP_TURIN, "Turin", ROOTS_AMD_TURIN},
};

enum { PRODUCT_COUNT = sizeof products / sizeof products[0] };

const char *snp_product_name(enum snp_product product)
{
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        if (products[i].product == product) {
            return products[i].name;
        }
    }
    return "an unknown product";
}

size_t snp_extension(X509 *vek, const char *suffix, const uint8_t **bytes)
{
    char name[64];
    const ASN1_OCTET_STRING *value;
    ASN1_OBJECT *object;
    int at;

    snprintf(name, sizeof name, "1.3.6.1.4.1.3704.1.%s", suffix);
    object = OBJ_txt2obj(name, 1);
    at = object == NULL ? -1 : X509_get_ext_by_OBJ(vek, object, -1);
    ASN1_OBJECT_free(object);
    if (at < 0) {
        return 0;
    }
    value = X509_EXTENSION_get_data(X509_get_ext(vek, at));
    *bytes = ASN1_STRING_get0_data(value);
    return (size_t)ASN1_STRING_length(value);
}

/* "Milan-B0": an IA5String, whose first word is the product. */
static enum snp_product product_of(X509 *vek)
{
    const uint8_t *bytes;
    const size_t size = snp_extension(vek, "2", &bytes);

    if (size < 3 || bytes[0] != 0x16 || bytes[1] != size - 2) {
        return SNP_UNKNOWN;
    }
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        const size_t length = strlen(products[i].name);

        if (size - 2 >= length && memcmp(bytes + 2, products[i].name, length) == 0 &&
            (size - 2 == length || bytes[2 + length] == '-')) {
            return products[i].product;
        }
    }
    return SNP_UNKNOWN;
}

/* The certificate of the kind of key that the report names. */
static void find_vek(struct snp *snp)
{
    const uint32_t key = snp->report.signing_key;
    const char *name = key == POBF_SNP_KEY_VCEK   ? "SEV-VCEK"
                       : key == POBF_SNP_KEY_VLEK ? "SEV-VLEK"
                                                  : NULL;
    struct check *check = snp_check(snp, SNP_VEK);

    if (name == NULL) {
        check_judge(check, 0, "VCEK or VLEK", "no key, or one that is not known");
        return;
    }
    snp->vek = certs_find(&snp->appraisal->certs, name);
    if (snp->vek != NULL) {
        check_judge(check, 1, name, name);
        snp->product = product_of(snp->vek);
        hardware_claim_text(snp->appraisal->found.claims, "signing_key", name + 4);
    }
}

static void judge_chain(struct snp *snp)
{
    const struct chain_places places = {snp->first + SNP_CHAIN, snp->first + SNP_VALIDITY,
                                        snp->first + SNP_REVOCATION,
                                        snp->first + SNP_REVOCATION_VALIDITY};
    struct certs own = {.count = 0};
    struct path_profile profile = {.bare_leaf = 1, .count_max = CHAIN_CERTS};
    char what[CHECK_TEXT_ROOM];

    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        if (products[i].product == snp->product) {
            profile.roots = hardware_roots(snp->appraisal, &own, products[i].root);
        }
    }
    snprintf(what, sizeof what, "the chain of %s", snp_product_name(snp->product));
    if (profile.roots == NULL) {
        check_judge(snp_check(snp, SNP_CHAIN), 0, "a product of AMD", what);
        return;
    }
    (void)chain_judge(snp->appraisal, &snp->path, snp->vek, &profile, &places, what);
    certs_clear(&own);
}

static void reverse(uint8_t *to, const uint8_t *from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        to[i] = from[size - 1 - i];
    }
}

/* R and S are little-endian, in fields that are longer than the curve's numbers. */
static void judge_signature(struct snp *snp)
{
    const struct pobf_snp_report *report = &snp->report;
    const size_t above = POBF_SNP_NUMBER_BYTES - NUMBER_BYTES;
    uint8_t signature[2 * NUMBER_BYTES];
    int good;

    check_judge(snp_check(snp, SNP_ALGORITHM),
                report->signature_algorithm == POBF_SNP_ECDSA_P384_SHA384, "ECDSA P-384, SHA-384",
                report->signature_algorithm == POBF_SNP_ECDSA_P384_SHA384 ? "ECDSA P-384, SHA-384"
                                                                          : "another algorithm");
    good = pobf_bytes_are_zero(report->r + NUMBER_BYTES, above) &&
           pobf_bytes_are_zero(report->s + NUMBER_BYTES, above);
    check_judge(snp_check(snp, SNP_ENCODING), good, "zeros above byte 47 of R and S",
                good ? "just that" : "other bytes");
    if (snp->vek == NULL) {
        return;
    }
    reverse(signature, report->r, NUMBER_BYTES);
    reverse(signature + NUMBER_BYTES, report->s, NUMBER_BYTES);
    good = signature_verify(SIGNATURE_ES384, X509_get0_pubkey(snp->vek), signature,
                            sizeof signature, snp->bytes, POBF_SNP_SIGNED_BYTES) == POBF_OK;
    check_judge(snp_check(snp, SNP_SIGNATURE), good, "by the key of the VCEK or VLEK",
                good ? "by the key of the VCEK or VLEK" : "not by that key over these bytes");
}

void snp_verify(struct snp *snp)
{
    find_vek(snp);
    if (snp->vek != NULL) {
        judge_chain(snp);
    }
    judge_signature(snp);
}
