#ifndef POBF_TESTS_VERIFIER_SNP_MADE_H
#define POBF_TESTS_VERIFIER_SNP_MADE_H

#include <openssl/bn.h>
#include <openssl/ecdsa.h>

#include "framework/wire/snp_report.h"
#include "tests/verifier/hardware/fixture.h"

/* Reports of SEV-SNP of our own, under an ARK of our own. */

struct made_product {
    const char *name; /* as the VEK says it */
    uint8_t version;  /* of the report */
    uint8_t family;
    uint8_t model;
    size_t chip_bytes;
    int is_turin;
};

static const struct made_product made_products[] = {
    {"Milan-B0", 2, 0, 0, 64, 0},    {"Milan-B0", 3, 0x19, 1, 64, 0},
    {"Genoa", 3, 0x19, 0x11, 64, 0}, {"Genoa", 5, 0x19, 0xa0, 64, 0},
    {"Turin", 3, 0x1a, 2, 8, 1},     {"Turin", 5, 0x1a, 0x11, 8, 1},
};

enum { MADE_PRODUCTS = sizeof made_products / sizeof made_products[0] };

/* TCB parts as in the extensions .3.1, .3.2, .3.3, .3.8, .3.9; one has its highest bit set. */
static const uint8_t made_tcb[5] = {3, 1, 21, 209, 2};

struct made_snp {
    struct chain_party ark, ask, vek;
    struct certs roots;
    uint8_t report[POBF_SNP_REPORT_BYTES + 1];
    uint8_t vek_der[2048], ask_der[2048];
    size_t vek_size, ask_size;
};

static inline void made_vek(struct made_snp *made, const struct made_product *product, int vlek)
{
    static const char *const oids[5] = {"1.3.6.1.4.1.3704.1.3.1", "1.3.6.1.4.1.3704.1.3.2",
                                        "1.3.6.1.4.1.3704.1.3.3", "1.3.6.1.4.1.3704.1.3.8",
                                        "1.3.6.1.4.1.3704.1.3.9"};
    uint8_t numbers[5][4], name[32], chip[64];
    struct chain_extension extensions[7];
    struct chain_wish wish = {.kind = CHAIN_BARE_LEAF,
                              .name = vlek ? "SEV-VLEK" : "SEV-VCEK",
                              .curve = "P-384",
                              .issuer = &made->ask,
                              .extensions = extensions};
    size_t count = 0;

    for (size_t i = 0; i < 5; i++) {
        const int wide = made_tcb[i] >= 0x80;

        memcpy(numbers[i], (uint8_t[]){2, wide ? 2 : 1, wide ? 0 : made_tcb[i], made_tcb[i]}, 4);
        extensions[count++] = (struct chain_extension){oids[i], numbers[i], wide ? 4 : 3, 0};
    }
    name[0] = 0x16;
    name[1] = (uint8_t)strlen(product->name);
    memcpy(name + 2, product->name, strlen(product->name));
    extensions[count++] =
        (struct chain_extension){"1.3.6.1.4.1.3704.1.2", name, 2 + strlen(product->name), 0};
    memset(chip, 0x77, sizeof chip);
    extensions[count++] =
        vlek
            ? (struct chain_extension){"1.3.6.1.4.1.3704.1.5", (const uint8_t *)"\x16\x03one", 5, 0}
            : (struct chain_extension){"1.3.6.1.4.1.3704.1.4", chip, product->chip_bytes, 0};
    wish.extension_count = count;
    chain_clear(&made->vek);
    chain_make(&made->vek, &wish);
    made->vek_size = chain_print(made->vek_der, sizeof made->vek_der, made->vek.cert);
}

/* R and S go into their fields with the least significant byte first. */
static inline void made_sign(struct made_snp *made)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t der[128], number[48];
    const uint8_t *at = der;
    size_t size = sizeof der;
    ECDSA_SIG *pair;

    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha384(), NULL, made->vek.key), 1);
    assert_int_equal(EVP_DigestSign(context, der, &size, made->report, POBF_SNP_SIGNED_BYTES), 1);
    pair = d2i_ECDSA_SIG(NULL, &at, (long)size);
    assert_int_equal(BN_bn2lebinpad(ECDSA_SIG_get0_r(pair), number, 48), 48);
    memcpy(made->report + 0x2a0, number, 48);
    assert_int_equal(BN_bn2lebinpad(ECDSA_SIG_get0_s(pair), number, 48), 48);
    memcpy(made->report + 0x2e8, number, 48);
    ECDSA_SIG_free(pair);
    EVP_MD_CTX_free(context);
}

static inline void made_report(struct made_snp *made, const struct made_product *product, int vlek)
{
    uint8_t *report = made->report;

    memset(report, 0, sizeof made->report);
    report[0] = product->version;
    report[0x0a] = 2; /* policy: bit 17 */
    report[0x34] = 1;
    report[0x48] = vlek ? 4 : 0;
    memset(report + 0x50, 0x11, 64);
    memset(report + 0x90, 0x22, 48);
    if (product->version >= 3) {
        report[0x188] = product->family;
        report[0x189] = product->model;
    }
    if (product->is_turin) {
        memcpy(
            report + 0x180,
            (uint8_t[]){made_tcb[4], made_tcb[0], made_tcb[1], made_tcb[2], 0, 0, 0, made_tcb[3]},
            8);
    } else {
        memcpy(report + 0x180,
               (uint8_t[]){made_tcb[0], made_tcb[1], 0, 0, 0, 0, made_tcb[2], made_tcb[3]}, 8);
    }
    memset(report + 0x1a0, 0x77, product->chip_bytes);
    made_sign(made);
}

static inline void made_open(struct made_snp *made)
{
    const struct chain_wish ark = {.name = "ARK-Made", .curve = "P-384"};
    const struct chain_wish ask = {.name = "SEV-Made", .curve = "P-384", .issuer = &made->ark};

    chain_make(&made->ark, &ark);
    chain_make(&made->ask, &ask);
    chain_add(&made->roots, &made->ark);
    made->ask_size = chain_print(made->ask_der, sizeof made->ask_der, made->ask.cert);
}

static inline void made_close(struct made_snp *made)
{
    chain_clear(&made->ark);
    chain_clear(&made->ask);
    chain_clear(&made->vek);
    certs_clear(&made->roots);
}

/* A whole input of it. */
static inline void made_give(struct made_snp *made, const struct made_product *product, int vlek)
{
    made_vek(made, product, vlek);
    made_report(made, product, vlek);
    fixture_begin(CHAIN_AT);
    fixture_input.roots = &made->roots;
    fixture_endorse(made->vek_der, made->vek_size);
    fixture_endorse(made->ask_der, made->ask_size);
}

#endif
