#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/wire/cbor_head.h"

static const struct {
    uint64_t number;
    size_t size;
    uint8_t bytes[9]; /* of major type 0 */
} heads[] = {
    {0, 1, {0x00}},
    {23, 1, {0x17}},
    {24, 2, {0x18, 0x18}},
    {255, 2, {0x18, 0xff}},
    {256, 3, {0x19, 0x01, 0x00}},
    {65535, 3, {0x19, 0xff, 0xff}},
    {65536, 5, {0x1a, 0x00, 0x01, 0x00, 0x00}},
    {4294967295, 5, {0x1a, 0xff, 0xff, 0xff, 0xff}},
    {4294967296, 9, {0x1b, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00}},
    {0x0102030405060708, 9, {0x1b, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08}},
    {UINT64_MAX, 9, {0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
};
enum { HEADS = sizeof heads / sizeof heads[0] };

static void a_head_is_printed_in_its_shortest_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < HEADS; i++) {
        for (unsigned int major = 0; major < POBF_CBOR_MAJOR_COUNT; major++) {
            uint8_t head[10];
            uint8_t wanted[9];

            memset(head, 0xa5, sizeof head);
            memcpy(wanted, heads[i].bytes, sizeof wanted);
            wanted[0] = (uint8_t)(wanted[0] + 32 * major);
            assert_int_equal(
                pobf_cbor_head_print(head, (enum pobf_cbor_major)major, heads[i].number),
                heads[i].size);
            assert_memory_equal(head, wanted, heads[i].size);
            assert_int_equal(head[heads[i].size], 0xa5);
        }
    }
}

static void a_head_parses_as_its_own_major_type_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < HEADS; i++) {
        for (unsigned int stands = 0; stands < POBF_CBOR_MAJOR_COUNT; stands++) {
            uint8_t head[9];

            memcpy(head, heads[i].bytes, sizeof head);
            head[0] = (uint8_t)(head[0] + 32 * stands);
            for (unsigned int asked = 0; asked < POBF_CBOR_MAJOR_COUNT; asked++) {
                uint64_t number = 7;
                const size_t size =
                    pobf_cbor_head_parse(&number, head, heads[i].size, (enum pobf_cbor_major)asked);

                assert_int_equal(size, asked == stands ? heads[i].size : 0);
                assert_true(number == (asked == stands ? heads[i].number : 0));
            }
        }
    }
}

static void a_head_cut_short_is_none(void **state)
{
    uint64_t number;

    (void)state;
    for (size_t i = 0; i < HEADS; i++) {
        for (size_t size = 0; size < heads[i].size; size++) {
            assert_int_equal(pobf_cbor_head_parse(&number, heads[i].bytes, size, POBF_CBOR_UINT),
                             0);
        }
    }
}

static void a_head_longer_than_needed_is_none(void **state)
{
    static const struct {
        size_t size;
        uint8_t bytes[9];
    } longer[] = {
        {2, {0x18, 0x00}},
        {2, {0x18, 0x17}},
        {3, {0x19, 0x00, 0xff}},
        {5, {0x1a, 0x00, 0x00, 0xff, 0xff}},
        {9, {0x1b, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff}},
        {9, {0x1b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00}},
    };
    uint64_t number;

    (void)state;
    for (size_t i = 0; i < sizeof longer / sizeof longer[0]; i++) {
        assert_int_equal(
            pobf_cbor_head_parse(&number, longer[i].bytes, longer[i].size, POBF_CBOR_UINT), 0);
    }
}

static void unassigned_and_indefinite_heads_are_none(void **state)
{
    uint64_t number;

    (void)state;
    for (unsigned int first = 0; first < 256; first++) {
        const uint8_t bytes[9] = {(uint8_t)first, 1, 1, 1, 1, 1, 1, 1, 1};

        if (first % 32 >= 28) {
            assert_int_equal(pobf_cbor_head_parse(&number, bytes, sizeof bytes,
                                                  (enum pobf_cbor_major)(first / 32)),
                             0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_printed_in_its_shortest_form),
        cmocka_unit_test(a_head_parses_as_its_own_major_type_only),
        cmocka_unit_test(a_head_cut_short_is_none),
        cmocka_unit_test(a_head_longer_than_needed_is_none),
        cmocka_unit_test(unassigned_and_indefinite_heads_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
