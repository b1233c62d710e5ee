#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "edge/cli/object.h"

static void expect(const char *path, const char *text)
{
    json_t *value = object_path(path);

    assert_string_equal(json_string_value(value), text);
    json_decref(value);
}

static void the_name_of_any_file_can_be_told(void **state)
{
    (void)state;
    expect("", "");
    expect("a/b c", "a/b c");
    expect("\xc3\xa9.image", "\xc3\xa9.image");
    expect("k\xff\xc3(", "k\\xff\\xc3(");
}

static void what_could_not_be_made_is_no_empty_line(void **state)
{
    (void)state;
    object_print(json_pack("{s:i}", "one", 1));
    assert_false(object_failed());
    object_print(json_pack("{s:s}", "name", "\xff"));
    assert_true(object_failed());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_of_any_file_can_be_told),
        cmocka_unit_test(what_could_not_be_made_is_no_empty_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
