#include "framework/wire/tpm.h"
#include "tests/framework/wire/spoil.h"

/* As the specification numbers them: part 2, sections 6.2, 6.3 and 6.9. */
_Static_assert(POBF_TPM_MAGIC == 0xff544347, "TPM_GENERATED_VALUE");
_Static_assert(POBF_TPM_QUOTE == 0x8018, "TPM_ST_ATTEST_QUOTE");
_Static_assert(POBF_TPM_SHA1 == 4 && POBF_TPM_SHA256 == 11, "TPM_ALG_SHA1, TPM_ALG_SHA256");
_Static_assert(POBF_TPM_SHA384 == 12 && POBF_TPM_SHA512 == 13, "TPM_ALG_SHA384, TPM_ALG_SHA512");
_Static_assert(POBF_TPM_RSASSA == 20 && POBF_TPM_RSAPSS == 22, "TPM_ALG_RSASSA, TPM_ALG_RSAPSS");
_Static_assert(POBF_TPM_ECDSA == 24 && POBF_TPM_PCRS == 24, "TPM_ALG_ECDSA; registers of a PC");

static struct pobf_tpm_quote parsed;
static uint8_t sample[FOREIGN_ROOM];

static enum pobf_status parse(void *out, const uint8_t *bytes, size_t size)
{
    return pobf_tpm_quote_parse(out, bytes, size);
}

static const struct spoil spoil = {parse, &parsed, sizeof parsed};

static void the_sample_parses_and_only_as_a_whole(void **state)
{
    (void)state;
    assert_only_the_whole_parses(&spoil, sample, foreign_quote(sample));
}

static void what_is_changed_parses_or_leaves_zeros(void **state)
{
    const size_t size = foreign_quote(sample);

    (void)state;
    assert_in_range(count_what_parses(&spoil, sample, size), 1, 255 * size - 1);
}

static struct pobf_tpm_signature signature;

static enum pobf_status parse_signature(void *out, const uint8_t *bytes, size_t size)
{
    return pobf_tpm_signature_parse(out, bytes, size);
}

static void fields_are_where_the_specification_says(void **state)
{
    (void)state;
    assert_int_equal(pobf_tpm_quote_parse(&parsed, sample, foreign_quote(sample)), POBF_OK);
    assert_int_equal(parsed.magic, POBF_TPM_MAGIC);
    assert_int_equal(parsed.type, POBF_TPM_QUOTE);
    assert_memory_equal(sample + parsed.nonce.at, "non", 3);
    assert_int_equal(parsed.clock_ms, 258);
    assert_int_equal(parsed.resets, 1);
    assert_int_equal(parsed.restarts, 2);
    assert_int_equal(parsed.clock_is_safe, 1);
    assert_int_equal(parsed.firmware, 9);
    assert_int_equal(parsed.bank_count, 1);
    assert_int_equal(parsed.bank[0], POBF_TPM_SHA256);
    assert_int_equal(parsed.pcrs[0], 0x800001);
    assert_int_equal(parsed.digest.size, 4);
}

static uint8_t *put(uint8_t *at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        at[i] = (uint8_t)(number >> 8 * (size - 1 - i));
    }
    return at + size;
}

static uint8_t *put_sized(uint8_t *at, size_t size)
{
    memset(at + 2, 0x55, size);
    return put(at, size, 2) + size;
}

/* A quote with numbers that fill their fields, and so many of what there may be several of. */
static size_t make_quote(size_t signer, size_t nonce, uint32_t banks, size_t digest)
{
    uint8_t *at = put(put(sample, POBF_TPM_MAGIC, 4), POBF_TPM_QUOTE, 2);

    at = put_sized(put_sized(at, signer), nonce);
    at = put(at, 0x0102030405060708, 8);
    at = put(put(at, 0x11121314, 4), 0x21222324, 4);
    at = put(put(at, 1, 1), 0x3132333435363738, 8);
    at = put(at, banks, 4);
    for (uint32_t i = 0; i < banks; i++) {
        at = put(put(put(at, 0x0b00 + i, 2), 3, 1), 0x010203 + i, 3);
    }
    return (size_t)(put_sized(at, digest) - sample);
}

static int quote_parses(size_t signer, size_t nonce, uint32_t banks, size_t digest)
{
    return spoil_parses(&spoil, sample, make_quote(signer, nonce, banks, digest));
}

static void numbers_are_big_endian_and_whole(void **state)
{
    (void)state;
    assert_true(quote_parses(2, 3, 4, 5));
    assert_true(parsed.clock_ms == 0x0102030405060708);
    assert_int_equal(parsed.resets, 0x11121314);
    assert_int_equal(parsed.restarts, 0x21222324);
    assert_true(parsed.firmware == 0x3132333435363738);
    assert_int_equal(parsed.bank_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(parsed.bank[i], 0x0b00 + i);
        assert_int_equal(parsed.pcrs[i], 0x030201 + (i << 16));
    }
    assert_int_equal(parsed.signer.at, 8);
    assert_int_equal(parsed.signer.size, 2);
    assert_int_equal(parsed.nonce.at, 12);
    assert_int_equal(parsed.nonce.size, 3);
    assert_int_equal(sample[parsed.digest.at], 0x55);
    assert_int_equal(parsed.digest.size, 5);
}

/* A name is a hash of 64 bytes and its algorithm. */
static void as_much_as_there_may_be_and_no_more(void **state)
{
    (void)state;
    assert_true(quote_parses(66, 66, 4, 66));
    assert_true(quote_parses(0, 0, 0, 0));
    assert_false(quote_parses(67, 66, 4, 66));
    assert_false(quote_parses(66, 67, 4, 66));
    assert_false(quote_parses(66, 66, 5, 66));
    assert_false(quote_parses(66, 66, 4, 67));
}

static void a_selection_is_of_three_bytes(void **state)
{
    const size_t size = make_quote(0, 0, 1, 4);
    uint8_t *selection = sample + size - 10;

    (void)state;
    assert_int_equal(selection[0], 3);
    assert_true(spoil_parses(&spoil, sample, size));
    selection[0] = 2;
    memmove(selection + 3, selection + 4, 6);
    assert_false(spoil_parses(&spoil, sample, size - 1));
    (void)make_quote(0, 0, 1, 4);
    selection[0] = 4;
    memmove(selection + 5, selection + 4, 6);
    assert_false(spoil_parses(&spoil, sample, size + 1));
}

static int signature_parses(uint64_t algorithm, size_t first, const size_t *second)
{
    const struct spoil of_signature = {parse_signature, &signature, sizeof signature};
    uint8_t *at = put_sized(put(put(sample, algorithm, 2), 0x0102, 2), first);

    at = second != NULL ? put_sized(at, *second) : at;
    return spoil_parses(&of_signature, sample, (size_t)(at - sample));
}

static void a_signature_has_one_part_or_two(void **state)
{
    const size_t most = 512;
    const size_t more = 513;

    (void)state;
    assert_true(signature_parses(POBF_TPM_RSASSA, most, NULL));
    assert_int_equal(signature.algorithm, POBF_TPM_RSASSA);
    assert_int_equal(signature.hash, 0x0102);
    assert_int_equal(signature.first.at, 6);
    assert_int_equal(signature.first.size, most);
    assert_int_equal(signature.second.at + signature.second.size, 0);
    assert_true(signature_parses(POBF_TPM_RSAPSS, 1, NULL));
    assert_true(signature_parses(POBF_TPM_ECDSA, most, &most));
    assert_int_equal(signature.second.at, 6 + most + 2);
    assert_int_equal(signature.second.size, most);
    assert_false(signature_parses(POBF_TPM_RSASSA, most, &most));
    assert_false(signature_parses(POBF_TPM_ECDSA, most, NULL));
    assert_false(signature_parses(POBF_TPM_RSASSA, more, NULL));
    assert_false(signature_parses(POBF_TPM_ECDSA, most, &more));
    assert_false(signature_parses(POBF_TPM_SHA1, most, NULL));
}

static void a_signature_parses_only_as_a_whole(void **state)
{
    const struct spoil of_signature = {parse_signature, &signature, sizeof signature};
    const size_t size = foreign_signature(sample);

    (void)state;
    assert_only_the_whole_parses(&of_signature, sample, size);
    assert_int_equal(pobf_tpm_signature_parse(&signature, sample, size), POBF_OK);
    assert_int_equal(signature.algorithm, POBF_TPM_ECDSA);
    assert_int_equal(signature.first.size, 2);
    assert_int_equal(signature.second.size, 3);
    assert_in_range(count_what_parses(&of_signature, sample, size), 1, 255 * size - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_parses_and_only_as_a_whole),
        cmocka_unit_test(what_is_changed_parses_or_leaves_zeros),
        cmocka_unit_test(fields_are_where_the_specification_says),
        cmocka_unit_test(numbers_are_big_endian_and_whole),
        cmocka_unit_test(as_much_as_there_may_be_and_no_more),
        cmocka_unit_test(a_selection_is_of_three_bytes),
        cmocka_unit_test(a_signature_parses_only_as_a_whole),
        cmocka_unit_test(a_signature_has_one_part_or_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
