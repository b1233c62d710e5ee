/*
 * LINK: -Wl,--wrap=crypto_sign_ed25519_detached
 */
#include "tests/framework/crypto/fail.h"
#include "tests/framework/wire/tamper.h"

FAIL_WRAP(crypto_sign_ed25519_detached,
          (unsigned char *sig, unsigned long long *siglen_p, const unsigned char *m,
           unsigned long long mlen, const unsigned char *sk),
          (sig, siglen_p, m, mlen, sk))

static const uint8_t content[] = "This is the content.";
enum { CONTENT_BYTES = sizeof content - 1 };

static size_t sign_content(uint8_t *out, size_t room)
{
    const struct test_key key = test_key(1);
    size_t size;

    assert_int_equal(pobf_cose_sign(out, room, &size, content, CONTENT_BYTES, key.signing_key),
                     POBF_OK);
    return size;
}

static void the_layout_is_that_of_rfc_9052(void **state)
{
    static const uint8_t before[] = {0xd2, 0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0, 0x54};
    uint8_t message[256];
    const size_t size = sign_content(message, sizeof message);

    (void)state;
    assert_int_equal(size, sizeof before + CONTENT_BYTES + 2 + 64);
    assert_memory_equal(message, before, sizeof before);
    assert_memory_equal(message + sizeof before, content, CONTENT_BYTES);
    assert_int_equal(message[sizeof before + CONTENT_BYTES], 0x58);
    assert_int_equal(message[sizeof before + CONTENT_BYTES + 1], 64);
}

static void what_is_signed_is_the_sig_structure(void **state)
{
    static const uint8_t before[] = {0x84, 0x6a, 'S', 'i',  'g',  'n',  'a',  't',  'u',
                                     'r',  'e',  '1', 0x43, 0xa1, 0x01, 0x27, 0x40, 0x54};
    const struct test_key key = test_key(1);
    uint8_t structure[sizeof before + CONTENT_BYTES];
    uint8_t message[256];
    const size_t size = sign_content(message, sizeof message);

    (void)state;
    memcpy(structure, before, sizeof before);
    memcpy(structure + sizeof before, content, CONTENT_BYTES);
    assert_int_equal(crypto_sign_ed25519_verify_detached(message + size - 64, structure,
                                                         sizeof structure, key.public_key),
                     0);
}

static void the_payload_is_found_where_it_stands(void **state)
{
    uint8_t message[256];
    const size_t size = sign_content(message, sizeof message);
    const uint8_t *payload;
    size_t payload_size;

    (void)state;
    assert_int_equal(pobf_cose_parse(&payload, &payload_size, message, size), POBF_OK);
    assert_ptr_equal(payload, message + 8);
    assert_int_equal(payload_size, CONTENT_BYTES);
    assert_int_equal(pobf_cose_parse(&payload, &payload_size, message, size - 1), POBF_E_INPUT);
    assert_null(payload);
    assert_int_equal(payload_size, 0);
}

static int verifies(const uint8_t *message, size_t size)
{
    const struct test_key key = test_key(1);

    return pobf_cose_verify(message, size, key.public_key) == POBF_OK;
}

static void only_the_whole_message_verifies(void **state)
{
    uint8_t message[256];
    const size_t size = sign_content(message, sizeof message);

    (void)state;
    assert_only_the_whole_is_accepted(verifies, message, size);
}

static void another_key_does_not_verify(void **state)
{
    const struct test_key other = test_key(2);
    uint8_t message[256];
    const size_t size = sign_content(message, sizeof message);

    (void)state;
    assert_int_equal(pobf_cose_verify(message, size, other.public_key), POBF_E_AUTH);
}

/* Before the payload stand tag, array, protected and unprotected header: one form of each. */
static void other_layouts_are_rejected(void **state)
{
    static const struct {
        const char *defect;
        size_t size;
        uint8_t before[12];
    } layouts[] = {
        {"no tag", 6, {0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0}},
        {"another tag", 7, {0xd1, 0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0}},
        {"a tag that is longer than needed", 8, {0xd8, 0x12, 0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0}},
        {"an array of another length", 7, {0xd2, 0x83, 0x43, 0xa1, 0x01, 0x27, 0xa0}},
        {"an indefinite array", 7, {0xd2, 0x9f, 0x43, 0xa1, 0x01, 0x27, 0xa0}},
        {"an empty protected header", 4, {0xd2, 0x84, 0x40, 0xa0}},
        {"another algorithm", 7, {0xd2, 0x84, 0x43, 0xa1, 0x01, 0x26, 0xa0}},
        {"an algorithm outside the protected header", 6, {0xd2, 0x84, 0x40, 0xa1, 0x01, 0x27}},
        {"a header that is a map, not a string", 6, {0xd2, 0x84, 0xa1, 0x01, 0x27, 0xa0}},
        {"a longer protected header", 9, {0xd2, 0x84, 0x45, 0xa2, 0x01, 0x27, 0x03, 0x00, 0xa0}},
        {"an unprotected header",
         11,
         {0xd2, 0x84, 0x43, 0xa1, 0x01, 0x27, 0xa1, 0x04, 0x42, 0x31, 0x31}},
        {"none", 7, {0xd2, 0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0}},
    };
    uint8_t message[256];
    const size_t size = sign_content(message, sizeof message);

    (void)state;
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        const int control = strcmp(layouts[i].defect, "none") == 0;
        uint8_t other[256];

        memcpy(other, layouts[i].before, layouts[i].size);
        memcpy(other + layouts[i].size, message + 7, size - 7);
        assert_int_equal(verifies(other, layouts[i].size + size - 7), control);
    }
}

static void the_longest_payload_is_a_limit(void **state)
{
    const struct test_key key = test_key(1);
    uint8_t payload[POBF_COSE_PAYLOAD_MAX + 1];
    uint8_t out[POBF_COSE_PAYLOAD_MAX + 128];
    const uint8_t *found;
    size_t size;

    (void)state;
    fill(payload, sizeof payload, 3);
    assert_int_equal(
        pobf_cose_sign(out, sizeof out, &size, payload, POBF_COSE_PAYLOAD_MAX, key.signing_key),
        POBF_OK);
    assert_int_equal(pobf_cose_verify(out, size, key.public_key), POBF_OK);
    memset(out, 0xa5, sizeof out);
    assert_int_equal(
        pobf_cose_sign(out, sizeof out, &size, payload, POBF_COSE_PAYLOAD_MAX + 1, key.signing_key),
        POBF_E_SPACE);
    assert_int_equal(size, 0);
    assert_true(all_zero(out, sizeof out));

    /* A message with one byte more, as another signer may make it: 1025 is 0x0401. */
    struct pobf_cbor_writer writer;
    pobf_cbor_write_init(&writer, out, sizeof out);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, 18);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, (const uint8_t[]){0xa1, 0x01, 0x27}, 3);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 0);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, payload, sizeof payload);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, payload, 64);
    assert_int_equal(pobf_cbor_write_end(&writer, &size), POBF_OK);
    assert_int_equal(pobf_cose_parse(&found, &size, out, writer.size), POBF_E_INPUT);
    assert_null(found);
    assert_int_equal(pobf_cose_verify(out, writer.size, key.public_key), POBF_E_INPUT);
}

static enum pobf_status sign_into(uint8_t *out, size_t room, size_t *size)
{
    const struct test_key key = test_key(1);

    return pobf_cose_sign(out, room, size, content, CONTENT_BYTES, key.signing_key);
}

static void too_little_room_leaves_zeros(void **state)
{
    (void)state;
    assert_too_little_room_leaves_zeros(sign_into);
}

static void a_failing_library_leaves_zeros(void **state)
{
    uint8_t out[256];
    size_t size = 7;

    (void)state;
    memset(out, 0xa5, sizeof out);
    fail_from_call(1);
    assert_int_equal(sign_into(out, sizeof out, &size), POBF_E_SYSTEM);
    fail_from_call(0);
    assert_int_equal(size, 0);
    assert_true(all_zero(out, sizeof out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_layout_is_that_of_rfc_9052),
        cmocka_unit_test(what_is_signed_is_the_sig_structure),
        cmocka_unit_test(the_payload_is_found_where_it_stands),
        cmocka_unit_test(only_the_whole_message_verifies),
        cmocka_unit_test(another_key_does_not_verify),
        cmocka_unit_test(other_layouts_are_rejected),
        cmocka_unit_test(the_longest_payload_is_a_limit),
        cmocka_unit_test(too_little_room_leaves_zeros),
        cmocka_unit_test(a_failing_library_leaves_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
