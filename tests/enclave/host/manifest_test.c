#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "enclave/host/manifest.h"

static const char good[] = "{\"name\":\"f\",\"input_max\":1,\"output_max\":1073741824,\"arena\":0,"
                           "\"stack\":16384,\"deadline_ms\":3600000}";

static struct files files;

static enum pobf_status parse(struct image_manifest *manifest, struct manifest_defect *defect,
                              const char *text, size_t size)
{
    memset(manifest, 0xa5, sizeof *manifest);
    memset(defect, 0xa5, sizeof *defect);
    memset(&files, 0xa5, sizeof files);
    return manifest_parse(manifest, &files, defect, (const uint8_t *)text, size);
}

static void every_limit_at_its_edge_is_taken(void **state)
{
    struct image_manifest manifest;
    struct manifest_defect defect;

    (void)state;
    assert_int_equal(parse(&manifest, &defect, good, sizeof good - 1), POBF_OK);
    assert_int_equal(manifest.version, 3);
    assert_int_equal(manifest.input_max, 1);
    assert_int_equal(manifest.output_max, 1073741824);
    assert_int_equal(manifest.arena, 0);
    assert_int_equal(manifest.stack, 16384);
    assert_int_equal(manifest.deadline_ms, 3600000);
    assert_string_equal(manifest.name, "f");
}

static const char wasi[] =
    "{\"name\":\"f\",\"interface\":\"wasi\",\"input_max\":1,\"output_max\":1,\"memory\":65536,"
    "\"stack\":16384,\"fuel\":7,\"deadline_ms\":1%s}";

/* The manifest above, with more members. */
static enum pobf_status parse_wasi(struct image_manifest *manifest, struct manifest_defect *defect,
                                   const char *more)
{
    char text[4096];

    snprintf(text, sizeof text, wasi, more);
    return parse(manifest, defect, text, strlen(text));
}

static void a_wasi_command_has_memory_fuel_arguments_and_an_environment(void **state)
{
    static const char environment[] = "A=1\0B=two";
    struct image_manifest manifest;
    struct manifest_defect defect;

    (void)state;
    assert_int_equal(parse_wasi(&manifest, &defect, ""), POBF_OK);
    assert_int_equal(manifest.interface, IMAGE_WASI);
    assert_int_equal(manifest.arena, 65536);
    assert_int_equal(manifest.fuel, 7);
    assert_int_equal(manifest.stderr_sealed, 0);
    assert_string_equal(manifest.arguments, "f");
    assert_string_equal(manifest.environment, "");
    assert_int_equal(parse_wasi(&manifest, &defect,
                                ",\"stderr\":\"seal\",\"arguments\":[\"x\",\"y z\"],"
                                "\"environment\":{\"A\":\"1\",\"B\":\"two\"}"),
                     POBF_OK);
    assert_int_equal(manifest.stderr_sealed, 1);
    assert_memory_equal(manifest.arguments, "x\0y z\0", 7);
    assert_memory_equal(manifest.environment, environment, sizeof environment);
    assert_int_equal(parse_wasi(&manifest, &defect, ",\"environment\":{\"B\":\"two\",\"A\":\"1\"}"),
                     POBF_OK);
    assert_memory_equal(manifest.environment, environment, sizeof environment);
}

static void what_a_wasi_command_cannot_have_is_named(void **state)
{
    static const struct {
        const char *more;
        const char *field;
    } cases[] = {
        {",\"arena\":1", "arena"},
        {",\"interface\":\"wasi\"", "pobf.json"},
        {",\"stderr\":\"keep\"", "stderr"},
        {",\"stderr\":1", "stderr"},
        {",\"arguments\":\"x\"", "arguments"},
        {",\"arguments\":[1]", "arguments"},
        {",\"arguments\":[\"\"]", "arguments"},
        {",\"arguments\":[\"a\\u0000b\"]", "pobf.json"},
        {",\"environment\":[]", "environment"},
        {",\"environment\":{\"A\":1}", "environment"},
        {",\"environment\":{\"A=B\":\"1\"}", "environment"},
        {",\"files\":[]", "files"},
    };
    struct image_manifest manifest;
    struct manifest_defect defect;
    char longest[400];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(parse_wasi(&manifest, &defect, cases[i].more), POBF_E_INPUT);
        assert_string_equal(defect.field, cases[i].field);
    }
    snprintf(longest, sizeof longest, ",\"arguments\":[\"%0254d\"]", 0);
    assert_int_equal(parse_wasi(&manifest, &defect, longest), POBF_OK);
    snprintf(longest, sizeof longest, ",\"arguments\":[\"%0255d\"]", 0);
    assert_int_equal(parse_wasi(&manifest, &defect, longest), POBF_OK);
    snprintf(longest, sizeof longest, ",\"arguments\":[\"%0256d\"]", 0);
    assert_int_equal(parse_wasi(&manifest, &defect, longest), POBF_E_INPUT);
    snprintf(longest, sizeof longest, ",\"environment\":{\"A\":\"%0254d\"}", 0);
    assert_int_equal(parse_wasi(&manifest, &defect, longest), POBF_E_INPUT);
}

static void files_are_taken_in_the_order_of_their_paths(void **state)
{
    struct image_manifest manifest;
    struct manifest_defect defect;

    (void)state;
    assert_int_equal(parse_wasi(&manifest, &defect, ""), POBF_OK);
    assert_int_equal(manifest.files, 0);
    assert_int_equal(files.count, 0);
    assert_int_equal(parse_wasi(&manifest, &defect,
                                ",\"files\":{\"words\":\"data/w\",\"a/c\":\"c\",\"a-\":\"x\"}"),
                     POBF_OK);
    assert_int_equal(manifest.files, 3);
    assert_int_equal(files.count, 3);
    assert_string_equal(files.at[0].path, "a-");
    assert_string_equal(files.at[1].path, "a/c");
    assert_string_equal(files.at[2].path, "words");
    assert_string_equal(files.at[2].source, "data/w");
}

static void what_cannot_be_packed_is_named(void **state)
{
    static const char *const cases[] = {
        "[]",
        "{\"\":\"a\"}",
        "{\"/a\":\"a\"}",
        "{\"a/\":\"a\"}",
        "{\"a//b\":\"a\"}",
        "{\"../a\":\"a\"}",
        "{\"a/..\":\"a\"}",
        "{\".\":\"a\"}",
        "{\"a\\n\":\"a\"}",
        "{\"\u00e9\":\"a\"}",
        "{\"a\":1}",
        "{\"a\":\"\"}",
        "{\"a\":\"/etc/passwd\"}",
        "{\"a\":\"../a\"}",
        "{\"a\":\"b/../../a\"}",
        "{\"a\":\"b\",\"a-\":\"b\",\"a/c\":\"b\"}",
    };
    struct image_manifest manifest;
    struct manifest_defect defect;
    char most[64 * 32] = ",\"files\":{\"f\":\"a\"";
    char longest[400];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(longest, sizeof longest, ",\"files\":%s", cases[i]);
        assert_int_equal(parse_wasi(&manifest, &defect, longest), POBF_E_INPUT);
        assert_string_equal(defect.field, "files");
        assert_int_equal(files.count, 0);
    }
    snprintf(longest, sizeof longest, ",\"files\":{\"%0111d\":\"a\"}", 0);
    assert_int_equal(parse_wasi(&manifest, &defect, longest), POBF_OK);
    snprintf(longest, sizeof longest, ",\"files\":{\"%0112d\":\"a\"}", 0);
    assert_int_equal(parse_wasi(&manifest, &defect, longest), POBF_E_INPUT);
    for (size_t i = 1; i < IMAGE_FILES_MAX; i++) {
        snprintf(most + strlen(most), sizeof most - strlen(most), ",\"f%zu\":\"a\"", i);
    }
    snprintf(most + strlen(most), sizeof most - strlen(most), "}");
    assert_int_equal(parse_wasi(&manifest, &defect, most), POBF_OK);
    assert_int_equal(files.count, IMAGE_FILES_MAX);
    snprintf(most + strlen(most) - 1, 16, ",\"g\":\"a\"}");
    assert_int_equal(parse_wasi(&manifest, &defect, most), POBF_E_INPUT);
    assert_string_equal(defect.field, "files");
}

/* And what does not parse leaves no manifest at all, and a defect with a name. */
static void a_manifest_that_is_cut_at_any_byte_is_refused(void **state)
{
    static const struct image_manifest none;
    struct image_manifest manifest;
    struct manifest_defect defect;

    (void)state;
    for (size_t size = 0; size < sizeof good - 1; size++) {
        assert_int_equal(parse(&manifest, &defect, good, size), POBF_E_INPUT);
        assert_memory_equal(&manifest, &none, sizeof none);
        assert_true(defect.field[0] != '\0' && defect.expected[0] != '\0');
        assert_non_null(memchr(defect.seen, '\0', sizeof defect.seen));
    }
}

static void a_defect_is_named_with_what_was_expected_and_seen(void **state)
{
    static const char text[] = "{\"name\":\"f\",\"input_max\":1,\"output_max\":0,\"arena\":0,"
                               "\"stack\":16384,\"deadline_ms\":1}";
    struct image_manifest manifest;
    struct manifest_defect defect;

    (void)state;
    assert_int_equal(parse(&manifest, &defect, text, sizeof text - 1), POBF_E_INPUT);
    assert_string_equal(defect.field, "output_max");
    assert_string_equal(defect.expected, "a whole number, 1 to 1073741824");
    assert_string_equal(defect.seen, "0");
}

static void names_are_letters_digits_and_few_signs(void **state)
{
    static const char *const names[] = {"a", "A-1_b.c", "0", "count"};
    static const char *const no_names[] = {"",   ".",    "..",  "-a",   "a/b",  "a b",
                                           "\"", "a\nb", "a%s", "\xff", "a\\b", "$(a)"};
    char longest[65];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_true(manifest_is_name(names[i]));
    }
    for (size_t i = 0; i < sizeof no_names / sizeof no_names[0]; i++) {
        assert_false(manifest_is_name(no_names[i]));
    }
    memset(longest, 'a', 64);
    longest[64] = '\0';
    assert_false(manifest_is_name(longest));
    longest[63] = '\0';
    assert_true(manifest_is_name(longest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_limit_at_its_edge_is_taken),
        cmocka_unit_test(a_wasi_command_has_memory_fuel_arguments_and_an_environment),
        cmocka_unit_test(what_a_wasi_command_cannot_have_is_named),
        cmocka_unit_test(files_are_taken_in_the_order_of_their_paths),
        cmocka_unit_test(what_cannot_be_packed_is_named),
        cmocka_unit_test(a_manifest_that_is_cut_at_any_byte_is_refused),
        cmocka_unit_test(a_defect_is_named_with_what_was_expected_and_seen),
        cmocka_unit_test(names_are_letters_digits_and_few_signs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
