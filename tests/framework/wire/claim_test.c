#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/wire/claim.h"

/* {1: h'0102', -70001: "ab", -70002: 70000, -70003: true, -70004: false} without its head */
static const uint8_t claims[] = {
    0x01, 0x42, 0x01, 0x02,                                     /* 1: h'0102'       */
    0x3a, 0x00, 0x01, 0x11, 0x70, 0x62, 'a',  'b',              /* -70001: "ab"     */
    0x3a, 0x00, 0x01, 0x11, 0x71, 0x1a, 0x00, 0x01, 0x11, 0x70, /* -70002: 70000    */
    0x3a, 0x00, 0x01, 0x11, 0x72, 0xf5,                         /* -70003: true     */
    0x3a, 0x00, 0x01, 0x11, 0x73, 0xf4,                         /* -70004: false    */
};

static const uint8_t two[] = {1, 2};
static const uint8_t text[] = "ab";

static void claims_are_printed_key_then_value(void **state)
{
    struct pobf_cbor_writer writer;
    uint8_t out[64];
    size_t size;

    (void)state;
    pobf_cbor_write_init(&writer, out, sizeof out);
    pobf_claim_print_bytes(&writer, 1, two, sizeof two);
    pobf_claim_print_text(&writer, -70001, text, 2);
    pobf_claim_print_uint(&writer, -70002, 70000);
    pobf_claim_print_bool(&writer, -70003, 1);
    pobf_claim_print_bool(&writer, -70004, 0);
    assert_int_equal(pobf_cbor_write_end(&writer, &size), POBF_OK);
    assert_int_equal(size, sizeof claims);
    assert_memory_equal(out, claims, sizeof claims);
}

/* Parse the claims, the n-th of them under another key. */
static enum pobf_status parse(const uint8_t *bytes, size_t size, unsigned int n)
{
    struct pobf_cbor_reader reader;
    uint8_t out[2];

    pobf_cbor_read_init(&reader, bytes, size);
    pobf_claim_parse_bytes(&reader, n == 1 ? 2 : 1, out, sizeof out);
    pobf_claim_parse_text(&reader, n == 2 ? 70000 : -70001, text, 2);
    if (pobf_claim_parse_uint(&reader, n == 3 ? -70003 : -70002) != 70000 ||
        pobf_claim_parse_bool(&reader, n == 4 ? -70002 : -70003) != 1 ||
        pobf_claim_parse_bool(&reader, n == 5 ? -5 : -70004) != 0) {
        assert_int_equal(reader.failed, 1);
    }
    return pobf_cbor_read_end(&reader);
}

static void claims_parse_under_their_own_keys_only(void **state)
{
    (void)state;
    assert_int_equal(parse(claims, sizeof claims, 0), POBF_OK);
    for (unsigned int n = 1; n <= 5; n++) {
        assert_int_equal(parse(claims, sizeof claims, n), POBF_E_INPUT);
    }
}

static void a_failed_claim_is_zeros(void **state)
{
    static const uint8_t zeros[2] = {0};
    struct pobf_cbor_reader reader;
    uint8_t out[2] = {0xa5, 0xa5};

    (void)state;
    pobf_cbor_read_init(&reader, claims, sizeof claims);
    pobf_claim_parse_bytes(&reader, 3, out, sizeof out);
    assert_memory_equal(out, zeros, sizeof out);
    assert_true(pobf_claim_parse_uint(&reader, 1) == 0);
    assert_int_equal(pobf_claim_parse_bool(&reader, 1), 0);
    assert_int_equal(reader.failed, 1);
}

static void only_false_and_true_are_bools(void **state)
{
    (void)state;
    for (unsigned int first = 0; first < 256; first++) {
        const uint8_t bytes[] = {0x01, (uint8_t)first, 0x3c, 0x00};
        struct pobf_cbor_reader reader;
        uint32_t value;

        pobf_cbor_read_init(&reader, bytes, sizeof bytes);
        value = pobf_claim_parse_bool(&reader, 1);
        assert_int_equal(reader.failed, first != 0xf4 && first != 0xf5);
        assert_int_equal(value, first == 0xf5);
    }
}

static void keys_at_the_edges_are_keys(void **state)
{
    static const struct {
        int64_t key;
        size_t size;
        uint8_t bytes[10]; /* the key, then 0 */
    } edges[] = {
        {0, 2, {0x00, 0x00}},
        {-1, 2, {0x20, 0x00}},
        {INT64_MAX, 10, {0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00}},
        {INT64_MIN, 10, {0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        struct pobf_cbor_writer writer;
        struct pobf_cbor_reader reader;
        uint8_t out[10];
        size_t size;

        pobf_cbor_write_init(&writer, out, sizeof out);
        pobf_claim_print_uint(&writer, edges[i].key, 0);
        assert_int_equal(pobf_cbor_write_end(&writer, &size), POBF_OK);
        assert_int_equal(size, edges[i].size);
        assert_memory_equal(out, edges[i].bytes, size);
        pobf_cbor_read_init(&reader, edges[i].bytes, size);
        assert_true(pobf_claim_parse_uint(&reader, edges[i].key) == 0);
        assert_int_equal(pobf_cbor_read_end(&reader), POBF_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_are_printed_key_then_value),
        cmocka_unit_test(claims_parse_under_their_own_keys_only),
        cmocka_unit_test(a_failed_claim_is_zeros),
        cmocka_unit_test(only_false_and_true_are_bools),
        cmocka_unit_test(keys_at_the_edges_are_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
