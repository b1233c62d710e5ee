#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/wire/cbor_map.h"

static struct pobf_cbor_map map;

/* Read a map and nothing after it. */
static int read_map(const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;

    pobf_cbor_read_init(&reader, bytes, size);
    pobf_cbor_map_read(&reader, &map);
    return pobf_cbor_read_end(&reader) == POBF_OK;
}

/* {"b": 1, -2: h'05', 300: []} */
static const uint8_t sample[] = {0xa3, 0x61, 'b', 0x01, 0x21, 0x41, 0x05, 0x19, 0x01, 0x2c, 0x80};

static void a_value_is_found_by_its_key_in_any_order(void **state)
{
    struct pobf_span span;

    (void)state;
    assert_true(read_map(sample, sizeof sample));
    assert_int_equal(pobf_cbor_map_find(&span, &map, 300), 1);
    assert_int_equal(span.at, 10);
    assert_int_equal(span.size, 1);
    assert_int_equal(pobf_cbor_map_find(&span, &map, -2), 1);
    assert_int_equal(span.at, 5);
    assert_int_equal(span.size, 2);
    assert_int_equal(pobf_cbor_map_find_text(&span, &map, (const uint8_t *)"b", 1), 1);
    assert_int_equal(span.at, 3);
}

static void what_is_not_there_is_not_found(void **state)
{
    struct pobf_span span;

    (void)state;
    assert_true(read_map(sample, sizeof sample));
    assert_int_equal(pobf_cbor_map_find(&span, &map, 2), 0);
    assert_int_equal(pobf_cbor_map_find(&span, &map, 1), 0);
    assert_int_equal(pobf_cbor_map_find(&span, &map, INT64_MIN), 0);
    assert_int_equal(pobf_cbor_map_find_text(&span, &map, (const uint8_t *)"bb", 2), 0);
    assert_int_equal(pobf_cbor_map_find_text(&span, &map, (const uint8_t *)"", 0), 0);
    assert_int_equal(span.at, 0);
    assert_int_equal(span.size, 0);
}

static void a_key_that_is_there_twice_is_refused(void **state)
{
    static const uint8_t numbers[] = {0xa2, 0x01, 0x02, 0x01, 0x03};
    static const uint8_t texts[] = {0xa2, 0x61, 'a', 0x02, 0x61, 'a', 0x02};
    static const uint8_t kinds[] = {0xa3, 0x01, 0x02, 0x20, 0x02, 0x41, 0x01, 0x02};

    (void)state;
    assert_false(read_map(numbers, sizeof numbers));
    assert_int_equal(map.count, 0);
    assert_false(read_map(texts, sizeof texts));
    assert_true(read_map(kinds, sizeof kinds)); /* 1, -1 and h'01' are three keys */
}

static void as_many_keys_as_fit_and_no_more(void **state)
{
    uint8_t bytes[3 * POBF_CBOR_MAP_MAX + 8];

    (void)state;
    for (size_t count = POBF_CBOR_MAP_MAX; count <= POBF_CBOR_MAP_MAX + 1; count++) {
        size_t size = 2;

        bytes[0] = 0xb8;
        bytes[1] = (uint8_t)count;
        for (uint8_t key = 0; key < count; key++) {
            if (key >= 24) {
                bytes[size++] = 0x18;
            }
            bytes[size++] = key;
            bytes[size++] = 0x00;
        }
        assert_int_equal(read_map(bytes, size), count == POBF_CBOR_MAP_MAX);
        assert_int_equal(map.count, count == POBF_CBOR_MAP_MAX ? count : 0);
    }
}

static void every_truncation_leaves_an_empty_map(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof sample; size++) {
        assert_false(read_map(sample, size));
        assert_int_equal(map.count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_found_by_its_key_in_any_order),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(a_key_that_is_there_twice_is_refused),
        cmocka_unit_test(as_many_keys_as_fit_and_no_more),
        cmocka_unit_test(every_truncation_leaves_an_empty_map),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
