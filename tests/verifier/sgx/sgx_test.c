#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "tests/vectors/folder.h"
#include "verifier/sgx/sgx.h"

/* An enclave of our own, with a SIGSTRUCT of our own; and one that others built and signed. */
enum { ROOM = 64 * 1024, KEY = 384, FLIP_STEP = 61 };

static uint8_t stream[ROOM];
static size_t stream_size;
static uint8_t sigstruct[SGX_SIGSTRUCT_BYTES];
static EVP_PKEY *key;
static struct checks checks;

static void put_number(uint8_t *at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        at[i] = (uint8_t)(number >> 8 * i);
    }
}

static uint8_t *put_block(const char *tag, uint64_t number, size_t size)
{
    uint8_t *block = stream + stream_size;

    memset(block, 0, 64);
    memcpy(block, tag, strlen(tag));
    put_number(block + 8, number, size);
    stream_size += 64;
    return block;
}

static void put_create(uint64_t size)
{
    put_number(put_block("ECREATE", 1, 4) + 12, size, 8);
}

static void put_page(uint64_t offset, uint8_t type)
{
    uint8_t *block = put_block("EADD", offset, 8);

    block[16] = 3;
    block[17] = type;
}

static void put_chunk(uint64_t offset, uint8_t fill)
{
    put_block("EEXTEND", offset, 8);
    memset(stream + stream_size, fill, 256);
    stream_size += 256;
}

static void make_stream(void)
{
    stream_size = 0;
    put_create(0x4000);
    put_page(0, 1);
    put_chunk(0, 1);
    put_page(0x1000, 2);
    put_chunk(0x1000, 2);
    put_chunk(0x1f00, 3);
}

static enum pobf_status measure(struct sgx_enclave *enclave)
{
    const char *defect;
    const enum pobf_status status = sgx_measure(enclave, &defect, stream, stream_size);
    const struct sgx_enclave nothing = {.size = 0};

    assert_true((status == POBF_OK) == (defect == NULL));
    if (status != POBF_OK) {
        assert_memory_equal(enclave, &nothing, sizeof nothing);
    }
    return status;
}

static void a_stream_is_measured_as_the_processor_does(void **state)
{
    struct sgx_enclave enclave;
    uint8_t digest[SGX_DIGEST_BYTES];

    (void)state;
    make_stream();
    assert_int_equal(measure(&enclave), POBF_OK);
    EVP_Digest(stream, stream_size, digest, NULL, EVP_sha256(), NULL);
    assert_memory_equal(enclave.mrenclave, digest, sizeof digest);
    assert_int_equal(enclave.pages, 2);
    assert_int_equal(enclave.chunks, 3);
    assert_int_equal(enclave.size, 0x4000);
}

static void two_creates(void)
{
    put_create(0x4000);
}

static void a_page_before_the_last(void)
{
    put_page(0x1000, 2);
}

static void a_page_outside(void)
{
    put_page(0x4000, 2);
}

static void a_page_that_is_not_aligned(void)
{
    put_page(0x2100, 2);
}

static void a_page_of_no_type(void)
{
    put_page(0x2000, 0);
}

static void a_chunk_of_another_page(void)
{
    put_chunk(0x0100, 1);
}

static void a_chunk_that_is_not_aligned(void)
{
    put_chunk(0x1010, 1);
}

static void a_chunk_that_is_cut(void)
{
    put_chunk(0x1100, 1);
    stream_size--;
}

static void a_block_that_is_cut(void)
{
    put_page(0x2000, 2);
    stream_size -= 1;
}

static void a_block_of_another_kind(void)
{
    put_block("UNMEASRD", 0x1100, 8);
}

static void something_reserved(void)
{
    put_page(0x2000, 2);
    stream[stream_size - 1] = 1;
}

static void no_create(void)
{
    stream_size = 0;
    put_page(0, 2);
}

static void no_page(void)
{
    stream_size = 0;
    put_create(0x4000);
}

static void an_odd_size(void)
{
    stream_size = 0;
    put_create(0x5000);
    put_page(0, 2);
}

static void nothing(void)
{
    stream_size = 0;
}

static void each_defect_is_refused(void **state)
{
    static void (*const spoil[])(void) = {
        two_creates,
        a_page_before_the_last,
        a_page_outside,
        a_page_that_is_not_aligned,
        a_page_of_no_type,
        a_chunk_of_another_page,
        a_chunk_that_is_not_aligned,
        a_chunk_that_is_cut,
        a_block_that_is_cut,
        a_block_of_another_kind,
        something_reserved,
        no_create,
        no_page,
        an_odd_size,
        nothing,
    };
    struct sgx_enclave enclave;

    (void)state;
    for (size_t i = 0; i < sizeof spoil / sizeof spoil[0]; i++) {
        make_stream();
        spoil[i]();
        assert_int_equal(measure(&enclave), POBF_E_INPUT);
    }
}

static void put_big(uint8_t *at, const BIGNUM *number)
{
    assert_int_equal(BN_bn2lebinpad(number, at, KEY), KEY);
}

static void put_quotients(const BIGNUM *modulus, const BIGNUM *signature)
{
    BN_CTX *context = BN_CTX_new();
    BIGNUM *product = BN_new(), *quotient = BN_new(), *rest = BN_new();

    BN_sqr(product, signature, context);
    BN_div(quotient, rest, product, modulus, context);
    put_big(sigstruct + 1040, quotient);
    BN_mul(product, rest, signature, context);
    BN_div(quotient, rest, product, modulus, context);
    put_big(sigstruct + 1424, quotient);
    BN_free(product);
    BN_free(quotient);
    BN_free(rest);
    BN_CTX_free(context);
}

static BIGNUM *sign(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t signature[KEY];
    size_t size = sizeof signature;

    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSignUpdate(context, sigstruct, 128), 1);
    assert_int_equal(EVP_DigestSignUpdate(context, sigstruct + 900, 128), 1);
    assert_int_equal(EVP_DigestSignFinal(context, signature, &size), 1);
    EVP_MD_CTX_free(context);
    return BN_bin2bn(signature, (int)size, NULL);
}

static void make_sigstruct(const struct sgx_enclave *enclave)
{
    static const uint8_t header[] = {6, 0, 0, 0, 0xe1, 0, 0, 0, 0, 0, 1};
    static const uint8_t header_2[] = {1, 1, 0, 0, 0x60, 0, 0, 0, 0x60, 0, 0, 0, 1};
    BIGNUM *modulus = NULL, *signature;

    memset(sigstruct, 0, sizeof sigstruct);
    memcpy(sigstruct, header, sizeof header);
    put_number(sigstruct + 20, 0x20261129, 4);
    memcpy(sigstruct + 24, header_2, sizeof header_2);
    assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus), 1);
    put_big(sigstruct + 128, modulus);
    sigstruct[512] = 3;
    sigstruct[928] = 4;
    sigstruct[944] = 2;
    memcpy(sigstruct + 960, enclave->mrenclave, SGX_DIGEST_BYTES);
    put_number(sigstruct + 1024, 7, 2);
    put_number(sigstruct + 1026, 9, 2);
    signature = sign();
    put_big(sigstruct + 516, signature);
    put_quotients(modulus, signature);
    BN_free(modulus);
    BN_free(signature);
}

static enum checks_verdict judge(struct sgx_sigstruct *says, const struct sgx_enclave *enclave)
{
    memset(&checks, 0, sizeof checks);
    sgx_judge_sigstruct(says, &checks, sigstruct, sizeof sigstruct, enclave);
    return checks_verdict(&checks);
}

static int failed(const char *id)
{
    return checks_find(&checks, id)->result == CHECK_FAIL;
}

static void a_sigstruct_is_what_its_key_signed(void **state)
{
    struct sgx_enclave enclave;
    struct sgx_sigstruct says;
    uint8_t digest[SGX_DIGEST_BYTES];

    (void)state;
    make_stream();
    assert_int_equal(measure(&enclave), POBF_OK);
    make_sigstruct(&enclave);
    assert_int_equal(judge(&says, &enclave), VERDICT_AFFIRMED);
    EVP_Digest(sigstruct + 128, KEY, digest, NULL, EVP_sha256(), NULL);
    assert_memory_equal(says.mrsigner, digest, sizeof digest);
    assert_int_equal(says.product, 7);
    assert_int_equal(says.version, 9);
    assert_int_equal(says.date, 0x20261129);
    assert_false(says.allows_debug);
    enclave.mrenclave[0] ^= 1;
    assert_int_equal(judge(&says, &enclave), VERDICT_REFUSED);
    assert_true(failed("sgx.enclave_hash"));
    assert_false(failed("sgx.signature"));
}

static void debug_that_the_mask_lets_through_is_told(void **state)
{
    struct sgx_enclave enclave;
    struct sgx_sigstruct says;

    (void)state;
    make_stream();
    assert_int_equal(measure(&enclave), POBF_OK);
    make_sigstruct(&enclave);
    sigstruct[944] = 0;
    judge(&says, NULL);
    assert_true(says.allows_debug);
    sigstruct[944] = 2;
    sigstruct[928] = 6;
    judge(&says, NULL);
    assert_true(says.allows_debug);
}

/* Vendor, date and body are signed; all else is fixed, follows from the signature, or is the key. */
static void no_byte_may_be_another(void **state)
{
    struct sgx_enclave enclave;
    struct sgx_sigstruct says;

    (void)state;
    make_stream();
    assert_int_equal(measure(&enclave), POBF_OK);
    make_sigstruct(&enclave);
    for (size_t bit = 0; bit < 8 * sizeof sigstruct; bit += FLIP_STEP) {
        sigstruct[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (judge(&says, &enclave) != VERDICT_REFUSED) {
            fail_msg("bit %zu of byte %zu may be flipped", bit % 8, bit / 8);
        }
        sigstruct[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(judge(&says, &enclave), VERDICT_AFFIRMED);
}

static void another_length_is_refused_and_says_nothing(void **state)
{
    const struct sgx_sigstruct zeros = {.date = 0};
    struct sgx_sigstruct says;

    (void)state;
    for (size_t size = 0; size < sizeof sigstruct; size += 451) {
        memset(&checks, 0, sizeof checks);
        sgx_judge_sigstruct(&says, &checks, sigstruct, size, NULL);
        assert_int_equal(checks_verdict(&checks), VERDICT_REFUSED);
        assert_memory_equal(&says, &zeros, sizeof zeros);
    }
}

static size_t read_vector(uint8_t *bytes, size_t room, const char *name)
{
    char path[512];
    FILE *file;
    size_t size = 0;

    snprintf(path, sizeof path,
             "%s/evidence/sgx/fortanix/sgxs-tools__src__sgx_detect__tests__test_enclave.%s",
             vectors_folder(), name);
    file = fopen(path, "rb");
    if (file != NULL) {
        size = fread(bytes, 1, room, file);
        fclose(file);
    }
    return size;
}

static void the_enclave_of_others_measures_what_its_signer_says(void **state)
{
    struct sgx_enclave enclave;
    struct sgx_sigstruct says;

    (void)state;
    stream_size = read_vector(stream, sizeof stream, "sgxs");
    if (stream_size == 0 || read_vector(sigstruct, sizeof sigstruct, "sig") != sizeof sigstruct) {
        printf("SKIP: there are no vectors of SGX in POBF_VECTORS\n");
        skip();
    }
    assert_int_equal(measure(&enclave), POBF_OK);
    assert_int_equal(enclave.pages, 9);
    assert_int_equal(enclave.chunks, 144);
    assert_int_equal(judge(&says, &enclave), VERDICT_AFFIRMED);
    assert_true(says.allows_debug);
    stream[stream_size - 1] ^= 1;
    assert_int_equal(measure(&enclave), POBF_OK);
    assert_int_equal(judge(&says, &enclave), VERDICT_REFUSED);
    assert_true(failed("sgx.enclave_hash"));
}

static int set_up(void **state)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    BIGNUM *three = BN_new();

    (void)state;
    BN_set_word(three, 3);
    assert_int_equal(EVP_PKEY_keygen_init(context), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(context, 8 * KEY), 1);
    assert_int_equal(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, three), 1);
    assert_int_equal(EVP_PKEY_generate(context, &key), 1);
    BN_free(three);
    EVP_PKEY_CTX_free(context);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_measured_as_the_processor_does),
        cmocka_unit_test(each_defect_is_refused),
        cmocka_unit_test(a_sigstruct_is_what_its_key_signed),
        cmocka_unit_test(debug_that_the_mask_lets_through_is_told),
        cmocka_unit_test(no_byte_may_be_another),
        cmocka_unit_test(another_length_is_refused_and_says_nothing),
        cmocka_unit_test(the_enclave_of_others_measures_what_its_signer_says),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
