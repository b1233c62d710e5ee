/*
 * What an appraisal of hardware evidence costs beside the bare cryptography that it needs: to decode
 * every certificate and list once, and to verify every signature once. The evidence is that of real
 * machines, read in place.
 */
#include <jansson.h>
#include <sodium.h>

#include "framework/wire/quote.h"
#include "framework/wire/snp_report.h"
#include "tests/bench/bench.h"
#include "tests/verifier/hardware/fixture.h"
#include "verifier/dcap/parsed.h"
#include "verifier/x509/signature.h"

enum { ROUNDS = 301 };

static uint8_t evidence[16 * 1024], collateral[FIXTURE_FILE_ROOM], vek[4096], chain[16 * 1024];
static size_t evidence_size, collateral_size, vek_size, chain_size;

/* The same as fixture_vector; where the file is absent there is no figure. */
static int load(uint8_t *bytes, size_t room, size_t *size, const char *name)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/evidence/%s", vectors_folder(), name);
    file = fopen(path, "rb");
    if (file == NULL) {
        return 0;
    }
    *size = fread(bytes, 1, room, file);
    fclose(file);
    return *size < room;
}

static void verify_cert(X509 *cert, X509 *issuer)
{
    bench_need(X509_verify(cert, X509_get0_pubkey(issuer)) == 1, "verifying a certificate");
}

static void bare_snp(struct bench_series *series)
{
    struct certs certs = {.count = 0};
    uint8_t signature[96];
    const double start = bench_now_us();

    bench_need(certs_add(&certs, vek, vek_size) == POBF_OK &&
                   certs_add(&certs, chain, chain_size) == POBF_OK,
               "decoding");
    verify_cert(certs.cert[0], certs.cert[1]);
    verify_cert(certs.cert[1], certs.cert[2]);
    for (size_t i = 0; i < 48; i++) {
        signature[i] = evidence[0x2a0 + 47 - i];
        signature[48 + i] = evidence[0x2e8 + 47 - i];
    }
    bench_need(signature_verify(SIGNATURE_ES384, X509_get0_pubkey(certs.cert[0]), signature, 96,
                                evidence, POBF_SNP_SIGNED_BYTES) == POBF_OK,
               "verifying the report");
    bench_add(series, start);
    certs_clear(&certs);
}

static void appraise(struct bench_series *series, const char *platform)
{
    const double start = bench_now_us();

    fixture_appraise(platform, evidence, evidence_size);
    bench_add(series, start);
    bench_need(fixture.accepted, "appraising");
}

static void print(const char *what, struct bench_series *whole, struct bench_series *bare)
{
    printf("%-40s %7.0f us, %.2f x its bare cryptography\n", what, bench_median(whole),
           bench_median(whole) / bench_median(bare));
}

static void bench_snp(void)
{
    static struct bench_series whole, bare;

    if (!load(evidence, sizeof evidence, &evidence_size, "snp/oak/derived/turin_oc_report.bin") ||
        !load(vek, sizeof vek, &vek_size, "snp/oak/derived/turin_oc_vcek.der") ||
        !load(chain, sizeof chain, &chain_size, "snp/_roots/ask_ark_turin_vcek.pem")) {
        printf("no vectors: no figures of SEV-SNP\n");
        return;
    }
    fixture_begin(1788000000);
    fixture_endorse(vek, vek_size);
    fixture_endorse(chain, chain_size);
    for (size_t i = 0; i < ROUNDS; i++) {
        bare_snp(&bare);
        appraise(&whole, "snp");
    }
    print("appraise a report of SEV-SNP", &whole, &bare);
}

/* What a bundle holds, taken apart beforehand. */
struct bundle {
    struct pobf_quote quote;
    uint8_t crl[2][FIXTURE_FILE_ROOM / 4];
    size_t crl_size[2];
    const char *chain;
    const char *document[2];
    uint8_t signature[2][64];
};

static size_t take_hex(uint8_t *bytes, size_t room, const json_t *json, const char *name)
{
    const char *hex = json_string_value(json_object_get(json, name));
    size_t size = 0;

    bench_need(hex != NULL && sodium_hex2bin(bytes, room, hex, strlen(hex), NULL, &size, NULL) == 0,
               name);
    return size;
}

static void take_apart(struct bundle *bundle, const json_t *json)
{
    bench_need(pobf_quote_parse(&bundle->quote, evidence, evidence_size) == POBF_OK, "parsing");
    bundle->crl_size[0] = take_hex(bundle->crl[0], sizeof bundle->crl[0], json, "pck_crl");
    bundle->crl_size[1] = take_hex(bundle->crl[1], sizeof bundle->crl[1], json, "root_ca_crl");
    bundle->chain = json_string_value(json_object_get(json, "tcb_info_issuer_chain"));
    bundle->document[0] = json_string_value(json_object_get(json, "tcb_info"));
    bundle->document[1] = json_string_value(json_object_get(json, "qe_identity"));
    (void)take_hex(bundle->signature[0], 64, json, "tcb_info_signature");
    (void)take_hex(bundle->signature[1], 64, json, "qe_identity_signature");
}

static void verify(EVP_PKEY *key, const uint8_t *signature, const void *bytes, size_t size)
{
    bench_need(signature_verify(SIGNATURE_ES256, key, signature, 64, bytes, size) == POBF_OK,
               "verifying a signature");
}

static void bare_dcap(struct bench_series *series, const struct bundle *bundle)
{
    const struct pobf_quote *quote = &bundle->quote;
    struct certs certs = {.count = 0};
    const double start = bench_now_us();
    EVP_PKEY *key = signature_point_open(SIGNATURE_ES256, quote->key, quote->key + 32);
    X509 **cert = certs.cert; /* PCK, its CA, the root, TCB signing */

    bench_need(
        certs_add(&certs, quote->certs, strnlen((const char *)quote->certs, quote->certs_size)) ==
                POBF_OK &&
            certs_add(&certs, (const uint8_t *)bundle->chain, strlen(bundle->chain)) == POBF_OK &&
            certs_add(&certs, bundle->crl[0], bundle->crl_size[0]) == POBF_OK &&
            certs_add(&certs, bundle->crl[1], bundle->crl_size[1]) == POBF_OK,
        "decoding");
    verify(key, quote->signature, quote->header, quote->signed_size);
    verify(X509_get0_pubkey(cert[0]), quote->qe_signature, quote->qe_report, 384);
    verify_cert(cert[0], cert[1]);
    verify_cert(cert[1], cert[2]);
    verify_cert(cert[3], cert[2]);
    bench_need(X509_CRL_verify(certs.crl[0], X509_get0_pubkey(cert[1])) == 1 &&
                   X509_CRL_verify(certs.crl[1], X509_get0_pubkey(cert[2])) == 1,
               "verifying the lists");
    for (size_t i = 0; i < 2; i++) {
        verify(X509_get0_pubkey(cert[3]), bundle->signature[i], bundle->document[i],
               strlen(bundle->document[i]));
    }
    bench_add(series, start);
    EVP_PKEY_free(key);
    certs_clear(&certs);
}

static void bench_dcap(void)
{
    static struct bench_series first, whole, bare;
    static struct bundle bundle;
    json_t *json;

#define BUNDLE "dcap-bundles/22_TDX_90c06f000000_2025-06-05T034345_e17/"
    if (!load(evidence, sizeof evidence, &evidence_size, BUNDLE "quote.bin") ||
        !load(collateral, sizeof collateral, &collateral_size, BUNDLE "collateral.json")) {
        printf("no vectors: no figures of DCAP\n");
        return;
    }
    json = json_loadb((const char *)collateral, collateral_size, 0, NULL);
    take_apart(&bundle, json);
    fixture_begin(1750974626);
    fixture_collate(collateral, collateral_size);
    for (size_t i = 0; i < ROUNDS; i++) {
        bare_dcap(&bare, &bundle);
        parsed_clear();
        appraise(&first, "tdx");
        appraise(&whole, "tdx");
    }
    print("appraise a quote of TDX", &whole, &bare);
    print("the same with collateral that is new", &first, &bare);
    json_decref(json);
}

int main(void)
{
    bench_snp();
    bench_dcap();
    hardware_clear(&fixture);
    return 0;
}
