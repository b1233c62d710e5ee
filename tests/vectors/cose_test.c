/*
 * The COSE working group's examples of COSE_Sign1. SOURCE: cose/SOURCE.md beside the vectors. They
 * name a key in the unprotected header, sign with ES256 or Ed448, or leave out the tag: none is of
 * our one layout, so all must be rejected. Its signature is checked against the Ed25519 example by
 * taking the key and the content from there, and by spelling out what is signed.
 */
#include "tests/vectors/vectors.h"

#include "framework/crypto/sign.h"
#include "framework/wire/cose.h"

static const char example[] = "cose/eddsa-examples/eddsa-sig-01.json";

static json_t *part(json_t *object, const char *first, const char *second)
{
    json_t *found = json_object_get(json_object_get(object, first), second);

    assert_non_null(found);
    return found;
}

static size_t output(uint8_t *bytes, size_t room, const json_t *vector)
{
    return vectors_bytes(bytes, room, json_object_get(vector, "output"), "cbor");
}

static void an_example_of_another_layout_is_rejected(void **state)
{
    static const char *const names[] = {
        "cose/sign1-tests/sign-fail-01.json",    "cose/sign1-tests/sign-fail-02.json",
        "cose/sign1-tests/sign-fail-03.json",    "cose/sign1-tests/sign-fail-04.json",
        "cose/sign1-tests/sign-fail-06.json",    "cose/sign1-tests/sign-fail-07.json",
        "cose/sign1-tests/sign-pass-01.json",    "cose/sign1-tests/sign-pass-02.json",
        "cose/sign1-tests/sign-pass-03.json",    "cose/eddsa-examples/eddsa-01.json",
        "cose/eddsa-examples/eddsa-02.json",     "cose/eddsa-examples/eddsa-sig-01.json",
        "cose/eddsa-examples/eddsa-sig-02.json",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        json_t *vector = vectors_load(names[i]);
        uint8_t message[512];
        const size_t size = output(message, sizeof message, vector);
        const uint8_t *payload;
        size_t payload_size;

        assert_int_equal(pobf_cose_parse(&payload, &payload_size, message, size), POBF_E_INPUT);
        assert_null(payload);
        assert_int_equal(payload_size, 0);
        json_decref(vector);
    }
}

/* The example with its two headers replaced by ours, and so with a signature that does not fit. */
static void the_example_in_our_layout_parses_but_does_not_verify(void **state)
{
    static const uint8_t headers[] = {0xd2, 0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0};
    enum { THEIRS = 2 + 6 + 5 }; /* tag and array, protected, unprotected header */
    json_t *vector = vectors_load(example);
    json_t *key = json_object_get(part(vector, "input", "sign0"), "key");
    const char *content = vectors_text(json_object_get(vector, "input"), "plaintext");
    uint8_t message[512];
    uint8_t ours[512];
    uint8_t public_key[32];
    const size_t size = output(message, sizeof message, vector) - THEIRS + sizeof headers;
    const uint8_t *payload;
    size_t payload_size;

    (void)state;
    vectors_exactly(public_key, sizeof public_key, key, "x_hex");
    memcpy(ours, headers, sizeof headers);
    memcpy(ours + sizeof headers, message + THEIRS, size - sizeof headers);
    assert_int_equal(pobf_cose_parse(&payload, &payload_size, ours, size), POBF_OK);
    assert_int_equal(payload_size, strlen(content));
    assert_memory_equal(payload, content, payload_size);
    assert_int_equal(pobf_cose_verify(ours, size, public_key), POBF_E_AUTH);
    json_decref(vector);
}

/* What is signed in the example, with our protected header in place of its own. */
static size_t to_be_signed(uint8_t *bytes, size_t room, const json_t *vector)
{
    enum { CONTEXT = 12, THEIRS = 6 };
    static const uint8_t header[] = {0x43, 0xa1, 0x01, 0x27};
    uint8_t theirs[256];
    const size_t size = vectors_bytes(theirs, sizeof theirs,
                                      json_object_get(vector, "intermediates"), "ToBeSign_hex");

    assert_true(size < room);
    memcpy(bytes, theirs, CONTEXT);
    memcpy(bytes + CONTEXT, header, sizeof header);
    memcpy(bytes + CONTEXT + sizeof header, theirs + CONTEXT + THEIRS, size - CONTEXT - THEIRS);
    return size - THEIRS + sizeof header;
}

static void what_is_signed_is_the_sig_structure_of_the_example(void **state)
{
    json_t *vector = vectors_load(example);
    json_t *key = json_object_get(part(vector, "input", "sign0"), "key");
    const char *content = vectors_text(json_object_get(vector, "input"), "plaintext");
    uint8_t seed[32];
    uint8_t public_key[32];
    uint8_t wanted_key[32];
    uint8_t signing_key[64];
    uint8_t message[256];
    uint8_t wanted[256];
    size_t size;

    (void)state;
    vectors_exactly(seed, sizeof seed, key, "d_hex");
    vectors_exactly(wanted_key, sizeof wanted_key, key, "x_hex");
    assert_int_equal(pobf_sign_keypair(public_key, signing_key, seed), POBF_OK);
    assert_memory_equal(public_key, wanted_key, sizeof wanted_key);
    assert_int_equal(pobf_cose_sign(message, sizeof message, &size, (const uint8_t *)content,
                                    strlen(content), signing_key),
                     POBF_OK);
    assert_int_equal(pobf_cose_verify(message, size, public_key), POBF_OK);
    const size_t wanted_size = to_be_signed(wanted, sizeof wanted, vector);
    assert_int_equal(
        crypto_sign_ed25519_verify_detached(message + size - 64, wanted, wanted_size, public_key),
        0);
    json_decref(vector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_example_of_another_layout_is_rejected),
        cmocka_unit_test(the_example_in_our_layout_parses_but_does_not_verify),
        cmocka_unit_test(what_is_signed_is_the_sig_structure_of_the_example),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
