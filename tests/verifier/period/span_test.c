#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verifier/period/span.h"

static void a_period_is_days_instants_or_seconds(void **state)
{
    static const struct {
        const char *text;
        int64_t from_s, to_s;
    } rows[] = {
        {"1970-01-01..1970-01-01", 0, 86399},
        {"0..0", 0, 0},
        {"2026-01-01..2026-03-31", 1767225600, 1775001599},
        {"2024-02-29..1709251200", 1709164800, 1709251200},
        {"2026-01-01T00:00:00Z..2026-01-01T00:00:01Z", 1767225600, 1767225601},
        {"1767225600..9999-12-31", 1767225600, 253402300799},
    };
    struct span span;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(span_parse(&span, rows[i].text), POBF_OK);
        assert_int_equal(span.from_s, rows[i].from_s);
        assert_int_equal(span.to_s, rows[i].to_s);
    }
}

static void what_is_no_period_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "..",
        "1",
        "1..",
        "..1",
        "2..1",
        "-1..2",
        "+1..2",
        " 1..2",
        "1..2 ",
        "1...2",
        "2026-1-1..2026-01-02",
        "2026-02-29..2026-03-01",
        "2026-13-01..2027-01-01",
        "2026-01-01 ..2026-01-02",
        "2026-01-01T24:00:00Z..2026-01-03",
        "2026-01-01T00:00:00..2026-01-03",
        "1969-12-31..1970-01-01",
        "0..253402300800",
        "0..18446744073709551617",
        "00000000000000000000000000000000..1",
    };
    struct span span;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        span = (struct span){1, 1};
        assert_int_equal(span_parse(&span, rows[i]), POBF_E_USAGE);
        assert_int_equal(span.from_s | span.to_s, 0);
    }
}

static void an_instant_is_printed_as_it_is_read(void **state)
{
    char text[SPAN_TEXT];

    (void)state;
    span_print(text, 1767225600);
    assert_string_equal(text, "2026-01-01T00:00:00Z");
    span_print(text, INT64_MAX);
    assert_string_equal(text, "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_period_is_days_instants_or_seconds),
        cmocka_unit_test(what_is_no_period_is_refused),
        cmocka_unit_test(an_instant_is_printed_as_it_is_read),
    };

    return cmocka_run_group_tests_name("verifier/period/span", tests, NULL, NULL);
}
