#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/wire/cbor_item.h"

/* Is this one item, whole? */
static int is_item(const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;

    pobf_cbor_read_init(&reader, bytes, size);
    pobf_cbor_read_item(&reader);
    return pobf_cbor_read_end(&reader) == POBF_OK;
}

/* {1: [h'00', "a", -1], 18([]): {}, "x": true} */
static const uint8_t sample[] = {0xa3, 0x01, 0x83, 0x41, 0x00, 0x61, 'a',
                                 0x20, 0xd2, 0x80, 0xa0, 0x61, 'x',  0xf5};

static void an_item_is_read_with_all_that_is_inside(void **state)
{
    (void)state;
    assert_true(is_item(sample, sizeof sample));
}

static void every_truncation_and_every_byte_more_fails(void **state)
{
    uint8_t longer[sizeof sample + 1] = {0};

    (void)state;
    for (size_t size = 0; size < sizeof sample; size++) {
        assert_false(is_item(sample, size));
    }
    memcpy(longer, sample, sizeof sample);
    assert_false(is_item(longer, sizeof longer));
}

static const struct {
    const char *name;
    uint8_t bytes[9];
    size_t size;
} refused[] = {
    {"a longer head", {0x18, 0x17}, 2},
    {"a longer length", {0x58, 0x01, 0x00}, 3},
    {"an indefinite array", {0x9f, 0xff}, 2},
    {"an indefinite map", {0xbf, 0xff}, 2},
    {"an indefinite string", {0x5f, 0x41, 0x00, 0xff}, 4},
    {"a break", {0xff}, 1},
    {"half a float", {0xf9, 0x3c, 0x00}, 3},
    {"undefined", {0xf7}, 1},
    {"a simple value", {0xe0}, 1},
    {"an array of 2^64 - 1", {0x9b, 255, 255, 255, 255, 255, 255, 255, 255}, 9},
    {"a map of 2^63 pairs", {0xbb, 128, 0, 0, 0, 0, 0, 0, 0}, 9},
    {"a string of 2^64 - 1", {0x5b, 255, 255, 255, 255, 255, 255, 255, 255}, 9},
    {"a tag of nothing", {0xc1}, 1},
};

static void what_has_another_form_or_cannot_be_whole_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (is_item(refused[i].bytes, refused[i].size)) {
            fail_msg("%s was read", refused[i].name);
        }
    }
}

/* Arrays in arrays, a million deep: no stack is used up, and a missing end is noticed. */
static void a_bomb_ends(void **state)
{
    enum { DEEP = 1000000 };
    static uint8_t bomb[DEEP + 1];

    (void)state;
    memset(bomb, 0x81, DEEP);
    bomb[DEEP] = 0x00;
    assert_true(is_item(bomb, DEEP + 1));
    assert_false(is_item(bomb, DEEP));
    memset(bomb, 0x9a, 5); /* and wide ones */
    assert_false(is_item(bomb, DEEP + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_read_with_all_that_is_inside),
        cmocka_unit_test(every_truncation_and_every_byte_more_fails),
        cmocka_unit_test(what_has_another_form_or_cannot_be_whole_is_refused),
        cmocka_unit_test(a_bomb_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
