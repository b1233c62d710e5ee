#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <tss2/tss2_mu.h>

#include "enclave/tee/tpm_keys.h"

/* What a TPM may answer, and what others may hand in; a real one is asked in tests/cli/tpm.sh. */

static TPML_PCR_SELECTION select_registers(uint32_t registers)
{
    return (TPML_PCR_SELECTION){
        .count = 1,
        .pcrSelections = {{TPM2_ALG_SHA256,
                           3,
                           {(uint8_t)registers, (uint8_t)(registers >> 8),
                            (uint8_t)(registers >> 16)}}},
    };
}

static TPML_DIGEST values_of(uint32_t count, uint8_t first)
{
    TPML_DIGEST values = {.count = count};

    for (uint32_t i = 0; i < count; i++) {
        values.digests[i].size = POBF_DIGEST_BYTES;
        memset(values.digests[i].buffer, (int)(first + i), POBF_DIGEST_BYTES);
    }
    return values;
}

static void registers_come_in_parts(void **state)
{
    TPML_PCR_SELECTION wanted = select_registers(0x8000ff);
    const TPML_PCR_SELECTION first = select_registers(0x0000ff);
    const TPML_PCR_SELECTION second = select_registers(0x800000);
    const TPML_DIGEST eight = values_of(8, 10);
    const TPML_DIGEST one = values_of(1, 30);
    struct tpm_quote quote = {.selected = 0};

    (void)state;
    assert_true(tpm_keys_take_registers(&quote, &wanted, &first, &eight));
    assert_int_equal(tpm_keys_registers(&wanted), 0x800000);
    assert_true(tpm_keys_take_registers(&quote, &wanted, &second, &one));
    assert_int_equal(tpm_keys_registers(&wanted), 0);
    assert_int_equal(quote.selected, 0x8000ff);
    assert_int_equal(quote.registers[7][0], 17);
    assert_int_equal(quote.registers[23][31], 30);
}

static void answers_that_do_not_fit_are_refused(void **state)
{
    const struct {
        uint32_t told;
        uint32_t count;
    } wrong[] = {
        {0x000000, 0}, /* nothing: asking again would never end */
        {0x000100, 1}, /* one that was not asked for            */
        {0x000003, 1}, /* fewer values than registers           */
        {0x000003, 3}, /* more                                  */
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        TPML_PCR_SELECTION wanted = select_registers(0x8000ff);
        const TPML_PCR_SELECTION told = select_registers(wrong[i].told);
        const TPML_DIGEST values = values_of(wrong[i].count, 1);
        struct tpm_quote quote = {.selected = 0};

        assert_false(tpm_keys_take_registers(&quote, &wanted, &told, &values));
    }
}

static void a_value_of_another_size_is_refused(void **state)
{
    TPML_PCR_SELECTION wanted = select_registers(1);
    const TPML_PCR_SELECTION told = select_registers(1);
    TPML_DIGEST values = values_of(1, 1);
    struct tpm_quote quote = {.selected = 0};

    (void)state;
    values.digests[0].size = 20;
    assert_false(tpm_keys_take_registers(&quote, &wanted, &told, &values));
}

static void another_bank_is_refused(void **state)
{
    TPML_PCR_SELECTION selection = select_registers(1);

    (void)state;
    assert_int_equal(tpm_keys_registers(&selection), 1);
    selection.pcrSelections[0].hash = TPM2_ALG_SHA384;
    assert_int_equal(tpm_keys_registers(&selection), 0);
}

static size_t make_credential(uint8_t out[512], uint32_t version)
{
    const TPM2B_ID_OBJECT sealed = {.size = 3, .credential = {1, 2, 3}};
    const TPM2B_ENCRYPTED_SECRET seed = {.size = 2, .secret = {4, 5}};
    size_t at = 0;

    assert_int_equal(Tss2_MU_UINT32_Marshal(0xbadcc0de, out, 512, &at), 0);
    assert_int_equal(Tss2_MU_UINT32_Marshal(version, out, 512, &at), 0);
    assert_int_equal(Tss2_MU_TPM2B_ID_OBJECT_Marshal(&sealed, out, 512, &at), 0);
    assert_int_equal(Tss2_MU_TPM2B_ENCRYPTED_SECRET_Marshal(&seed, out, 512, &at), 0);
    return at;
}

static void a_credential_is_taken_whole_or_not_at_all(void **state)
{
    struct tpm_keys_credential credential;
    uint8_t bytes[512] = {0};
    const size_t size = make_credential(bytes, 1);

    (void)state;
    assert_true(tpm_keys_parse_credential(&credential, bytes, size));
    assert_int_equal(credential.sealed.size, 3);
    assert_int_equal(credential.seed.secret[1], 5);
    for (size_t shorter = 0; shorter < size; shorter++) {
        assert_false(tpm_keys_parse_credential(&credential, bytes, shorter));
    }
    assert_false(tpm_keys_parse_credential(&credential, bytes, size + 1));
    bytes[0] ^= 1;
    assert_false(tpm_keys_parse_credential(&credential, bytes, size));
    assert_false(tpm_keys_parse_credential(&credential, bytes, make_credential(bytes, 2)));
}

/* A key whose coordinates begin with a zero, which TPMs may leave out. */
static void a_key_is_one_that_others_read(void **state)
{
    EVP_PKEY *key = NULL;
    uint8_t point[65];
    size_t point_size = 0;
    TPM2B_PUBLIC public = tpm_keys_ak;
    TPMS_ECC_POINT *unique = &public.publicArea.unique.ecc;
    struct tpm_blob printed;
    const uint8_t *at = printed.bytes;
    EVP_PKEY *parsed;

    (void)state;
    do {
        EVP_PKEY_free(key);
        key = EVP_EC_gen("P-256");
        assert_int_equal(
            EVP_PKEY_get_octet_string_param(key, "pub", point, sizeof point, &point_size), 1);
    } while (point[1] != 0);
    unique->x.size = 31;
    memcpy(unique->x.buffer, point + 2, 31);
    unique->y.size = 32;
    memcpy(unique->y.buffer, point + 33, 32);
    assert_true(tpm_keys_print(&printed, &public));
    parsed = d2i_PUBKEY(NULL, &at, (long)printed.size);
    assert_int_equal(EVP_PKEY_eq(parsed, key), 1);
    EVP_PKEY_free(parsed);
    EVP_PKEY_free(key);
    unique->x.size = 33;
    assert_false(tpm_keys_print(&printed, &public));
    assert_false(tpm_keys_print(&printed, &tpm_keys_ek));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_come_in_parts),
        cmocka_unit_test(answers_that_do_not_fit_are_refused),
        cmocka_unit_test(a_value_of_another_size_is_refused),
        cmocka_unit_test(another_bank_is_refused),
        cmocka_unit_test(a_credential_is_taken_whole_or_not_at_all),
        cmocka_unit_test(a_key_is_one_that_others_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
