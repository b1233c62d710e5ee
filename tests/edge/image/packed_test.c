/* A directory of packed files is somebody else's: what is shown of it is so, or nothing is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "edge/image/packed.h"
#include "framework/wire/manifest.h"

enum { COUNT = 3, BYTES_AT = IMAGE_FILES_AT + COUNT * sizeof(struct image_file), BYTES = 16 };
#define ADDRESS UINT64_C(0x10001000)

struct constants {
    uint8_t note[IMAGE_FILES_AT];
    struct image_file files[COUNT];
    uint8_t bytes[BYTES];
};

static struct constants good(void)
{
    struct constants constants = {
        .files = {{"a-", ADDRESS + BYTES_AT, 0},
                  {"a/b", ADDRESS + BYTES_AT, 3},
                  {"c", ADDRESS + BYTES_AT + 3, BYTES - 3}},
        .bytes = "abc",
    };

    return constants;
}

static enum pobf_status list(json_t **files, const struct constants *constants, size_t size,
                             uint64_t count)
{
    const struct packed_constants packed = {(const uint8_t *)constants, size, ADDRESS};

    return packed_list(files, &packed, count);
}

static void a_directory_is_told_with_sizes_and_digests(void **state)
{
    const struct constants constants = good();
    json_t *files;
    const json_t *file;

    (void)state;
    assert_int_equal(list(&files, &constants, sizeof constants, COUNT), POBF_OK);
    assert_int_equal(json_array_size(files), COUNT);
    file = json_array_get(files, 1);
    assert_string_equal(json_string_value(json_object_get(file, "path")), "a/b");
    assert_int_equal(json_integer_value(json_object_get(file, "size")), 3);
    /* SHA-256 of "abc": FIPS 180-4, example B.1 */
    assert_string_equal(json_string_value(json_object_get(file, "sha256")),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    json_decref(files);
    assert_int_equal(list(&files, &constants, 0, 0), POBF_OK);
    assert_int_equal(json_array_size(files), 0);
    json_decref(files);
}

/* Spoil one thing in a directory that is good, and it is none. */
#define assert_none(spoil)                                                                         \
    do {                                                                                           \
        struct constants constants = good();                                                       \
        struct image_file *f = constants.files;                                                    \
        uint64_t count = COUNT;                                                                    \
        json_t *files;                                                                             \
        spoil;                                                                                     \
        assert_int_equal(list(&files, &constants, sizeof constants, count), POBF_E_INPUT);         \
        assert_null(files);                                                                        \
        (void)f;                                                                                   \
    } while (0)

static void what_is_not_among_the_constants_is_not_shown(void **state)
{
    (void)state;
    assert_none(f[2].size++);
    assert_none(f[2].size = UINT64_MAX);
    assert_none(f[2].address++);
    assert_none(f[2].address = ADDRESS - 1);
    assert_none(f[2].address = UINT64_MAX);
    assert_none(f[2].address = 0);
    assert_none(count = COUNT + 1);
    assert_none(count = UINT64_MAX);
    assert_none(count = IMAGE_FILES_MAX + 1);
}

static void a_path_twice_out_of_order_or_under_a_file_is_refused(void **state)
{
    (void)state;
    assert_none(memcpy(f[2].path, "a/b", 4));
    assert_none(memcpy(f[0].path, "b", 2));
    assert_none(memcpy(f[0].path, "a", 2)); /* of which a/b would be below */
}

static void a_path_that_leads_elsewhere_or_speaks_to_a_terminal_is_refused(void **state)
{
    static const char *const paths[] = {"",    "/x",     "x/",    "x//y",    ".",
                                        "..",  "x/..",   "x/./y", "../x",    "x y",
                                        "x\n", "x\x1b[", "x\x7f", "\xc3\xa9"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_none(memset(f[2].path, 0, IMAGE_PATH_ROOM);
                    memcpy(f[2].path, paths[i], strlen(paths[i])));
        assert_false(packed_is_path(paths[i]));
    }
    assert_none(f[2].path[IMAGE_PATH_ROOM - 1] = 'x');
    assert_none(memset(f[2].path, 'x', IMAGE_PATH_ROOM));
    assert_true(packed_is_path("..x/.y/z..\"\\$"));
}

static void constants_that_end_anywhere_too_early_are_refused(void **state)
{
    const struct constants constants = good();

    (void)state;
    for (size_t size = 0; size < sizeof constants; size++) {
        json_t *files;

        assert_int_equal(list(&files, &constants, size, COUNT), POBF_E_INPUT);
        assert_null(files);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_directory_is_told_with_sizes_and_digests),
        cmocka_unit_test(what_is_not_among_the_constants_is_not_shown),
        cmocka_unit_test(a_path_twice_out_of_order_or_under_a_file_is_refused),
        cmocka_unit_test(a_path_that_leads_elsewhere_or_speaks_to_a_terminal_is_refused),
        cmocka_unit_test(constants_that_end_anywhere_too_early_are_refused),
    };

    return cmocka_run_group_tests_name("edge/image/packed", tests, NULL, NULL);
}
