/* What function.ld lets through, and what it does not. */
#include "tests/enclave/harness.h"

#include "enclave/image/image.h"

static const struct harness_limits limits = {
    .deadline_ms = 100, .input_max = 100, .output_max = 100, .arena = 4096, .stack = 16384};

static uint8_t *read_image(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(1 << 20);

    assert_non_null(file);
    assert_non_null(bytes);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void an_image_is_what_the_parser_wants(void **state)
{
    char path[HARNESS_PATH_ROOM];
    struct image image;
    size_t size;
    uint8_t *bytes;

    (void)state;
    assert_int_equal(harness_build(path, "keep", &limits), 0);
    bytes = read_image(path, &size);
    assert_int_equal(image_parse(&image, bytes, size), POBF_OK);
    assert_string_equal(image.manifest.name, "keep");
    assert_int_equal(image.manifest.deadline_ms, limits.deadline_ms);
    assert_int_equal(image.manifest.arena, limits.arena);
    assert_true(image.data.file_size >= 16384); /* its variables that are not zero */
    assert_true(image.data.memory_size >= image.data.file_size + 16384);
    free(bytes);
}

static void variables_that_all_begin_as_zero_stand_in_the_zone(void **state)
{
    char path[HARNESS_PATH_ROOM];
    struct image image;
    size_t size;
    uint8_t *bytes;

    (void)state;
    assert_int_equal(harness_build(path, "zeros", &limits), 0);
    bytes = read_image(path, &size);
    assert_int_equal(image_parse(&image, bytes, size), POBF_OK);
    assert_int_equal(image.data.file_size, 0);
    assert_true(image.data.memory_size >= 5000);
    free(bytes);
}

static void the_same_source_gives_the_same_bytes(void **state)
{
    char path[HARNESS_PATH_ROOM];
    size_t sizes[2];
    uint8_t *images[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(harness_build(path, "keep", &limits), 0);
        images[i] = read_image(path, &sizes[i]);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(images[0], images[1], sizes[0]);
    free(images[0]);
    free(images[1]);
}

static void what_has_no_place_in_a_function_does_not_link(void **state)
{
    char path[HARNESS_PATH_ROOM];

    (void)state;
    print_message("two errors of the linker follow, they are wanted:\n");
    assert_int_not_equal(harness_build(path, "thread_local", &limits), 0);
    assert_int_not_equal(harness_build(path, "constructor", &limits), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_is_what_the_parser_wants),
        cmocka_unit_test(variables_that_all_begin_as_zero_stand_in_the_zone),
        cmocka_unit_test(the_same_source_gives_the_same_bytes),
        cmocka_unit_test(what_has_no_place_in_a_function_does_not_link),
    };

    return cmocka_run_group_tests_name("enclave/function", tests, NULL, NULL);
}
