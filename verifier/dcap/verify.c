#include <sodium.h>

#include "framework/core/bytes.h"
#include "verifier/dcap/dcap.h"
#include "verifier/hardware/chain.h"
#include "verifier/x509/signature.h"

enum { KEY_TYPE_P256 = 2, CHAIN_CERTS = 3, COORDINATE_BYTES = 32 };

static const uint8_t intel[16] = {0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9,
                                  0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07};

static const char pck_name[] = "Intel SGX PCK Certificate";
static const char signer_name[] = "Intel SGX TCB Signing";

static void judge_header(struct dcap *dcap)
{
    const struct pobf_quote *quote = &dcap->quote;
    const int padded = pobf_bytes_are_zero(quote->padding, quote->padding_size);

    check_judge(dcap_check(dcap, DCAP_KEY_TYPE), quote->key_type == KEY_TYPE_P256, "ECDSA P-256",
                quote->key_type == KEY_TYPE_P256 ? "ECDSA P-256" : "another kind of key");
    check_judge(dcap_check(dcap, DCAP_PADDING), padded, "only zeros after the signature data",
                padded ? "just that" : "other bytes");
    check_bytes(dcap_check(dcap, DCAP_VENDOR), intel, quote->header + 12, sizeof intel);
}

static void judge_signed(struct dcap *dcap, enum dcap_place place, EVP_PKEY *key,
                         const uint8_t *signature, const uint8_t *message, size_t size)
{
    const int good = signature_verify(SIGNATURE_ES256, key, signature, POBF_QUOTE_SIGNATURE_BYTES,
                                      message, size) == POBF_OK;

    check_judge(dcap_check(dcap, place), good, "a signature of this key over these bytes",
                good ? "just that" : "none");
}

/* The quote under its attestation key; that key under the quoting enclave's report. */
static void judge_quote(struct dcap *dcap)
{
    const struct pobf_quote *quote = &dcap->quote;
    EVP_PKEY *key =
        signature_point_open(SIGNATURE_ES256, quote->key, quote->key + COORDINATE_BYTES);
    uint8_t bound[64] = {0};
    crypto_hash_sha256_state state;

    judge_signed(dcap, DCAP_SIGNATURE, key, quote->signature, quote->header, quote->signed_size);
    EVP_PKEY_free(key);
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, quote->key, POBF_QUOTE_SIGNATURE_BYTES);
    crypto_hash_sha256_update(&state, quote->qe_auth, quote->qe_auth_size);
    crypto_hash_sha256_final(&state, bound);
    check_bytes(dcap_check(dcap, DCAP_BINDING), bound, dcap->qe.report_data, sizeof bound);
}

/* PEM in quotes ends in a zero or two. */
static size_t text_size(const uint8_t *text, size_t size)
{
    while (size > 0 && text[size - 1] == 0) {
        size--;
    }
    return size;
}

/* A PCK that was given comes before the quote's own: a wrong one is then seen to be wrong. */
static void find_pck(struct dcap *dcap)
{
    const struct pobf_quote *quote = &dcap->quote;
    struct certs *certs = &dcap->appraisal->certs;
    const int in_quote = quote->certs_type == POBF_QUOTE_CERTS_PEM;
    struct check *check = dcap_check(dcap, DCAP_PCK);

    if (in_quote &&
        certs_add(certs, quote->certs, text_size(quote->certs, quote->certs_size)) != POBF_OK) {
        check_judge(check, 0, "a certificate chain in PEM", "something else");
        return;
    }
    dcap->pck = certs_find(certs, pck_name);
    if (dcap->pck != NULL) {
        const int good = pck_parse(&dcap->facts, dcap->pck) == POBF_OK;

        check_judge(check, good, "a PCK certificate, with the machine's TCB",
                    good ? "just that" : "one without it");
    }
}

static void judge_pck(struct dcap *dcap, const struct path_profile *profile)
{
    const size_t first = dcap->first;
    const struct chain_places places = {first + DCAP_PCK_CHAIN, first + DCAP_PCK_VALIDITY,
                                        first + DCAP_PCK_REVOCATION, first + DCAP_PCK_CRL};
    struct path path;

    if (dcap->pck == NULL) {
        return;
    }
    (void)chain_judge(dcap->appraisal, &path, dcap->pck, profile, &places, "the PCK chain");
    judge_signed(dcap, DCAP_QE_SIGNATURE, X509_get0_pubkey(dcap->pck), dcap->quote.qe_signature,
                 dcap->quote.qe_report, POBF_QUOTE_SGX_BYTES);
}

static int is_signed_by(const struct document *document, X509 *signer)
{
    return signature_verify(SIGNATURE_ES256, X509_get0_pubkey(signer), document->signature,
                            sizeof document->signature, (const uint8_t *)document->text,
                            document->size) == POBF_OK;
}

static int is_named(X509 *cert, const char *name)
{
    const struct certs alone = {.cert = {cert}, .count = 1};

    return certs_find(&alone, name) != NULL;
}

/* A document and who signed it. */
struct signing {
    const struct document *document;
    X509 *signer; /* where nobody did, the first who could have; NULL: there is none */
    int is_signed;
};

/* Intel renews this key now and then: the certificates may be of several. */
static struct signing find_signer(const struct dcap *dcap, const struct document *document)
{
    const struct certs *certs = &dcap->appraisal->certs;

    for (size_t i = 0; i < certs->count; i++) {
        if (is_named(certs->cert[i], signer_name) && is_signed_by(document, certs->cert[i])) {
            return (struct signing){document, certs->cert[i], 1};
        }
    }
    return (struct signing){document, certs_find(certs, signer_name), 0};
}

static void judge_document(struct dcap *dcap, const struct signing *signing, int signer_is_good,
                           enum dcap_place signature, enum dcap_place validity, const char *what)
{
    const struct document *document = signing->document;
    const int good = signing->is_signed && signer_is_good;

    if (signing->signer != NULL) {
        check_judge(dcap_check(dcap, signature), good, "a signature of Intel's over these bytes",
                    good                 ? "just that"
                    : signing->is_signed ? "one of a key that is not Intel's"
                                         : "no signature over exactly these bytes");
    }
    if (document->from == INT64_MIN || document->until == INT64_MIN) {
        check_judge(dcap_check(dcap, validity), 0, "issueDate and nextUpdate", "no such dates");
        return;
    }
    hardware_validity(dcap->appraisal, dcap->first + validity, what, document->from,
                      document->until);
}

/* Returns who signed it; NULL where that is not known. */
static X509 *judge_tcb_info(struct dcap *dcap, const struct path_profile *profile)
{
    const size_t first = dcap->first;
    const struct chain_places places = {first + DCAP_TCB_CHAIN, first + DCAP_TCB_CHAIN_VALIDITY,
                                        first + DCAP_TCB_REVOCATION, first + DCAP_TCB_CRL};
    char fmspc[2 * PCK_FMSPC_BYTES + 1];
    struct path path;
    const struct document *document;
    struct signing signing;

    sodium_bin2hex(fmspc, sizeof fmspc, dcap->facts.fmspc, sizeof dcap->facts.fmspc);
    document = collateral_choose(dcap->collateral.tcb_info, dcap->collateral.tcb_info_count,
                                 dcap_is_tdx(dcap) ? "TDX" : "SGX", "fmspc", fmspc);
    if (document == NULL) {
        return NULL;
    }
    dcap->tcb_info = document;
    check_judge(dcap_check(dcap, DCAP_TCB_INFO), 1, "TCB info, signed", "TCB info, signed");
    signing = find_signer(dcap, document);
    if (signing.signer != NULL) {
        (void)chain_judge(dcap->appraisal, &path, signing.signer, profile, &places,
                          "the chain of Intel's TCB signing");
    }
    judge_document(dcap, &signing, 1, DCAP_TCB_SIGNATURE, DCAP_TCB_VALIDITY, "the TCB info");
    return signing.signer;
}

/* The key that signed it: that of the TCB info, which is judged there, or one that is as good. */
static int is_good_signer(struct dcap *dcap, X509 *signer, X509 *tcb_signer,
                          const struct path_profile *profile)
{
    const int64_t at = dcap->appraisal->input->at;
    struct path path;

    return signer == tcb_signer ||
           (signer != NULL && path_build(&path, signer, &dcap->appraisal->certs, profile) &&
            at >= path.from && at <= path.until && at >= path.crl_from && at <= path.crl_until);
}

static void judge_qe_identity(struct dcap *dcap, const struct path_profile *profile,
                              X509 *tcb_signer)
{
    const struct document *document =
        collateral_choose(dcap->collateral.qe_identity, dcap->collateral.qe_identity_count,
                          dcap_is_tdx(dcap) ? "TD_QE" : "QE", NULL, NULL);
    struct signing signing;

    if (document == NULL) {
        return;
    }
    dcap->qe_identity = document;
    check_judge(dcap_check(dcap, DCAP_QE_IDENTITY), 1, "QE identity, signed",
                "QE identity, signed");
    signing = find_signer(dcap, document);
    judge_document(dcap, &signing, is_good_signer(dcap, signing.signer, tcb_signer, profile),
                   DCAP_QE_ID_SIGNATURE, DCAP_QE_ID_VALIDITY, "the QE identity");
}

/* JSON that is no collateral is a defect even where all that is needed is there. */
static void judge_collateral(struct dcap *dcap, const struct path_profile *profile)
{
    X509 *signer;

    if (dcap->collateral.defect != NULL) {
        check_judge(dcap_check(dcap, DCAP_TCB_INFO), 0, "collateral of Intel's",
                    dcap->collateral.defect);
        return;
    }
    signer = judge_tcb_info(dcap, profile);
    judge_qe_identity(dcap, profile, signer);
}

void dcap_open_roots(struct dcap *dcap)
{
    dcap->roots = hardware_roots(dcap->appraisal, &dcap->own, ROOTS_INTEL_SGX);
    if (dcap->roots != NULL && certs_share(&dcap->appraisal->certs, dcap->roots) != POBF_OK) {
        dcap->roots = NULL;
    }
}

void dcap_verify(struct dcap *dcap)
{
    struct path_memo memo = {.count = 0};
    const struct path_profile profile = {
        .roots = dcap->roots, .needs_crl = 1, .count_max = CHAIN_CERTS, .memo = &memo};

    judge_header(dcap);
    judge_quote(dcap);
    find_pck(dcap);
    if (profile.roots != NULL) {
        judge_pck(dcap, &profile);
        judge_collateral(dcap, &profile);
    }
}
