#include "framework/wire/component.h"
#include "tests/framework/wire/spoil.h"

enum { TYPE = 1, MEASUREMENT = 2, VERSION = 4, SIGNER = 5, ALGORITHM = 6 };

static uint8_t bytes[FOREIGN_ROOM];
static struct pobf_cbor_writer writer;
static struct pobf_component component;

static void begin(size_t count)
{
    pobf_cbor_write_init(&writer, bytes, sizeof bytes);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, count);
}

static void print_component(size_t measurement, size_t signer)
{
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 2);
    foreign_claim(&writer, MEASUREMENT, 0x20, measurement);
    foreign_claim(&writer, SIGNER, 0x30, signer);
}

static int reads(size_t index)
{
    const struct pobf_span whole = {0, foreign_end(&writer)};

    return pobf_component_read(&component, bytes, &whole, index);
}

static size_t count(void)
{
    const struct pobf_span whole = {0, foreign_end(&writer)};

    return pobf_component_count(bytes, &whole);
}

static void assert_is(const struct pobf_span *span, uint8_t first, size_t size)
{
    assert_int_equal(span->size, size);
    assert_int_equal(bytes[span->at], first);
    assert_int_equal(bytes[span->at + size - 1], first);
}

static void digests_are_of_three_sizes(void **state)
{
    (void)state;
    for (size_t size = 0; size < 100; size++) {
        assert_int_equal(pobf_component_is_digest(size) != 0,
                         size == 32 || size == 48 || size == 64);
    }
}

static void every_claim_is_found_under_its_key(void **state)
{
    (void)state;
    begin(2);
    print_component(32, 64);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 5);
    foreign_claim_text(&writer, TYPE, "t");
    foreign_claim(&writer, MEASUREMENT, 0x21, 48);
    foreign_claim_text(&writer, VERSION, "v");
    foreign_claim(&writer, SIGNER, 0x31, 32);
    foreign_claim_text(&writer, ALGORITHM, "a");
    assert_int_equal(count(), 2);
    assert_int_equal(reads(0), 1);
    assert_is(&component.measurement, 0x20, 32);
    assert_is(&component.signer, 0x30, 64);
    assert_int_equal(component.type.size + component.version.size + component.algorithm.size, 0);
    assert_int_equal(reads(1), 1);
    assert_is(&component.measurement, 0x21, 48);
    assert_is(&component.signer, 0x31, 32);
    assert_is(&component.type, 't', 1);
    assert_is(&component.version, 'v', 1);
    assert_is(&component.algorithm, 'a', 1);
    assert_int_equal(reads(2), 0);
}

static void what_is_no_digest_is_no_component(void **state)
{
    static const size_t sizes[][2] = {{31, 32}, {32, 31}, {40, 32}, {32, 40}, {65, 32}, {32, 65}};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        begin(2);
        print_component(32, 32);
        print_component(sizes[i][0], sizes[i][1]);
        assert_int_equal(reads(0), 1);
        assert_int_equal(reads(1), 0);
        assert_int_equal(count(), 0);
    }
}

static void a_claim_of_another_type_is_refused(void **state)
{
    static const int64_t keys[] = {TYPE, VERSION, ALGORITHM};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        begin(1);
        pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 3);
        foreign_claim(&writer, MEASUREMENT, 0x20, 32);
        foreign_claim(&writer, SIGNER, 0x30, 32);
        foreign_number(&writer, keys[i], 1);
        assert_int_equal(reads(0), 0);
    }
}

static void measurement_and_signer_must_be_there(void **state)
{
    static const int64_t keys[] = {MEASUREMENT, SIGNER};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(1);
        pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
        foreign_claim(&writer, keys[i], 0x20, 32);
        assert_int_equal(reads(0), 0);
    }
}

static void as_many_as_there_may_be_and_no_more(void **state)
{
    (void)state;
    for (size_t most = 32; most <= 33; most++) {
        begin(most);
        for (size_t i = 0; i < most; i++) {
            print_component(32, 32);
        }
        assert_int_equal(count(), most == 32 ? 32 : 0);
    }
    begin(0);
    assert_int_equal(count(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_of_three_sizes),
        cmocka_unit_test(every_claim_is_found_under_its_key),
        cmocka_unit_test(what_is_no_digest_is_no_component),
        cmocka_unit_test(a_claim_of_another_type_is_refused),
        cmocka_unit_test(measurement_and_signer_must_be_there),
        cmocka_unit_test(as_many_as_there_may_be_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
