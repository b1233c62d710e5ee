#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/report/words.h"

static void expect(const char *template, const char *filled)
{
    json_t *facts =
        json_pack("{s:s, s:I, s:I, s:b, s:b, s:I}", "word", "one {two}", "number", (json_int_t)42,
                  "one", (json_int_t)1, "yes", 1, "no", 0, "at", (json_int_t)1798761599);
    char *text = words_fill(template, facts);

    assert_string_equal(text, filled);
    free(text);
    json_decref(facts);
}

static void holes_are_filled_from_the_facts(void **state)
{
    (void)state;
    expect("", "");
    expect("no hole", "no hole");
    expect("{number} of {number}", "42 of 42");
    expect("{at:time}", "2026-12-31T23:59:59Z");
    expect("{number:call|calls}, {one:call|calls}", "42 calls, 1 call");
    expect("{yes?gone|NOT gone}, {no?gone|NOT gone}", "gone, NOT gone");
}

/* What is not there is never "yes", and a fact is never a template. */
static void what_is_not_there_is_nothing_good(void **state)
{
    (void)state;
    expect("{none}, {none:time}, {none?gone|NOT gone}", "-, -, NOT gone");
    expect("{word?gone|NOT gone}", "NOT gone");
    expect("{word:time}", "-");
    expect("{none:call|calls}", "- calls");
    expect("{word}", "one {two}");
    expect("an open {number", "an open 42");
    expect("{", "-");
}

static void every_row_has_a_section_with_a_heading(void **state)
{
    json_t *tables = words_json();
    const json_t *words = json_object_get(tables, "words");
    size_t index;
    json_t *row;

    (void)state;
    assert_non_null(words);
    json_array_foreach(json_object_get(tables, "rows"), index, row)
    {
        assert_non_null(json_object_get(words, json_string_value(json_array_get(row, 0))));
    }
    assert_true(index > 10);
    json_decref(tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holes_are_filled_from_the_facts),
        cmocka_unit_test(what_is_not_there_is_nothing_good),
        cmocka_unit_test(every_row_has_a_section_with_a_heading),
    };

    return cmocka_run_group_tests_name("verifier/report/words", tests, NULL, NULL);
}
