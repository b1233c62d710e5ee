#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/wire/cbor_read.h"

/* [1, h'0102', "ab"] */
static const uint8_t sample[] = {0x83, 0x01, 0x42, 0x01, 0x02, 0x62, 'a', 'b'};

static void read_sample(struct pobf_cbor_reader *reader, const uint8_t *bytes, size_t size)
{
    const uint8_t text[] = "ab";
    uint8_t two[2];

    pobf_cbor_read_init(reader, bytes, size);
    pobf_cbor_read_exact_head(reader, POBF_CBOR_ARRAY, 3);
    (void)pobf_cbor_read_head(reader, POBF_CBOR_UINT);
    pobf_cbor_read_bytes(reader, two, sizeof two);
    pobf_cbor_read_exact_string(reader, POBF_CBOR_TEXT, text, 2);
}

static void what_is_read_whole_is_ok(void **state)
{
    struct pobf_cbor_reader reader;

    (void)state;
    read_sample(&reader, sample, sizeof sample);
    assert_int_equal(reader.at, sizeof sample);
    assert_int_equal(pobf_cbor_read_end(&reader), POBF_OK);
}

static void nothing_may_be_left_over(void **state)
{
    struct pobf_cbor_reader reader;
    uint8_t longer[sizeof sample + 1] = {0};

    (void)state;
    memcpy(longer, sample, sizeof sample);
    read_sample(&reader, longer, sizeof longer);
    assert_int_equal(reader.failed, 0);
    assert_int_equal(pobf_cbor_read_end(&reader), POBF_E_INPUT);
}

static void every_truncation_fails(void **state)
{
    struct pobf_cbor_reader reader;

    (void)state;
    for (size_t size = 0; size < sizeof sample; size++) {
        read_sample(&reader, sample, size);
        assert_int_equal(pobf_cbor_read_end(&reader), POBF_E_INPUT);
    }
}

static void a_head_that_goes_on_beyond_the_end_fails(void **state)
{
    static const uint8_t bytes[] = {0x01, 0x19, 0x03, 0xe8};
    struct pobf_cbor_reader reader;

    (void)state;
    for (size_t size = 2; size <= sizeof bytes; size++) {
        pobf_cbor_read_init(&reader, bytes, size);
        assert_int_equal(pobf_cbor_read_head(&reader, POBF_CBOR_UINT), 1);
        assert_int_equal(pobf_cbor_read_head(&reader, POBF_CBOR_UINT),
                         size == sizeof bytes ? 1000 : 0);
        assert_int_equal(reader.failed, size != sizeof bytes);
    }
}

static void the_first_failure_sticks(void **state)
{
    struct pobf_cbor_reader reader;
    uint8_t out[2] = {0xa5, 0xa5};
    const uint8_t zeros[2] = {0};
    size_t size = 7;

    (void)state;
    pobf_cbor_read_init(&reader, sample, sizeof sample);
    assert_int_equal(pobf_cbor_read_head(&reader, POBF_CBOR_MAP), 0);
    assert_int_equal(pobf_cbor_read_head(&reader, POBF_CBOR_ARRAY), 0);
    assert_null(pobf_cbor_read_string(&reader, &size, POBF_CBOR_BYTES));
    assert_int_equal(size, 0);
    pobf_cbor_read_bytes(&reader, out, sizeof out);
    assert_memory_equal(out, zeros, sizeof out);
    assert_int_equal(reader.at, 0);
    assert_int_equal(pobf_cbor_read_end(&reader), POBF_E_INPUT);
}

static void a_string_is_found_where_it_stands(void **state)
{
    struct pobf_cbor_reader reader;
    size_t size;

    (void)state;
    pobf_cbor_read_init(&reader, sample + 2, sizeof sample - 2);
    assert_ptr_equal(pobf_cbor_read_string(&reader, &size, POBF_CBOR_BYTES), sample + 3);
    assert_int_equal(size, 2);
    assert_ptr_equal(pobf_cbor_read_string(&reader, &size, POBF_CBOR_TEXT), sample + 6);
    assert_int_equal(size, 2);
    assert_int_equal(pobf_cbor_read_end(&reader), POBF_OK);
}

static void a_string_longer_than_the_rest_fails(void **state)
{
    static const uint8_t longest[] = {0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1};
    static const uint8_t one_more[] = {0x42, 1};
    struct pobf_cbor_reader reader;
    size_t size;

    (void)state;
    pobf_cbor_read_init(&reader, longest, sizeof longest);
    assert_null(pobf_cbor_read_string(&reader, &size, POBF_CBOR_BYTES));
    pobf_cbor_read_init(&reader, one_more, sizeof one_more);
    assert_null(pobf_cbor_read_string(&reader, &size, POBF_CBOR_BYTES));
    assert_int_equal(pobf_cbor_read_end(&reader), POBF_E_INPUT);
}

static void bytes_of_another_size_fail_and_leave_zeros(void **state)
{
    static const uint8_t zeros[4] = {0};
    struct pobf_cbor_reader reader;

    (void)state;
    for (size_t size = 0; size <= 4; size++) {
        uint8_t out[4] = {0xa5, 0xa5, 0xa5, 0xa5};

        pobf_cbor_read_init(&reader, sample + 2, 3);
        pobf_cbor_read_bytes(&reader, out, size);
        assert_int_equal(reader.failed, size != 2);
        assert_memory_equal(out, size == 2 ? sample + 3 : zeros, size);
    }
}

static void another_string_fails(void **state)
{
    static const struct {
        const uint8_t *wanted;
        size_t size;
        enum pobf_cbor_major major;
        uint32_t failed;
    } cases[] = {
        {(const uint8_t *)"ab", 2, POBF_CBOR_TEXT, 0},
        {(const uint8_t *)"ac", 2, POBF_CBOR_TEXT, 1},
        {(const uint8_t *)"a", 1, POBF_CBOR_TEXT, 1},
        {(const uint8_t *)"abc", 3, POBF_CBOR_TEXT, 1},
        {(const uint8_t *)"ab", 2, POBF_CBOR_BYTES, 1},
    };
    struct pobf_cbor_reader reader;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pobf_cbor_read_init(&reader, sample + 5, 3);
        pobf_cbor_read_exact_string(&reader, cases[i].major, cases[i].wanted, cases[i].size);
        assert_int_equal(reader.failed, cases[i].failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_whole_is_ok),
        cmocka_unit_test(nothing_may_be_left_over),
        cmocka_unit_test(every_truncation_fails),
        cmocka_unit_test(a_head_that_goes_on_beyond_the_end_fails),
        cmocka_unit_test(the_first_failure_sticks),
        cmocka_unit_test(a_string_is_found_where_it_stands),
        cmocka_unit_test(a_string_longer_than_the_rest_fails),
        cmocka_unit_test(bytes_of_another_size_fail_and_leave_zeros),
        cmocka_unit_test(another_string_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
