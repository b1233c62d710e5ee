#include "tests/verifier/appraisal/fixture.h"

static struct fixture f;

static int begin(void **state)
{
    (void)state;
    fixture_init(&f);
    return 0;
}

static int is_empty(const struct exchange *exchange)
{
    return sodium_is_zero((const uint8_t *)exchange, sizeof *exchange);
}

static void what_is_printed_is_parsed(void **state)
{
    struct exchange exchange;

    (void)state;
    assert_true(exchange_is(f.bytes[2], f.input.exchange.size));
    assert_int_equal(exchange_parse(&exchange, f.bytes[2], f.input.exchange.size), POBF_OK);
    assert_memory_equal(exchange.nonce, f.exchange.nonce, sizeof exchange.nonce);
    assert_int_equal(exchange.sealed_answer_size, sizeof f.sealed_answer);
    assert_memory_equal(exchange.sealed_answer, f.sealed_answer, sizeof f.sealed_answer);
    assert_memory_equal(exchange.output_salt, f.exchange.output_salt, POBF_SALT_BYTES);
}

static void every_truncation_and_extension_is_refused_and_leaves_zeros(void **state)
{
    const size_t whole = f.input.exchange.size;

    (void)state;
    for (size_t size = 0; size <= whole + 1; size++) {
        struct exchange exchange;

        if (size != whole) {
            assert_int_equal(exchange_parse(&exchange, f.bytes[2], size), POBF_E_INPUT);
            assert_true(is_empty(&exchange));
        }
    }
}

static void a_room_too_small_is_told_and_zeroed(void **state)
{
    for (size_t room = 0; room < f.input.exchange.size; room += 7) {
        uint8_t out[FIXTURE_ROOM];
        size_t size = 1;

        memset(out, 0xaa, sizeof out);
        assert_int_equal(exchange_print(out, room, &size, &f.exchange), POBF_E_SPACE);
        assert_true(sodium_is_zero(out, room));
        assert_int_equal(size, 0);
        assert_int_equal(out[room], 0xaa);
    }
    (void)state;
}

static void the_stated_overhead_is_enough(void **state)
{
    const size_t room =
        EXCHANGE_OVERHEAD + f.exchange.offer_size + sizeof f.sealed_input + sizeof f.sealed_answer;

    (void)state;
    assert_true(f.input.exchange.size <= room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_printed_is_parsed, begin),
        cmocka_unit_test_setup(every_truncation_and_extension_is_refused_and_leaves_zeros, begin),
        cmocka_unit_test_setup(a_room_too_small_is_told_and_zeroed, begin),
        cmocka_unit_test_setup(the_stated_overhead_is_enough, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
