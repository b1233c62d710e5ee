#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/file.h"
#include "edge/findings/findings.h"

/* A file's name as a URI reference: all but the unreserved characters and the slash as %XX. */
static json_t *uri_of(const char *path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    char *uri = malloc(3 * strlen(path) + 1);
    json_t *text;
    size_t size = 0;

    if (uri == NULL) {
        return NULL;
    }
    for (; *path != '\0'; path++) {
        if (strchr(plain, *path) != NULL) {
            uri[size++] = *path;
        } else {
            size += (size_t)sprintf(uri + size, "%%%02X", (unsigned char)*path);
        }
    }
    text = json_stringn(uri, size);
    free(uri);
    return text;
}

static json_t *locations_of(const json_t *finding)
{
    const char *file = json_string_value(json_object_get(finding, "file"));
    const json_int_t line = json_integer_value(json_object_get(finding, "line"));
    json_t *region = line > 0 ? json_pack("{s:I}", "startLine", line) : NULL;

    if (file == NULL) {
        return json_array();
    }
    return json_pack("[{s:{s:{s:o}, s:o*}}]", "physicalLocation", "artifactLocation", "uri",
                     uri_of(file), "region", region);
}

/* A result that passes has no level but "none" (SARIF 2.1.0, 3.27.10). */
static json_t *result_of(const json_t *finding)
{
    const int holds = json_is_true(json_object_get(finding, "holds"));
    const char *name = json_string_value(json_object_get(finding, "name"));
    const char *message = json_string_value(json_object_get(finding, "message"));

    return json_pack("{s:O, s:s, s:s, s:{s:o}, s:o}", "ruleId", json_object_get(finding, "rule"),
                     "kind", holds ? "pass" : "fail", "level", holds ? "none" : "error", "message",
                     "text", json_sprintf("%s: %s", name, message), "locations",
                     locations_of(finding));
}

static void add_rule(json_t *rules, const json_t *finding)
{
    const char *rule = json_string_value(json_object_get(finding, "rule"));
    const json_t *known;
    size_t i;

    json_array_foreach(rules, i, known)
    {
        if (strcmp(json_string_value(json_object_get(known, "id")), rule) == 0) {
            return;
        }
    }
    json_array_append_new(rules, json_pack("{s:s}", "id", rule));
}

enum pobf_status findings_sarif(const char *path, const struct findings_report *report)
{
    enum pobf_status status = POBF_E_SYSTEM;
    json_t *rules = json_array(), *results = json_array();
    const json_t *finding;
    json_t *log;
    char *text;
    size_t i;

    json_array_foreach(report->told ? report->list : NULL, i, finding)
    {
        add_rule(rules, finding);
        json_array_append_new(results, result_of(finding));
    }
    log = json_pack("{s:s, s:[{s:{s:{s:s, s:o}}, s:o, s:[{s:b}]}]}", "version", "2.1.0", "runs",
                    "tool", "driver", "name", report->tool, "rules", rules, "results", results,
                    "invocations", "executionSuccessful", report->told);
    text = json_dumps(log, JSON_INDENT(2));
    if (text != NULL) {
        status = file_write(path, (const uint8_t *)text, strlen(text), 0);
    }
    free(text);
    json_decref(log);
    if (status != POBF_OK) {
        file_error(status, path);
    }
    return status;
}
