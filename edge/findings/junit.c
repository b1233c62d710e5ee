#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/file.h"
#include "edge/cli/markup.h"
#include "edge/findings/findings.h"

static void put_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    markup_put(out, value);
    fputc('"', out);
}

static void put_case(FILE *out, const json_t *finding)
{
    const char *file = json_string_value(json_object_get(finding, "file"));
    const json_int_t line = json_integer_value(json_object_get(finding, "line"));
    const int holds = json_is_true(json_object_get(finding, "holds"));

    fputs("    <testcase", out);
    put_attribute(out, "classname", json_string_value(json_object_get(finding, "rule")));
    put_attribute(out, "name", json_string_value(json_object_get(finding, "name")));
    if (file != NULL) {
        put_attribute(out, "file", file);
        fprintf(out, " line=\"%" JSON_INTEGER_FORMAT "\"", line);
    }
    if (!holds) {
        fputs("><failure", out);
        put_attribute(out, "message", json_string_value(json_object_get(finding, "message")));
        fputs("/></testcase>\n", out);
    } else {
        fputs("/>\n", out);
    }
}

static void put_suite(FILE *out, const struct findings_report *report)
{
    const json_t *finding;
    size_t i;

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite", out);
    put_attribute(out, "name", report->tool);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%d\">\n",
            report->told ? json_array_size(report->list) : 1,
            report->told ? findings_failed(report->list) : 0, !report->told);
    json_array_foreach(report->told ? report->list : NULL, i, finding)
    {
        put_case(out, finding);
    }
    if (!report->told) {
        fputs("    <testcase classname=\"run\" name=\"the tool could not "
              "tell\"><error/></testcase>\n",
              out);
    }
    fputs("  </testsuite>\n</testsuites>\n", out);
}

enum pobf_status findings_junit(const char *path, const struct findings_report *report)
{
    enum pobf_status status = POBF_E_SYSTEM;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out != NULL) {
        put_suite(out, report);
        if (fclose(out) == 0) {
            status = file_write(path, (const uint8_t *)text, size, 0);
        }
    }
    free(text);
    if (status != POBF_OK) {
        file_error(status, path);
    }
    return status;
}
