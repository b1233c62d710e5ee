#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "framework/wire/quote_body.h"
#include "tests/framework/wire/quote.h"

_Static_assert(POBF_QUOTE_HEADER_BYTES == 48 && POBF_QUOTE_SGX_BYTES == 384 &&
                   POBF_QUOTE_TD10_BYTES == 584 && POBF_QUOTE_TD15_BYTES == 648 &&
                   POBF_QUOTE_SIGNATURE_BYTES == 64,
               "the sizes are those of the layout");
_Static_assert(POBF_RTMR_COUNT == 4 && POBF_RTMR_BYTES == 48 && POBF_SGX_FLAG_INIT == 1 &&
                   POBF_SGX_FLAG_DEBUG == 2,
               "and those of its body");
_Static_assert(POBF_QUOTE_CERTS_PEM == 5 && POBF_QUOTE_CERTS_QE == 6, "and so are the types");

static const uint8_t certs[] = "certificates";

static const struct quote_wish layouts[] = {
    {3, POBF_QUOTE_SGX, 32, 5, certs, sizeof certs, 0},
    {4, POBF_QUOTE_SGX, 0, 5, certs, sizeof certs, 7},
    {4, POBF_QUOTE_TD10, 32, 5, certs, sizeof certs, 3065},
    {5, POBF_QUOTE_SGX, 1, 1, certs, sizeof certs, 0},
    {5, POBF_QUOTE_TD10, 32, 5, NULL, 0, 1},
    {5, POBF_QUOTE_TD15, 300, 5, certs, sizeof certs, 0},
};

enum { LAYOUTS = sizeof layouts / sizeof layouts[0], ROOM = 8192 };

static uint8_t bytes[ROOM];

static void assert_refused(const uint8_t *at, size_t size)
{
    struct pobf_quote quote;

    memset(&quote, 0xa5, sizeof quote);
    assert_int_equal(pobf_quote_parse(&quote, at, size), POBF_E_INPUT);
    assert_int_equal(quote.version, 0);
    assert_null(quote.header);
    assert_null(quote.certs);
    assert_null(quote.padding);
    assert_int_equal(quote.qe_auth_size, 0);
}

static void every_layout_parses_into_its_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        const size_t size = quote_print(bytes, &layouts[i]);
        const size_t head = layouts[i].version == 5 ? 54 : 48;
        struct pobf_quote quote;

        assert_int_equal(pobf_quote_parse(&quote, bytes, size), POBF_OK);
        assert_int_equal(quote.version, layouts[i].version);
        assert_int_equal(quote.body_type, layouts[i].body);
        assert_ptr_equal(quote.header, bytes);
        assert_ptr_equal(quote.body, bytes + head);
        assert_int_equal(quote.signed_size, head + quote_body_bytes(layouts[i].body));
        assert_int_equal(quote.signature[0], 0x11);
        assert_int_equal(quote.key[63], 0x22);
        assert_int_equal(quote.qe_report[383], 0x33);
        assert_int_equal(quote.qe_signature[63], 0x44);
        assert_int_equal(quote.qe_auth_size, layouts[i].auth_size);
        assert_int_equal(quote.certs_type, layouts[i].certs_type);
        assert_int_equal(quote.certs_size, layouts[i].certs_size);
        assert_int_equal(quote.padding_size, layouts[i].padding_size);
        assert_ptr_equal(quote.padding + quote.padding_size, bytes + size);
    }
}

/* In memory that ends where the quote is cut: a read beyond it would be seen by a sanitizer. */
static void every_quote_that_is_cut_short_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        const size_t size = quote_print(bytes, &layouts[i]) - layouts[i].padding_size;

        for (size_t cut = 0; cut < size; cut++) {
            uint8_t *copy = malloc(cut + 1);

            memcpy(copy, bytes, cut);
            assert_refused(copy, cut);
            free(copy);
        }
    }
}

/* The bytes of a version 4 quote that say what follows: each other value is another layout. */
static void what_does_not_fit_together_is_refused(void **state)
{
    const size_t data = 48 + POBF_QUOTE_TD10_BYTES, qe = data + 4 + 128;
    const size_t numbers[] = {0,  1,      4,      5,      data,         data + 1,        data + 3,
                              qe, qe + 1, qe + 2, qe + 5, qe + 6 + 448, qe + 6 + 448 + 1};
    struct quote_wish wish = layouts[2];

    (void)state;
    wish.padding_size = 0;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const size_t size = quote_print(bytes, &wish);

        bytes[numbers[i]] = (uint8_t)(bytes[numbers[i]] + 1);
        assert_refused(bytes, size);
        bytes[numbers[i]] = 0xff;
        assert_refused(bytes, size);
    }
}

static void a_version_5_quote_announces_the_size_of_its_type(void **state)
{
    const size_t size = quote_print(bytes, &layouts[5]);

    (void)state;
    for (unsigned int value = 0; value < 256; value++) {
        bytes[48] = (uint8_t)value;
        if (value != POBF_QUOTE_TD15) {
            assert_refused(bytes, size);
        }
    }
    bytes[48] = POBF_QUOTE_TD15;
    bytes[50] ^= 1;
    assert_refused(bytes, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_parses_into_its_parts),
        cmocka_unit_test(every_quote_that_is_cut_short_is_refused),
        cmocka_unit_test(what_does_not_fit_together_is_refused),
        cmocka_unit_test(a_version_5_quote_announces_the_size_of_its_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
