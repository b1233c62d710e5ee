#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/certificate/dsse.h"

static const char type[] = "http://example.com/HelloWorld";
static const uint8_t payload[] = "hello world";
enum { PAYLOAD_SIZE = sizeof payload - 1, TEXT_ROOM = 1024 };

static struct key *key;
static char *envelope;

static int seal_one(void **state)
{
    (void)state;
    return key_generate(&key, KEY_ES256) == POBF_OK &&
                   dsse_sign(&envelope, type, payload, PAYLOAD_SIZE, key) == POBF_OK
               ? 0
               : -1;
}

static int drop_it(void **state)
{
    (void)state;
    free(envelope);
    key_close(key);
    return 0;
}

static enum pobf_status judge(const char *text, size_t size)
{
    struct dsse dsse;
    enum pobf_status status = dsse_parse(&dsse, type, (const uint8_t *)text, size);

    if (status == POBF_OK) {
        status = dsse_verify(&dsse, type, key);
    } else {
        assert_non_null(dsse.defect);
        assert_null(dsse.payload);
    }
    dsse_clear(&dsse);
    return status;
}

/* The test vector of the DSSE protocol. */
static void the_signed_bytes_are_those_of_the_protocol(void **state)
{
    static const char expected[] = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
    uint8_t *bytes;
    size_t size;

    (void)state;
    assert_int_equal(dsse_pae(&bytes, &size, type, payload, PAYLOAD_SIZE), POBF_OK);
    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
    assert_int_equal(dsse_pae(&bytes, &size, "", payload, 0), POBF_OK);
    assert_int_equal(size, strlen("DSSEv1 0  0 "));
    assert_memory_equal(bytes, "DSSEv1 0  0 ", size);
    free(bytes);
}

static void what_is_signed_is_what_comes_out(void **state)
{
    struct dsse dsse;

    (void)state;
    assert_int_equal(judge(envelope, strlen(envelope)), POBF_OK);
    assert_int_equal(dsse_parse(&dsse, type, (const uint8_t *)envelope, strlen(envelope)), POBF_OK);
    assert_int_equal(dsse.size, PAYLOAD_SIZE);
    assert_string_equal((const char *)dsse.payload, "hello world");
    dsse_clear(&dsse);
}

static void no_flipped_bit_is_accepted(void **state)
{
    const size_t size = strlen(envelope);
    char text[TEXT_ROOM];

    (void)state;
    assert_true(size < sizeof text);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        struct dsse dsse;
        uint8_t id[KEY_ID_BYTES];

        memcpy(text, envelope, size + 1);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        if (judge(text, size) == POBF_OK) { /* only the hint has changed: that must show */
            assert_int_equal(dsse_parse(&dsse, type, (const uint8_t *)text, size), POBF_OK);
            key_id(key, id);
            assert_memory_not_equal(id, dsse.key_id, sizeof id);
            dsse_clear(&dsse);
        }
    }
}

static void no_shorter_or_longer_one_is_accepted(void **state)
{
    const size_t size = strlen(envelope);
    char text[TEXT_ROOM];

    (void)state;
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_equal(judge(envelope, cut), POBF_E_INPUT);
    }
    snprintf(text, sizeof text, "%s\n", envelope);
    assert_int_equal(judge(text, size + 1), POBF_E_INPUT);
    snprintf(text, sizeof text, " %s", envelope);
    assert_int_equal(judge(text, size + 1), POBF_E_INPUT);
}

/* Put `with` where `what` is. */
static void assert_refused(const char *what, const char *with)
{
    const char *at = strstr(envelope, what);
    char text[TEXT_ROOM];

    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - envelope), envelope, with,
             at + strlen(what));
    assert_int_equal(judge(text, strlen(text)), POBF_E_INPUT);
}

static void another_layout_is_refused(void **state)
{
    (void)state;
    assert_refused("\"signatures\":[", "\"signatures\":[{\"keyid\":\"\",\"sig\":\"\"},");
    assert_refused("{\"payload\"", "{\"more\":1,\"payload\"");
    assert_refused("{\"payload\"", "{\"payload\":\"aGVsbG8gd29ybGQ=\",\"payload\"");
    assert_refused("HelloWorld", "HelloWord");
    assert_refused("{\"keyid\":\"", "{\"keyid\":\"00");
    assert_refused("\"sig\":\"", "\"sig\":\"AAAA");
    assert_refused("aGVsbG8gd29ybGQ=", "aGVsbG8gd29ybGQ");
    assert_refused("aGVsbG8gd29ybGQ=", "aGVsbG8gd29ybGR=");
    assert_refused("{\"payload\"", "{ \"payload\"");
}

static void another_key_does_not_verify(void **state)
{
    struct key *other;
    struct dsse dsse;

    (void)state;
    assert_int_equal(key_generate(&other, KEY_EDDSA), POBF_OK);
    assert_int_equal(dsse_parse(&dsse, type, (const uint8_t *)envelope, strlen(envelope)), POBF_OK);
    assert_int_equal(dsse_verify(&dsse, type, other), POBF_E_AUTH);
    assert_int_equal(dsse_verify(&dsse, "another type", key), POBF_E_AUTH);
    dsse_clear(&dsse);
    key_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signed_bytes_are_those_of_the_protocol),
        cmocka_unit_test(what_is_signed_is_what_comes_out),
        cmocka_unit_test(no_flipped_bit_is_accepted),
        cmocka_unit_test(no_shorter_or_longer_one_is_accepted),
        cmocka_unit_test(another_layout_is_refused),
        cmocka_unit_test(another_key_does_not_verify),
    };

    return cmocka_run_group_tests_name("verifier/certificate/dsse", tests, seal_one, drop_it);
}
