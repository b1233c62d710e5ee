#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "edge/cli/base64.h"

enum { ROOM = 64 };

static size_t decode(const char *text)
{
    uint8_t bytes[ROOM];

    return base64_decode(bytes, sizeof bytes, text, strlen(text), sodium_base64_VARIANT_ORIGINAL);
}

static void what_was_printed_comes_back(void **state)
{
    (void)state;
    for (size_t size = 1; size < ROOM; size++) {
        uint8_t bytes[ROOM], back[ROOM];
        char text[2 * ROOM];

        randombytes_buf(bytes, size);
        sodium_bin2base64(text, sizeof text, bytes, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        assert_int_equal(base64_decode(back, sizeof back, text, strlen(text),
                                       sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                         size);
        assert_memory_equal(back, bytes, size);
    }
}

static void no_other_text_gives_the_same_bytes(void **state)
{
    char text[] = "c2VjcmV0IQ==";

    (void)state;
    assert_int_equal(decode(text), 7);
    for (size_t at = 0; at < strlen(text); at++) {
        const char kept = text[at];

        for (int other = 1; other < 256; other++) {
            uint8_t bytes[ROOM];

            text[at] = (char)other;
            if (text[at] != kept && decode(text) == 7) {
                base64_decode(bytes, sizeof bytes, text, strlen(text),
                              sodium_base64_VARIANT_ORIGINAL);
                assert_memory_not_equal(bytes, "secret!", 7);
            }
        }
        text[at] = kept;
    }
}

static void padding_spare_bits_spaces_and_bytes_beyond_ascii_are_refused(void **state)
{
    static const char *const texts[] = {
        "", "A", "AA", "AAA", "AA=", "AB==", "AAA ", " AAAA", "AA\nAA", "AAAA=", "-_-_", "AAA\xc1"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(decode(texts[i]), 0);
    }
    for (int byte = 128; byte < 256; byte++) {
        char text[] = "AAAA";

        text[3] = (char)byte;
        assert_int_equal(decode(text), 0);
    }
    assert_int_equal(decode("AA=="), 1); /* control */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_printed_comes_back),
        cmocka_unit_test(no_other_text_gives_the_same_bytes),
        cmocka_unit_test(padding_spare_bits_spaces_and_bytes_beyond_ascii_are_refused),
    };

    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
