#include "edge/findings/goals.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/file.h"

enum { COLUMNS = 7, FACTS_MAX = 64 << 20, PATH_ROOM = 4096, NAME_ROOM = 512 };

/* The columns of report-csv. */
enum { FOLDER, FILE_NAME, LINE, FUNCTION, KIND, STATUS, PROPERTY };

/* One prover's or Qed's goals of one name; "wp:section" is their sum once more. */
static int add_function(struct goals *goals, json_t *function)
{
    const char *name;
    json_t *goal;

    json_object_foreach(function, name, goal)
    {
        const json_t *counts = json_object_get(goal, "wp:main");
        const json_t *total = json_object_get(counts, "total");
        const json_int_t valid = json_integer_value(json_object_get(counts, "valid"));

        if (strcmp(name, "wp:section") == 0) {
            continue;
        }
        if (!json_is_integer(total) || valid < 0 || valid > json_integer_value(total)) {
            return 0;
        }
        goals->proved += (uint64_t)valid;
        goals->total += (uint64_t)json_integer_value(total);
    }
    return 1;
}

enum pobf_status goals_count(struct goals *goals, const char *report)
{
    json_t *root = json_load_file(report, JSON_REJECT_DUPLICATES, NULL);
    json_t *functions = json_object_get(root, "wp:functions");
    const char *name;
    json_t *function;
    int sound = json_is_object(functions);

    *goals = (struct goals){0};
    json_object_foreach(functions, name, function)
    {
        sound = sound && add_function(goals, function);
    }
    json_decref(root);
    if (!sound) {
        *goals = (struct goals){0};
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

/* Cut a line at its tabs; the last column keeps what it has. 0 where there are too few. */
static int cut(char *column[COLUMNS], char *line)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        column[i] = i + 1 < COLUMNS ? strsep(&line, "\t") : line;
        if (column[i] == NULL) {
            return 0;
        }
    }
    return 1;
}

/* The clause's label is what stands before the first ": " of a property, where that is one word. */
static size_t label_of(const char *property)
{
    size_t length = 0;

    while (isalnum((unsigned char)property[length]) || property[length] == '_') {
        length++;
    }
    return length > 0 && strncmp(property + length, ": ", 2) == 0 ? length : 0;
}

/* Where a property stands: the file as it is found, and as the project calls it. */
static const char *place_of(char path[PATH_ROOM], const char *folder, const char *file,
                            const char *root)
{
    const size_t length = strlen(root);

    if (folder[0] != '/') {
        snprintf(path, PATH_ROOM, "%s/%s/%s", root, folder, file);
        return path + length + (strcmp(folder, ".") == 0 ? 3 : 1);
    }
    snprintf(path, PATH_ROOM, "%s/%s", folder, file);
    return strncmp(path, root, length) == 0 && path[length] == '/' ? path + length + 1 : path;
}

/* A clause's label as its line in the source has it: the word before the first colon. 0: none. */
static size_t label_in_source(char label[NAME_ROOM], const char *path, unsigned long number)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0, length, start;
    ssize_t size = file != NULL ? 0 : -1;

    for (unsigned long at = 0; size >= 0 && at < number; at++) {
        size = getline(&line, &room, file);
    }
    if (file != NULL) {
        fclose(file);
    }
    if (size <= 0) {
        free(line);
        return 0;
    }
    length = start = strcspn(line, ":");
    while (start > 0 && (isalnum((unsigned char)line[start - 1]) || line[start - 1] == '_')) {
        start--;
    }
    length = line[length] != '\0' && start > 0 && line[start - 1] == ' ' ? length - start : 0;
    snprintf(label, NAME_ROOM, "%.*s", (int)length, line + start);
    free(line);
    return length;
}

/* "Partially proven" is what holds by itself; what it rests on has a line of its own. */
static int is_proved(const char *status)
{
    return strcmp(status, "Valid") == 0 || strcmp(status, "Partially proven") == 0;
}

/* Contracts of others are assumed: the gate judges whether they may be. */
static int is_ours(char *const column[COLUMNS])
{
    return strncmp(column[FOLDER], "FRAMAC_SHARE", 12) != 0 &&
           strcmp(column[STATUS], "Considered valid") != 0;
}

/* Run-time errors have no label; a clause has it in the table, or, if it is a loop's, in the source. */
static void name_property(char name[NAME_ROOM], char *const column[COLUMNS], const char *path)
{
    const size_t length = label_of(column[PROPERTY]);
    const unsigned long line = strtoul(column[LINE], NULL, 10);
    const int is_clause =
        strchr(column[KIND], ' ') != NULL || strcmp(column[KIND], "assertion") == 0;
    char label[NAME_ROOM] = "";

    if (length > 0) {
        snprintf(label, sizeof label, "%.*s", (int)(length < 200 ? length : 200), column[PROPERTY]);
    } else if (!is_clause || label_in_source(label, path, line) == 0) {
        label[0] = '\0';
    }
    snprintf(name, NAME_ROOM, "%.200s%s%.200s", column[FUNCTION], *label != '\0' ? ": " : "",
             label);
}

static void add_property(json_t *findings, char *const column[COLUMNS], const char *root)
{
    const size_t label = label_of(column[PROPERTY]);
    const int proved = is_proved(column[STATUS]);
    char path[PATH_ROOM], name[NAME_ROOM], message[PATH_ROOM];
    const char *file = place_of(path, column[FOLDER], column[FILE_NAME], root);

    name_property(name, column, path);
    snprintf(message, sizeof message, "%s: %.3000s", proved ? "proved" : "not proved",
             column[PROPERTY] + (label > 0 ? label + 2 : 0));
    findings_add(findings, &(struct finding){
                               .rule = column[KIND],
                               .name = name,
                               .file = file,
                               .line = strtoul(column[LINE], NULL, 10),
                               .message = message,
                               .holds = proved,
                           });
}

static enum pobf_status read_part(uint8_t **bytes, const char *report, const char *ending)
{
    char path[PATH_ROOM];
    size_t size;

    *bytes = NULL;
    if ((size_t)snprintf(path, sizeof path, "%s%s", report, ending) >= sizeof path) {
        return POBF_E_SPACE;
    }
    return file_read(bytes, &size, path, FACTS_MAX);
}

/* "[kernel] function.c:12: User Error: ..." and its like, where Frama-C does not take the source. */
static void add_error(json_t *findings, const char *line)
{
    const char *at = line[0] == '[' ? strstr(line, "] ") : NULL;
    const char *colon = at != NULL ? strchr(at, ':') : NULL;
    char file[PATH_ROOM];
    unsigned long number;
    char *rest;

    if (colon == NULL || (strstr(line, "rror: ") == NULL && strstr(line, "annot-error") == NULL)) {
        return;
    }
    number = strtoul(colon + 1, &rest, 10);
    if (number == 0 || strncmp(rest, ": ", 2) != 0) {
        return;
    }
    snprintf(file, sizeof file, "%.*s", (int)(colon - at - 2), at + 2);
    findings_add(findings, &(struct finding){.rule = "annotation",
                                             .name = "frama-c",
                                             .file = file,
                                             .line = number,
                                             .message = rest + 2,
                                             .holds = 0});
}

static void find_errors(json_t *findings, const char *report, const char *ending)
{
    uint8_t *log;
    char *rest;

    if (read_part(&log, report, ending) != POBF_OK) {
        return;
    }
    rest = (char *)log;
    for (const char *line; (line = strsep(&rest, "\n")) != NULL;) {
        add_error(findings, line);
    }
    file_free(log, 0);
}

enum pobf_status goals_find(json_t *findings, const char *report, const char *root)
{
    uint8_t *table;
    enum pobf_status status = read_part(&table, report, ".csv");
    char *rest = (char *)table, *line;
    char *column[COLUMNS];

    /* Where the source was not taken there is no table: the first run's log says why. */
    find_errors(findings, report, status == POBF_OK ? ".log" : ".smoke.log");
    line = strsep(&rest, "\n");
    while (line != NULL && (line = strsep(&rest, "\n")) != NULL) {
        if (*line != '\0' && !cut(column, line)) {
            status = POBF_E_INPUT;
        } else if (*line != '\0' && is_ours(column)) {
            add_property(findings, column, root);
        }
    }
    file_free(table, 0);
    return status;
}
