/*
 * RFC 8949, appendix A: all 82 items. SOURCE: cbor/SOURCE.md beside the vectors. What deterministic
 * CBOR without floating point allows is read, and written again as the same bytes; the rest is
 * rejected, for a reason that is listed here.
 */
#include "tests/vectors/vectors.h"

#include "tests/framework/wire/walk.h"

enum { ITEMS = 82, READ = 44 };

/* Why an item is not read, and what its encoding has at its head or inside it; NULL where it is. */
static const char *why_rejected(const char *hex)
{
    static const struct {
        const char *start;
        const char *why;
    } rejected[] = {
        {"f9", "floating point"},
        {"fa", "floating point"},
        {"fb", "floating point"},
        {"c1fb", "floating point in a tag"},
        {"f7", "undefined"},
        {"f0", "a simple value that is not assigned"},
        {"f818", "a simple value that is reserved"},
        {"f8ff", "a simple value that is not assigned"},
        {"5f", "a byte string of indefinite length"},
        {"7f", "a text string of indefinite length"},
        {"9f", "an array of indefinite length"},
        {"83018202039f", "an array of indefinite length in an array"},
        {"83019f", "an array of indefinite length in an array"},
        {"bf", "a map of indefinite length"},
        {"826161bf", "a map of indefinite length in an array"},
    };

    for (size_t i = 0; i < sizeof rejected / sizeof rejected[0]; i++) {
        if (strncmp(hex, rejected[i].start, strlen(rejected[i].start)) == 0) {
            return rejected[i].why;
        }
    }
    return NULL;
}

/* The file has numbers beyond 64 bits, which jansson takes as reals only. */
static json_t *load_items(void)
{
    char path[512];
    FILE *file;
    json_t *items;

    snprintf(path, sizeof path, "%s/cbor/appendix_a.json", vectors_folder());
    file = fopen(path, "r");
    if (file == NULL) {
        printf("SKIP: no cbor/appendix_a.json: set POBF_VECTORS to the folder that holds it\n");
        skip();
    }
    items = json_loadf(file, JSON_DECODE_INT_AS_REAL, NULL);
    fclose(file);
    assert_int_equal(json_array_size(items), ITEMS);
    return items;
}

/* Read an item and write it again. 1 where it was read whole. */
static int read_and_write(uint8_t *out, size_t room, const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;
    struct pobf_cbor_writer writer;
    size_t out_size;

    pobf_cbor_read_init(&reader, bytes, size);
    pobf_cbor_write_init(&writer, out, room);
    if (!walk(&reader, &writer) || pobf_cbor_read_end(&reader) != POBF_OK) {
        return 0;
    }
    assert_int_equal(pobf_cbor_write_end(&writer, &out_size), POBF_OK);
    assert_int_equal(out_size, size);
    return 1;
}

static void all_items_of_appendix_a_are_read_or_rejected_for_a_listed_reason(void **state)
{
    json_t *items = load_items();
    size_t index;
    json_t *item;
    size_t read = 0;

    (void)state;
    json_array_foreach(items, index, item)
    {
        uint8_t bytes[64];
        uint8_t again[64];
        const size_t size = vectors_bytes(bytes, sizeof bytes, item, "hex");
        const int wanted = why_rejected(vectors_text(item, "hex")) == NULL;

        assert_int_equal(read_and_write(again, sizeof again, bytes, size), wanted);
        if (wanted) {
            assert_true(json_is_true(json_object_get(item, "roundtrip")));
            assert_memory_equal(again, bytes, size);
            read++;
        }
    }
    assert_int_equal(read, READ);
    json_decref(items);
}

static void every_item_cut_or_made_longer_is_rejected(void **state)
{
    json_t *items = load_items();
    size_t index;
    json_t *item;

    (void)state;
    json_array_foreach(items, index, item)
    {
        uint8_t bytes[64] = {0};
        uint8_t again[64];
        const size_t size = vectors_bytes(bytes, sizeof bytes - 1, item, "hex");

        for (size_t cut = 0; cut < size; cut++) {
            assert_false(read_and_write(again, sizeof again, bytes, cut));
        }
        assert_false(read_and_write(again, sizeof again, bytes, size + 1));
    }
    json_decref(items);
}

static void whole_numbers_have_the_value_that_the_appendix_gives(void **state)
{
    json_t *items = load_items();
    size_t index;
    json_t *item;
    size_t count = 0;

    (void)state;
    json_array_foreach(items, index, item)
    {
        uint8_t bytes[64];
        const size_t size = vectors_bytes(bytes, sizeof bytes, item, "hex");
        const enum pobf_cbor_major major = (enum pobf_cbor_major)(bytes[0] >> 5);
        uint64_t number;

        if (major != POBF_CBOR_UINT && major != POBF_CBOR_NEGATIVE) {
            continue;
        }
        assert_int_equal(pobf_cbor_head_parse(&number, bytes, size, major), size);
        const double value = major == POBF_CBOR_UINT ? (double)number : -1.0 - (double)number;
        assert_true(value == json_real_value(json_object_get(item, "decoded")));
        count++;
    }
    assert_int_equal(count, 16);
    json_decref(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_items_of_appendix_a_are_read_or_rejected_for_a_listed_reason),
        cmocka_unit_test(every_item_cut_or_made_longer_is_rejected),
        cmocka_unit_test(whole_numbers_have_the_value_that_the_appendix_gives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
