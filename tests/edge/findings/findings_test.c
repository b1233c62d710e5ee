#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "edge/cli/file.h"
#include "edge/cli/scratch.h"
#include "edge/findings/goals.h"

static char folder[PLACE_ROOM];
static char path[PLACE_ROOM + 16];

static int open_folder(void **state)
{
    (void)state;
    if (scratch_open(folder, "pobf-findings") != POBF_OK) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/x", folder);
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    scratch_close(folder);
    return 0;
}

static void write_file(const char *ending, const char *text)
{
    char whole[PLACE_ROOM + 32];

    snprintf(whole, sizeof whole, "%s%s", path, ending);
    assert_int_equal(file_write(whole, (const uint8_t *)text, strlen(text), 0), POBF_OK);
}

static void assert_holds(const char *text)
{
    uint8_t *bytes;
    size_t size;

    assert_int_equal(file_read(&bytes, &size, path, 1 << 20), POBF_OK);
    if (strstr((char *)bytes, text) == NULL) {
        fail_msg("%s is not in %s", text, (char *)bytes);
    }
    file_free(bytes, size);
}

/* One that holds, and one that does not, with all that a format could read as its own. */
static json_t *make_list(void)
{
    json_t *list = json_array();

    findings_add(list, &(struct finding){.rule = "a", .name = "b", .message = "c", .holds = 1});
    findings_add(list, &(struct finding){.rule = "post<condition>",
                                         .name = "f: \"label\"",
                                         .file = "a folder/f#1.c",
                                         .line = 7,
                                         .message = "x && y\n\x01 \xff"});
    return list;
}

static void names_cannot_leave_their_place(void **state)
{
    json_t *list = make_list();
    const struct findings_report report = {"tool <1>", list, 1};

    (void)state;
    assert_int_equal(findings_failed(list), 1);
    assert_int_equal(findings_junit(path, &report), POBF_OK);
    assert_holds("tests=\"2\" failures=\"1\" errors=\"0\"");
    assert_holds("<testcase classname=\"post&lt;condition&gt;\" name=\"f: &quot;label&quot;\" "
                 "file=\"a folder/f#1.c\" line=\"7\"><failure message=\"(no UTF-8)\"/>");
    assert_int_equal(findings_sarif(path, &report), POBF_OK);
    assert_holds("\"uri\": \"a%20folder/f%231.c\"");
    assert_holds("\"startLine\": 7");
    json_decref(list);
}

static void what_could_not_be_told_has_no_result(void **state)
{
    json_t *list = make_list();
    const struct findings_report report = {"tool", list, 0};

    (void)state;
    assert_int_equal(findings_junit(path, &report), POBF_OK);
    assert_holds("tests=\"1\" failures=\"0\" errors=\"1\"");
    assert_int_equal(findings_sarif(path, &report), POBF_OK);
    assert_holds("\"results\": []");
    assert_holds("\"executionSuccessful\": false");
    json_decref(list);
}

static void a_report_that_is_not_written_is_no_success(void **state)
{
    const struct findings_paths paths = {.sarif = "/nowhere/at/all"};
    json_t *list = json_array();

    (void)state;
    assert_int_not_equal(findings_write(&paths, "tool", list, POBF_OK), POBF_OK);
    assert_int_equal(findings_write(&paths, "tool", list, POBF_E_REFUSED), POBF_E_REFUSED);
    json_decref(list);
}

#define GOAL(valid, total) "{\"wp:main\": {\"valid\": " valid ", \"total\": " total "}}"

static void goals_are_counted_and_sums_are_not(void **state)
{
    struct goals goals;

    (void)state;
    write_file("", "{\"wp:functions\": {\"f\": {\"a\": " GOAL("2", "3") ", \"b\": " GOAL(
                       "1", "1") ", \"wp:section\": " GOAL("3", "4") "}}}");
    assert_int_equal(goals_count(&goals, path), POBF_OK);
    assert_int_equal(goals.proved, 3);
    assert_int_equal(goals.total, 4);
}

static void a_report_that_makes_no_sense_counts_nothing(void **state)
{
    static const char *const reports[] = {
        "",
        "{}",
        "[]",
        "{\"wp:functions\": {\"f\": {\"a\": {}}}}",
        "{\"wp:functions\": {\"f\": {\"a\": " GOAL("4", "3") "}}}",
        "{\"wp:functions\": {\"f\": {\"a\": " GOAL("-1", "3") "}}}",
        "{\"wp:functions\": {\"f\": {\"a\": " GOAL("1", "\"1\"") "}}}",
        "{\"wp:functions\": {}, \"wp:functions\": {}}",
    };
    struct goals goals;

    (void)state;
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        write_file("", reports[i]);
        assert_int_equal(goals_count(&goals, path), POBF_E_INPUT);
        assert_int_equal(goals.proved + goals.total, 0);
    }
}

static void a_property_has_its_place_and_its_label(void **state)
{
    json_t *list = json_array();
    const json_t *item;

    (void)state;
    write_file(".c", "/*@\n  loop invariant range: 0 <= i;\n*/\n");
    write_file(".csv", "directory\tfile\tline\tfunction\tproperty kind\tstatus\tproperty\n"
                       ".\tx.c\t2\tf\tloop invariant\tUnknown\t0 <= i\n"
                       ".\tx.c\t1\tf\tpostcondition\tValid\tdone: \\true\n"
                       ".\tx.h\t1\tg\tpostcondition\tConsidered valid\tany: \\true\n"
                       "FRAMAC_SHARE/libc\ty.h\t1\th\tpostcondition\tUnknown\tz: \\true\n");
    write_file(".log", "[kernel:annot-error] x.c:3: Warning: unexpected token\n");
    assert_int_equal(goals_find(list, path, folder), POBF_OK);
    assert_int_equal(json_array_size(list), 3);
    item = json_array_get(list, 1);
    assert_string_equal(json_string_value(json_object_get(item, "name")), "f: range");
    assert_string_equal(json_string_value(json_object_get(item, "file")), "x.c");
    assert_int_equal(json_integer_value(json_object_get(item, "line")), 2);
    assert_int_equal(findings_failed(list), 2);
    write_file(".csv", "directory\tfile\n.\tx.c\n");
    assert_int_equal(goals_find(list, path, folder), POBF_E_INPUT);
    json_decref(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_cannot_leave_their_place),
        cmocka_unit_test(what_could_not_be_told_has_no_result),
        cmocka_unit_test(a_report_that_is_not_written_is_no_success),
        cmocka_unit_test(goals_are_counted_and_sums_are_not),
        cmocka_unit_test(a_report_that_makes_no_sense_counts_nothing),
        cmocka_unit_test(a_property_has_its_place_and_its_label),
    };

    return cmocka_run_group_tests_name("edge/findings/findings", tests, open_folder, close_folder);
}
