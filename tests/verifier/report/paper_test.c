#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/report/paper.h"

static const char hostile[] = "\x1b[2J<script>alert(\"1\")</script>\r\n&\x7f\xc3\xa9";

static char *print(enum paper_form form)
{
    static const struct paper_column columns[] = {{"a", 10}, {"b", 12}};
    const char *const cells[] = {hostile, "words that are to be wrapped"};
    struct paper *paper;
    char *text;
    size_t size;

    assert_int_equal(paper_open(&paper, form, hostile), POBF_OK);
    paper_verdict(paper, PAPER_GOOD, hostile, hostile);
    paper_heading(paper, hostile);
    paper_fact(paper, hostile, hostile);
    paper_item(paper, PAPER_BAD, hostile);
    paper_table(paper, columns, 2);
    paper_row(paper, PAPER_OPEN, cells);
    paper_row(paper, PAPER_PLAIN, cells);
    paper_say(paper, hostile);
    paper_code(paper, hostile);
    assert_int_equal(paper_close(paper, &text, &size), POBF_OK);
    assert_int_equal(size, strlen(text));
    return text;
}

static void nothing_that_is_given_moves_the_cursor(void **state)
{
    char *text = print(PAPER_TEXT);

    (void)state;
    for (const char *at = text; *at != '\0'; at++) {
        assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
    }
    assert_non_null(strstr(text, "<script>")); /* as it is: text has no markup */
    free(text);
}

static size_t count(const char *text, const char *what)
{
    size_t found = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what)) {
        found++;
    }
    return found;
}

static void nothing_that_is_given_becomes_markup(void **state)
{
    char *text = print(PAPER_HTML);

    (void)state;
    assert_int_equal(count(text, "<script"), 0);
    assert_true(count(text, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;??&amp;") > 8);
    assert_int_equal(count(text, "<table>"), count(text, "</table>"));
    assert_int_equal(count(text, "<table>"), 2);
    assert_int_equal(count(text, "<ul>"), count(text, "</ul>"));
    assert_int_equal(count(text, "<h1>"), 1);
    free(text);
}

static void cells_wrap_at_words_and_lines_have_no_end_of_blanks(void **state)
{
    static const struct paper_column columns[] = {{"a", 10}, {"b", 12}};
    const char *const cells[] = {"0123456789abcdef", "words that are to be wrapped"};
    struct paper *paper;
    char *text;
    size_t size;

    (void)state;
    assert_int_equal(paper_open(&paper, PAPER_TEXT, "title"), POBF_OK);
    paper_table(paper, columns, 2);
    paper_row(paper, PAPER_PLAIN, cells);
    assert_int_equal(paper_close(paper, &text, &size), POBF_OK);
    assert_string_equal(text, "  a          b\n"
                              "  0123456789 words that\n"
                              "  abcdef     are to be\n"
                              "             wrapped\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_is_given_moves_the_cursor),
        cmocka_unit_test(nothing_that_is_given_becomes_markup),
        cmocka_unit_test(cells_wrap_at_words_and_lines_have_no_end_of_blanks),
    };

    return cmocka_run_group_tests_name("verifier/report/paper", tests, NULL, NULL);
}
