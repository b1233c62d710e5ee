/* Azure's vTPM, made by ourselves: a report of SEV-SNP over runtime data, in it
 * an AK, by it a quote. */
#define made_sign made_report_sign /* both frames of made evidence have one */
#include "tests/verifier/snp/made.h"
#undef made_sign
#include <openssl/rsa.h>
#include <sodium.h>

#include "tests/verifier/tpm/made.h"
#include "verifier/tpm/azure.h"

enum { HCL_REPORT_AT = 32, HCL_DATA_AT = 1216, HCL_JSON_AT = 1236, NUMBER_MAX = 256 };

struct azure_wish {
    int other_ak;      /* the runtime data name another AK than the one that signs */
    int two_aks;       /* and twice */
    int other_data;    /* the hardware's report is over other runtime data */
    uint8_t hash_type; /* 0: SHA-256 */
};

static struct made_snp snp;
static EVP_PKEY *ak, *stranger;
static uint8_t evidence[MADE_ROOM], hcl[4096];
static size_t hcl_size;
static struct tpm_bytes_out message;
static uint8_t signature[NUMBER_MAX];

static int open_all(void **state)
{
    (void)state;
    made_open(&snp);
    ak = EVP_RSA_gen(2048);
    stranger = EVP_RSA_gen(2048);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    hardware_clear(&fixture);
    made_close(&snp);
    EVP_PKEY_free(ak);
    EVP_PKEY_free(stranger);
    return 0;
}

static json_t *number(const EVP_PKEY *key, const char *name)
{
    enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
    char text[sodium_base64_ENCODED_LEN(NUMBER_MAX, VARIANT)];
    uint8_t bytes[NUMBER_MAX];
    BIGNUM *value = NULL;
    int size;

    assert_int_equal(EVP_PKEY_get_bn_param(key, name, &value), 1);
    size = BN_bn2bin(value, bytes);
    BN_free(value);
    return json_string(sodium_bin2base64(text, sizeof text, bytes, (size_t)size, VARIANT));
}

static json_t *jwk(const EVP_PKEY *key)
{
    return json_pack("{s:s, s:s, s:o, s:o}", "kid", "HCLAkPub", "kty", "RSA", "e", number(key, "e"),
                     "n", number(key, "n"));
}

static size_t print_runtime(char *out, size_t room, const struct azure_wish *wish)
{
    json_t *keys = json_array();
    json_t *root;
    size_t size;

    json_array_append_new(keys, jwk(wish->other_ak ? stranger : ak));
    if (wish->two_aks) {
        json_array_append_new(keys, jwk(stranger));
    }
    root = json_pack("{s:o, s:{s:b}, s:s}", "keys", keys, "vm-configuration", "secure-boot", 1,
                     "user-data", "1111111111111111");
    size = json_dumpb(root, out, room, JSON_COMPACT);
    assert_true(size > 0 && size <= room);
    json_decref(root);
    return size;
}

static void put_u32(uint8_t *at, size_t value)
{
    for (size_t i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> 8 * i);
    }
}

/* The HCL report: its own header, the hardware's report, and the runtime data
 * that this is over. */
static void make_hcl(const struct azure_wish *wish)
{
    const size_t size = print_runtime((char *)hcl + HCL_JSON_AT, sizeof hcl - HCL_JSON_AT, wish);
    uint8_t *data = snp.report + 0x50;

    memset(data, 0, 64);
    crypto_hash_sha256(data, hcl + HCL_JSON_AT, size);
    data[0] ^= (uint8_t)wish->other_data;
    made_report_sign(&snp);
    memset(hcl, 0, HCL_JSON_AT);
    memcpy(hcl, "HCLA", 4);
    put_u32(hcl + 4, 2);
    put_u32(hcl + 8, HCL_JSON_AT + size);
    put_u32(hcl + 12, 2);
    memcpy(hcl + HCL_REPORT_AT, snp.report, POBF_SNP_REPORT_BYTES);
    put_u32(hcl + HCL_DATA_AT, 20 + size);
    put_u32(hcl + HCL_DATA_AT + 4, 1);
    put_u32(hcl + HCL_DATA_AT + 8, 2);
    put_u32(hcl + HCL_DATA_AT + 12, wish->hash_type != 0 ? wish->hash_type : 1);
    put_u32(hcl + HCL_DATA_AT + 16, size);
    hcl_size = HCL_JSON_AT + size;
}

/* RSASSA with SHA-256, the bytes alone. */
static void sign_quote(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = sizeof signature;

    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, ak), 1);
    assert_int_equal(EVP_DigestSign(context, signature, &size, message.bytes, message.size), 1);
    assert_int_equal(size, sizeof signature);
    EVP_MD_CTX_free(context);
}

static json_t *hex(const uint8_t *bytes, size_t size)
{
    static char text[2 * sizeof hcl + 1];

    return json_string(sodium_bin2hex(text, sizeof text, bytes, size));
}

static void appraise(void)
{
    const struct tpm_wish good = {.magic = 0};
    json_t *root =
        json_pack("{s:{s:o, s:o, s:o}, s:o}", "tpm_quote", "message",
                  hex(message.bytes, message.size), "signature", hex(signature, sizeof signature),
                  "pcrs", tpm_make_registers(&good), "hcl_report", hex(hcl, hcl_size));
    const size_t size = json_dumpb(root, (char *)evidence, sizeof evidence, 0);

    assert_true(size > 0 && size <= sizeof evidence);
    json_decref(root);
    fixture_appraise("auto", evidence, size);
}

static void make(const struct azure_wish *wish)
{
    const struct tpm_wish good = {.magic = 0};

    tpm_begin(NULL);
    made_give(&snp, &made_products[1], 0);
    fixture_input.any_report_data = 0;
    fixture_input.nonce = tpm_nonce;
    fixture_input.nonce_size = sizeof tpm_nonce;
    make_hcl(wish);
    tpm_make_message(&message, &good);
    sign_quote();
}

static void good_evidence_is_affirmed(void **state)
{
    const struct azure_wish good = {.other_ak = 0};
    static const uint8_t user_data[8] = {0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11};

    (void)state;
    make(&good);
    appraise();
    assert_affirming();
    assert_string_equal(fixture.platform, "azure-vtpm");
    fixture_input.nonce = NULL;
    fixture_input.report_data = user_data;
    fixture_input.report_data_size = sizeof user_data;
    appraise();
    assert_affirming();
}

static const struct {
    struct azure_wish wish;
    const char *failed;
} wrong[] = {
    {{.other_ak = 1}, "tpm.signature"},
    {{.two_aks = 1}, "azure.runtime"},
    {{.other_data = 1}, "azure.report_data"},
    {{.hash_type = 2}, "azure.report_data"},
};

static void each_defect_fails_its_own_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        make(&wrong[i].wish);
        appraise();
        assert_failed(wrong[i].failed);
    }
}

/* Flip the bits bit, bit + step, .. of these bytes, one at a time. */
static void assert_flips_are_seen(uint8_t *bytes, size_t size, size_t step)
{
    for (size_t bit = 0; bit < 8 * size; bit += step) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        appraise();
        if (fixture.accepted) {
            fail_msg("bit %zu of byte %zu may be flipped", bit % 8, bit / 8);
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    appraise();
    assert_affirming();
}

/* All that a chain of signatures and hashes hangs on, as fixture_flip_step has it. */
static void no_flip_of_any_part_is_accepted(void **state)
{
    const size_t step = fixture_flip_step();
    const struct azure_wish good = {.other_ak = 0};

    (void)state;
    make(&good);
    appraise();
    assert_affirming();
    assert_flips_are_seen(hcl + HCL_REPORT_AT, POBF_SNP_SIGNED_BYTES, step);
    assert_flips_are_seen(hcl + HCL_DATA_AT, hcl_size - HCL_DATA_AT, step);
    assert_flips_are_seen(message.bytes, message.size, step);
    assert_flips_are_seen(signature, sizeof signature, step);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_evidence_is_affirmed),
        cmocka_unit_test(each_defect_fails_its_own_check),
        cmocka_unit_test(no_flip_of_any_part_is_accepted),
    };

    return cmocka_run_group_tests_name("verifier/tpm/azure", tests, open_all, close_all);
}
