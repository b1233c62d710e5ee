#include "framework/wire/tpm.h"
#include "tests/framework/wire/spoil.h"

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
        cmocka_unit_test(a_signature_parses_only_as_a_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
