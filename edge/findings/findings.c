#include "edge/findings/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/talk.h"

static json_t *text_of(const char *bytes)
{
    json_t *text = json_string(bytes);

    return text != NULL ? text : json_string("(no UTF-8)");
}

void findings_add(json_t *list, const struct finding *finding)
{
    json_t *item = json_pack("{s:o, s:o, s:o, s:I, s:o, s:b}", "rule", text_of(finding->rule),
                             "name", text_of(finding->name), "file",
                             finding->file != NULL ? text_of(finding->file) : json_null(), "line",
                             (json_int_t)finding->line, "message", text_of(finding->message),
                             "holds", finding->holds);

    if (json_array_append_new(list, item) != 0) {
        exit(talk_error(POBF_E_SYSTEM, "findings", "out of memory"));
    }
}

size_t findings_failed(const json_t *list)
{
    size_t i, failed = 0;
    const json_t *item;

    json_array_foreach(list, i, item)
    {
        failed += !json_is_true(json_object_get(item, "holds"));
    }
    return failed;
}

static const char *text_in(const json_t *item, const char *member)
{
    return json_string_value(json_object_get(item, member));
}

static void say(const json_t *item)
{
    const char *file = text_in(item, "file");
    const json_int_t line = json_integer_value(json_object_get(item, "line"));

    if (file != NULL) {
        fprintf(stderr, "%s:", file);
    }
    if (file != NULL && line > 0) {
        fprintf(stderr, "%" JSON_INTEGER_FORMAT ":", line);
    }
    fprintf(stderr, "%s%s: %s: %s\n", file != NULL ? " " : "", text_in(item, "name"),
            text_in(item, "rule"), text_in(item, "message"));
}

void findings_say(const json_t *list)
{
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        if (!json_is_true(json_object_get(item, "holds"))) {
            say(item);
        }
    }
}

enum pobf_status findings_write(const struct findings_paths *paths, const char *tool,
                                const json_t *list, enum pobf_status status)
{
    const struct findings_report report = {tool, list,
                                           status == POBF_OK || status == POBF_E_REFUSED};
    enum pobf_status written = POBF_OK;

    if (paths->sarif != NULL) {
        written = findings_sarif(paths->sarif, &report);
    }
    if (written == POBF_OK && paths->junit != NULL) {
        written = findings_junit(paths->junit, &report);
    }
    return status == POBF_OK ? written : status;
}
