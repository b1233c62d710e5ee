#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/wire/cbor_write.h"

/* [1000, h'0102', "ab"] */
static const uint8_t sample[] = {0x83, 0x19, 0x03, 0xe8, 0x42, 0x01, 0x02, 0x62, 'a', 'b'};

static void write_sample(struct pobf_cbor_writer *writer, uint8_t *out, size_t room)
{
    pobf_cbor_write_init(writer, out, room);
    pobf_cbor_write_head(writer, POBF_CBOR_ARRAY, 3);
    pobf_cbor_write_head(writer, POBF_CBOR_UINT, 1000);
    pobf_cbor_write_string(writer, POBF_CBOR_BYTES, sample + 5, 2);
    pobf_cbor_write_string(writer, POBF_CBOR_TEXT, sample + 8, 2);
}

static void what_fits_is_written(void **state)
{
    struct pobf_cbor_writer writer;
    uint8_t out[sizeof sample];
    size_t size;

    (void)state;
    write_sample(&writer, out, sizeof out);
    assert_int_equal(pobf_cbor_write_end(&writer, &size), POBF_OK);
    assert_int_equal(size, sizeof sample);
    assert_memory_equal(out, sample, sizeof sample);
}

static void what_does_not_fit_leaves_zeros_and_writes_nothing_beyond_its_room(void **state)
{
    static const uint8_t zeros[sizeof sample] = {0};

    (void)state;
    for (size_t room = 0; room < sizeof sample; room++) {
        struct pobf_cbor_writer writer;
        uint8_t out[sizeof sample + 1];
        size_t size = 7;

        memset(out, 0xa5, sizeof out);
        write_sample(&writer, out, room);
        assert_int_equal(pobf_cbor_write_end(&writer, &size), POBF_E_SPACE);
        assert_int_equal(size, 0);
        assert_memory_equal(out, zeros, room);
        for (size_t i = room; i < sizeof out; i++) {
            assert_int_equal(out[i], 0xa5);
        }
    }
}

static void a_full_writer_takes_nothing_more_even_if_it_would_fit(void **state)
{
    struct pobf_cbor_writer writer;
    uint8_t out[2];
    size_t size;

    (void)state;
    pobf_cbor_write_init(&writer, out, sizeof out);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, 1000);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, 1);
    pobf_cbor_write_string(&writer, POBF_CBOR_TEXT, sample, 0);
    assert_int_equal(writer.size, 0);
    assert_int_equal(pobf_cbor_write_end(&writer, &size), POBF_E_SPACE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_written),
        cmocka_unit_test(what_does_not_fit_leaves_zeros_and_writes_nothing_beyond_its_room),
        cmocka_unit_test(a_full_writer_takes_nothing_more_even_if_it_would_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
