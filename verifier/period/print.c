#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verifier/period/summary.h"
#include "verifier/report/record.h"

enum { CELLS = PAPER_COLUMNS_MAX, CELL_ROOM = 512 };

/* A table of the report: where its rows are, and what stands where there is none; NULL: nothing. */
struct table {
    const char *heading, *list, *none;
    size_t count;
    struct paper_column columns[CELLS];
    const char *names[CELLS]; /* of the members; "@" before a name: seconds since 1970 */
};

static const struct table tables[] = {
    {"How the calls ended",
     "ends",
     "no call",
     3,
     {{"end", 14}, {"receipts", 10}, {"which means", 70}},
     {"exit", "receipts", "sentence"}},
    {"Failures by kind",
     "failures",
     NULL,
     2,
     {{"check", 40}, {"receipts", 10}},
     {"check", "receipts"}},
    {"Receipts that are not proved",
     "unproved",
     NULL,
     3,
     {{"receipt", 56}, {"verdict", 12}, {"because of", 28}},
     {"path", "verdict", "reason"}},
    {"Files that are damaged, unknown, refused or cannot be read",
     "bad_files",
     NULL,
     3,
     {{"file", 42}, {"kind", 11}, {"what is wrong", 43}},
     {"path", "kind", "reason"}},
    {"Functions and monitors",
     "measurements",
     NULL,
     8,
     {{"function", 16},
      {"monitor", 16},
      {"platform", 9},
      {"backend", 8},
      {"receipts", 8},
      {"hold", 8},
      {"first", 11},
      {"last", 11}},
     {"measurement", "monitor", "platform", "backend", "receipts", "hold", "@first", "@last"}},
    {"Fuel that functions used",
     "fuel",
     NULL,
     3,
     {{"function", 64}, {"receipts", 10}, {"steps", 20}},
     {"measurement", "receipts", "steps"}},
    {"Proof certificates that the enclaves name",
     "certificates",
     "none",
     5,
     {{"certificate", 32}, {"receipts", 9}, {"state", 30}, {"proved", 9}, {"goals", 9}},
     {"digest", "receipts", "state", "proved", "goals"}},
    {"Platforms, day by day",
     "hardware",
     "none",
     5,
     {{"day", 11}, {"platform", 10}, {"backend", 10}, {"boots", 8}, {"receipts", 10}},
     {"day", "platform", "backend", "boots", "receipts"}},
    {"Status of hardware, as pobf appraise found it",
     "hardware_results",
     "no result of pobf appraise is in the folder",
     5,
     {{"at", 21}, {"platform", 12}, {"verdict", 16}, {"status", 16}, {"file", 30}},
     {"@at", "tee", "verdict", "tcb", "path"}},
    {"Alarms of logs, as hosts state them",
     "log_alarms",
     "none",
     6,
     {{"at", 21}, {"log", 24}, {"kind", 9}, {"before", 9}, {"after", 9}, {"file", 24}},
     {"@at", "log", "kind", "before", "after", "path"}},
    {"Files", "files", "none", 2, {{"kind", 20}, {"files", 10}}, {"kind", "files"}},
};

static void print_cell(char cell[CELL_ROOM], const json_t *row, const char *name)
{
    const int is_time = *name == '@';
    const json_t *value = json_object_get(row, is_time ? name + 1 : name);
    char at[SPAN_TEXT];

    if (json_is_integer(value) && is_time) {
        span_print(at, json_integer_value(value));
        snprintf(cell, CELL_ROOM, "%.10s %s", at, strlen(at) > 10 ? at + 11 : "");
    } else if (json_is_integer(value)) {
        snprintf(cell, CELL_ROOM, "%lld", (long long)json_integer_value(value));
    } else {
        snprintf(cell, CELL_ROOM, "%s", json_is_string(value) ? json_string_value(value) : "-");
    }
}

static void write_table(struct paper *paper, const struct table *table, const json_t *summary)
{
    const json_t *list = json_object_get(summary, table->list);
    char text[CELLS][CELL_ROOM];
    const char *cells[CELLS];
    size_t index;
    json_t *row;

    if (json_array_size(list) == 0 && table->none == NULL) {
        return;
    }
    paper_heading(paper, table->heading);
    if (json_array_size(list) == 0) {
        paper_say(paper, table->none);
        return;
    }
    paper_table(paper, table->columns, table->count);
    json_array_foreach(list, index, row)
    {
        for (size_t i = 0; i < table->count; i++) {
            print_cell(text[i], row, table->names[i]);
            cells[i] = text[i];
        }
        paper_row(paper, PAPER_PLAIN, cells);
    }
}

static const char *text_at(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "-";
}

static void write_counts(struct paper *paper, const json_t *summary)
{
    static const char *const rows[][2] = {
        {"calls", "calls"},
        {"receipts", "receipts"},
        {"hold", "receipts that hold"},
        {"refused", "receipts refused"},
        {"unjudged", "receipts not judged"},
        {"missing", "receipts missing"},
        {"crashes", "forgotten by crash"},
        {"crashes_denied", "denied by a receipt"},
        {"open", "calls still open"},
        {"boots", "boots of enclaves"},
        {"outside", "receipts of other days"},
        {"repeated", "receipts there twice"},
    };
    const json_t *period = json_object_get(summary, "period");
    char text[2 * SPAN_TEXT + 8];

    paper_heading(paper, "What it is about");
    snprintf(text, sizeof text, "%s to %s", text_at(period, "from"), text_at(period, "to"));
    paper_fact(paper, "period", text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char number[CELL_ROOM];

        print_cell(number, summary, rows[i][0]);
        paper_fact(paper, rows[i][1], number);
    }
}

static void write_alarms(struct paper *paper, const json_t *summary)
{
    const json_t *gaps = json_object_get(summary, "gaps");

    paper_heading(paper, "Missing receipts");
    if (json_array_size(gaps) == 0) {
        paper_say(paper, "none: no number is missing, and each receipt names the one before it");
    }
    record_alarms(paper, gaps);
    record_alarms(paper, json_object_get(summary, "open_calls"));
}

/* The fields of a section follow each other. */
static void write_sanitization(struct paper *paper, const json_t *list)
{
    const char *last = "";
    size_t index;
    json_t *item;

    paper_heading(paper, "Fields of a certificate of sanitization (NIST SP 800-88 Rev. 1, G)");
    json_array_foreach(list, index, item)
    {
        const char *section = text_at(item, "section");

        if (strcmp(section, last) != 0) {
            paper_subheading(paper, section);
        }
        paper_fact(paper, text_at(item, "field"), text_at(item, "value"));
        last = section;
    }
}

static void write_uncovered(struct paper *paper, const json_t *list)
{
    size_t index;
    json_t *item;

    paper_heading(paper, "What is not covered");
    json_array_foreach(list, index, item)
    {
        paper_item(paper, PAPER_PLAIN, json_string_value(item));
    }
}

static void write_summary(struct paper *paper, const json_t *summary, const char *command)
{
    static const enum paper_tone tones[] = {[VERDICT_CANNOT_TELL] = PAPER_OPEN,
                                            [VERDICT_REFUSED] = PAPER_BAD,
                                            [VERDICT_AFFIRMED] = PAPER_GOOD};

    paper_verdict(paper, tones[summary_verdict(summary)], text_at(summary, "sentence"),
                  json_is_true(json_object_get(summary, "host_trusted"))
                      ? "On the hosts' word: not every receipt has evidence of a platform that "
                        "protects from its host."
                      : NULL);
    write_counts(paper, summary);
    write_alarms(paper, summary);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        write_table(paper, &tables[i], summary);
    }
    write_sanitization(paper, json_object_get(summary, "sanitization"));
    write_uncovered(paper, json_object_get(summary, "not_claimed"));
    paper_heading(paper, "Do it again");
    paper_code(paper, command);
}

enum pobf_status summary_print(char **text, size_t *size, enum paper_form form,
                               const json_t *summary, const char *command)
{
    struct paper *paper;

    *text = NULL;
    *size = 0;
    if (paper_open(&paper, form, "Proof of being forgotten: a period") != POBF_OK) {
        return POBF_E_SYSTEM;
    }
    write_summary(paper, summary, command);
    return paper_close(paper, text, size);
}
