#include "framework/wire/span.h"
#include "tests/framework/wire/spoil.h"

/* Something before it, an array of [h'0102', "abc", 300, []], and something after it. */
static const uint8_t sample[] = {0xf6, 0x84, 0x42, 1, 2,    0x63, 'a',
                                 'b',  'c',  0x19, 1, 0x2c, 0x80, 7};
enum { ARRAY_AT = 1, ARRAY_BYTES = 12, STRING_AT = 2, TEXT_AT = 5, NUMBER_AT = 9 };
static const struct pobf_span array = {ARRAY_AT, ARRAY_BYTES};

static void assert_span(const struct pobf_span *span, size_t at, size_t size)
{
    assert_int_equal(span->at, at);
    assert_int_equal(span->size, size);
}

static void a_cleared_span_is_empty(void **state)
{
    struct pobf_span span = {3, 4};

    (void)state;
    pobf_span_clear(&span);
    assert_span(&span, 0, 0);
}

static void a_reader_of_a_span_keeps_the_offsets_of_the_message(void **state)
{
    struct pobf_cbor_reader reader;

    (void)state;
    pobf_span_open(&reader, sample, &array);
    assert_ptr_equal(reader.bytes, sample);
    assert_int_equal(reader.at, ARRAY_AT);
    assert_int_equal(reader.size, ARRAY_AT + ARRAY_BYTES);
    assert_int_equal(reader.failed, 0);
}

/* Where the string at STRING_AT is unwrapped so, the span is what it holds; else it is empty. */
static void assert_unwraps(int expected, size_t size, enum pobf_cbor_major major, size_t least,
                           size_t most)
{
    struct pobf_span span = {STRING_AT, size};

    assert_int_equal(pobf_span_unwrap(&span, sample, major, least, most), expected);
    assert_span(&span, expected ? STRING_AT + 1 : 0, expected ? 2 : 0);
}

static void a_string_is_unwrapped_within_its_limits(void **state)
{
    (void)state;
    assert_unwraps(1, 3, POBF_CBOR_BYTES, 2, 2);
    assert_unwraps(1, 3, POBF_CBOR_BYTES, 0, SIZE_MAX);
    assert_unwraps(0, 3, POBF_CBOR_BYTES, 3, 4);
    assert_unwraps(0, 3, POBF_CBOR_BYTES, 0, 1);
    assert_unwraps(0, 3, POBF_CBOR_TEXT, 2, 2);
    assert_unwraps(0, 2, POBF_CBOR_BYTES, 0, 2);
    assert_unwraps(0, 4, POBF_CBOR_BYTES, 2, 2);
    assert_unwraps(0, 0, POBF_CBOR_BYTES, 0, 2);
}

static void a_number_is_alone_in_its_span(void **state)
{
    struct pobf_span span = {NUMBER_AT, 3};
    uint64_t number = 1;

    (void)state;
    assert_int_equal(pobf_span_number(&number, sample, &span), 1);
    assert_int_equal(number, 300);
    span.size = 4;
    assert_int_equal(pobf_span_number(&number, sample, &span), 0);
    assert_int_equal(number, 0);
    span.at = TEXT_AT;
    number = 1;
    assert_int_equal(pobf_span_number(&number, sample, &span), 0);
    assert_int_equal(number, 0);
}

static void the_elements_of_an_array_are_found_by_index(void **state)
{
    static const struct pobf_span elements[] = {{2, 3}, {5, 4}, {9, 3}, {12, 1}};
    struct pobf_span span;

    (void)state;
    assert_int_equal(pobf_span_count(sample, &array), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pobf_span_element(&span, sample, &array, i), 1);
        assert_span(&span, elements[i].at, elements[i].size);
    }
    assert_int_equal(pobf_span_element(&span, sample, &array, 4), 0);
    assert_span(&span, 0, 0);
}

static void what_is_no_array_has_no_elements(void **state)
{
    static const struct pobf_span text = {TEXT_AT, 4};
    struct pobf_span span = {3, 4};

    (void)state;
    assert_int_equal(pobf_span_count(sample, &text), 0);
    assert_int_equal(pobf_span_element(&span, sample, &text, 0), 0);
    assert_span(&span, 0, 0);
}

static void what_stands_after_an_array_is_no_element(void **state)
{
    static const struct pobf_span more = {ARRAY_AT, ARRAY_BYTES + 1};
    struct pobf_span span = {3, 4};

    (void)state;
    assert_int_equal(pobf_span_element(&span, sample, &more, 3), 1);
    assert_int_equal(pobf_span_element(&span, sample, &more, 4), 0);
    assert_span(&span, 0, 0);
}

static void an_array_that_ends_early_has_the_elements_before(void **state)
{
    static const struct pobf_span part = {ARRAY_AT, ARRAY_BYTES - 2};
    struct pobf_span span;

    (void)state;
    assert_int_equal(pobf_span_element(&span, sample, &part, 1), 1);
    assert_span(&span, TEXT_AT, 4);
    assert_int_equal(pobf_span_element(&span, sample, &part, 2), 0);
    assert_span(&span, 0, 0);
    assert_int_equal(pobf_span_element(&span, sample, &part, 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cleared_span_is_empty),
        cmocka_unit_test(a_reader_of_a_span_keeps_the_offsets_of_the_message),
        cmocka_unit_test(a_string_is_unwrapped_within_its_limits),
        cmocka_unit_test(a_number_is_alone_in_its_span),
        cmocka_unit_test(the_elements_of_an_array_are_found_by_index),
        cmocka_unit_test(what_is_no_array_has_no_elements),
        cmocka_unit_test(what_stands_after_an_array_is_no_element),
        cmocka_unit_test(an_array_that_ends_early_has_the_elements_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
