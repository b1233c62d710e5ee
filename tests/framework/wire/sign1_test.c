#include "framework/wire/sign1.h"
#include "tests/framework/wire/spoil.h"

static struct pobf_sign1 parsed;
static uint8_t sample[FOREIGN_ROOM];
static enum pobf_sign1_tag tag;

static enum pobf_status parse(void *out, const uint8_t *bytes, size_t size)
{
    const struct pobf_span whole = {0, size};

    return pobf_sign1_parse(out, bytes, &whole, tag);
}

static const struct spoil spoil = {parse, &parsed, sizeof parsed};

static size_t make_sample(enum pobf_sign1_tag with)
{
    tag = with;
    return foreign_sign1(sample, with == POBF_SIGN1_TAGGED, 34, (const uint8_t *)"payload", 7);
}

/* A message with this protected header, and this as its unprotected one. */
static size_t make_headers(const uint8_t *header, size_t size, const uint8_t *other,
                           size_t other_size)
{
    const uint8_t payload_and_signature[] = {0x41, 'p', 0x42, 's', 's'};

    tag = POBF_SIGN1_UNTAGGED;
    sample[0] = 0x84;
    sample[1] = (uint8_t)(0x40 + size);
    memcpy(sample + 2, header, size);
    memcpy(sample + 2 + size, other, other_size);
    memcpy(sample + 2 + size + other_size, payload_and_signature, sizeof payload_and_signature);
    return 2 + size + other_size + sizeof payload_and_signature;
}

static void the_sample_parses_and_only_as_a_whole(void **state)
{
    (void)state;
    assert_only_the_whole_parses(&spoil, sample, make_sample(POBF_SIGN1_TAGGED));
    assert_only_the_whole_parses(&spoil, sample, make_sample(POBF_SIGN1_UNTAGGED));
}

static void the_tag_is_there_or_not_as_the_caller_says(void **state)
{
    const size_t untagged = make_sample(POBF_SIGN1_UNTAGGED);
    size_t tagged;

    (void)state;
    tag = POBF_SIGN1_TAGGED;
    assert_false(spoil_parses(&spoil, sample, untagged));
    tagged = make_sample(POBF_SIGN1_TAGGED);
    assert_int_equal(tagged, untagged + 1);
    assert_int_equal(sample[0], 0xd2); /* tag 18 */
    tag = POBF_SIGN1_UNTAGGED;
    assert_false(spoil_parses(&spoil, sample, tagged));
}

static void the_parts_are_found_where_they_stand(void **state)
{
    const size_t size = make_sample(POBF_SIGN1_TAGGED);

    (void)state;
    assert_int_equal(parse(&parsed, sample, size), POBF_OK);
    assert_int_equal(parsed.algorithm, -35);
    assert_int_equal(parsed.header.at, 3);
    assert_int_equal(parsed.header.size, 4);
    assert_int_equal(parsed.payload.at, 9);
    assert_int_equal(parsed.payload.size, 7);
    assert_int_equal(parsed.signature.at, 18);
    assert_int_equal(parsed.signature.size, 96);
    pobf_sign1_clear(&parsed);
    assert_true(spoil_is_zero(&parsed, sizeof parsed));
}

static void what_is_changed_parses_or_leaves_zeros(void **state)
{
    const size_t size = make_sample(POBF_SIGN1_TAGGED);

    (void)state;
    assert_in_range(count_what_parses(&spoil, sample, size), 1, 255 * size - 1);
}

static void the_protected_header_is_an_algorithm_alone(void **state)
{
    static const struct {
        int32_t algorithm; /* 0: refused */
        size_t size;
        uint8_t header[8];
    } headers[] = {
        {-1, 3, {0xa1, 0x01, 0x20}},
        {-65536, 5, {0xa1, 0x01, 0x39, 0xff, 0xff}},
        {0, 7, {0xa1, 0x01, 0x3a, 0, 1, 0, 0}}, /* one beyond the registry */
        {0, 0, {0}},
        {0, 1, {0xa0}},
        {0, 3, {0xa1, 0x01, 0x07}},             /* not negative */
        {0, 3, {0xa1, 0x02, 0x26}},             /* not an algorithm */
        {0, 4, {0xa1, 0x01, 0x26, 0x00}},       /* something after it */
        {0, 5, {0xa2, 0x01, 0x26, 0x03, 0x00}}, /* another parameter */
    };

    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        const size_t size =
            make_headers(headers[i].header, headers[i].size, (const uint8_t *)"\xa0", 1);

        assert_int_equal(spoil_parses(&spoil, sample, size), headers[i].algorithm != 0);
        assert_int_equal(parsed.algorithm, headers[i].algorithm);
    }
}

static void the_unprotected_header_is_any_map(void **state)
{
    const uint8_t header[] = {0xa1, 0x01, 0x26};
    const uint8_t map[] = {0xa1, 0x04, 0x82, 0x41, 'k', 0xf6};
    const uint8_t array[] = {0x81, 0x00};

    (void)state;
    assert_true(spoil_parses(&spoil, sample, make_headers(header, sizeof header, map, sizeof map)));
    assert_int_equal(sample[parsed.payload.at], 'p');
    assert_int_equal(parsed.payload.size, 1);
    assert_int_equal(sample[parsed.signature.at], 's');
    assert_false(
        spoil_parses(&spoil, sample, make_headers(header, sizeof header, array, sizeof array)));
}

/* RFC 9052, section 4.4. */
static void what_is_signed_is_the_sig_structure(void **state)
{
    static const uint8_t expected[] = {0x84, 0x6a, 'S', 'i',  'g',  'n',  'a',  't',  'u',
                                       'r',  'e',  '1', 0x44, 0xa1, 0x01, 0x38, 0x22, 0x40,
                                       0x47, 'p',  'a', 'y',  'l',  'o',  'a',  'd'};
    uint8_t out[sizeof expected];
    size_t size = make_sample(POBF_SIGN1_TAGGED);

    (void)state;
    assert_int_equal(parse(&parsed, sample, size), POBF_OK);
    assert_int_equal(pobf_sign1_print_signed(out, sizeof out, &size, &parsed, sample), POBF_OK);
    assert_int_equal(size, sizeof expected);
    assert_memory_equal(out, expected, sizeof expected);
    for (size_t room = 0; room < sizeof out; room++) {
        memset(out, 0xa5, sizeof out);
        assert_int_equal(pobf_sign1_print_signed(out, room, &size, &parsed, sample), POBF_E_SPACE);
        assert_int_equal(size, 0);
        assert_true(spoil_is_zero(out, room));
        assert_int_equal(out[room], 0xa5);
    }
}

/* The longest head of a payload, below 4 GiB, and the longest protected header. */
static void the_extra_bytes_are_room_enough_and_none_too_many(void **state)
{
    enum { PAYLOAD_BYTES = 65536, ROOM = PAYLOAD_BYTES + POBF_SIGN1_EXTRA_BYTES };
    static const uint8_t header[] = {0xa1, 0x01, 0x39, 0xff, 0xff};
    static uint8_t bytes[sizeof header + PAYLOAD_BYTES];
    static uint8_t out[ROOM];
    size_t size;

    (void)state;
    memcpy(bytes, header, sizeof header);
    parsed.header = (struct pobf_span){0, sizeof header};
    parsed.payload = (struct pobf_span){sizeof header, PAYLOAD_BYTES};
    assert_int_equal(pobf_sign1_print_signed(out, ROOM, &size, &parsed, bytes), POBF_OK);
    assert_int_equal(size, ROOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_parses_and_only_as_a_whole),
        cmocka_unit_test(the_tag_is_there_or_not_as_the_caller_says),
        cmocka_unit_test(the_parts_are_found_where_they_stand),
        cmocka_unit_test(what_is_changed_parses_or_leaves_zeros),
        cmocka_unit_test(the_protected_header_is_an_algorithm_alone),
        cmocka_unit_test(the_unprotected_header_is_any_map),
        cmocka_unit_test(what_is_signed_is_the_sig_structure),
        cmocka_unit_test(the_extra_bytes_are_room_enough_and_none_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
