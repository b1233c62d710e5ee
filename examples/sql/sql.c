/*
 * SQL over a table that nobody else sees. Input: statements, an empty line, and CSV (RFC 4180),
 * whose first line names the columns: the table `data`. A field that looks like a number is one; an
 * empty one without quotes is NULL. The answer is what each statement selects, as CSV; those that
 * select nothing, such as DELETE, change the table of this call.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite3.h"

enum { INPUT_ROOM = 8 << 20, COLUMNS_MAX = 100 };

/* Where in the CSV we are; lines are counted from the input's first, which is 1. */
struct csv {
    char *at;
    char *end;
    unsigned line;
};

struct field {
    char *text;
    size_t size;
    int is_quoted;
    int is_last; /* of its row */
};

/* Of a field in quotes; "" in it is one of them. NULL: it has no end, or something follows it. */
static char *take_quoted(struct csv *csv, struct field *field)
{
    char *to = csv->at;
    char *from = csv->at + 1;

    field->is_quoted = 1;
    while (from < csv->end && (*from != '"' || (from + 1 < csv->end && from[1] == '"'))) {
        csv->line += *from == '\n';
        from += *from == '"';
        *to++ = *from++;
    }
    field->size = (size_t)(to - field->text);
    if (from == csv->end) {
        return NULL;
    }
    from++;
    return from == csv->end || strchr(",\r\n", *from) != NULL ? from : NULL;
}

static char *take_plain(struct csv *csv, struct field *field)
{
    char *stop = csv->at;

    while (stop < csv->end && *stop != ',' && *stop != '\n' && *stop != '\r') {
        stop++;
    }
    field->is_quoted = 0;
    field->size = (size_t)(stop - csv->at);
    return stop;
}

/* -1 where it is none. */
static int take_field(struct field *field, struct csv *csv)
{
    char *stop;

    field->text = csv->at;
    stop = csv->at < csv->end && *csv->at == '"' ? take_quoted(csv, field) : take_plain(csv, field);
    if (stop == NULL) {
        return -1;
    }
    field->is_last = stop == csv->end || *stop != ',';
    if (field->is_last && stop < csv->end && *stop == '\r') {
        stop++;
    }
    if (field->is_last && stop < csv->end && *stop != '\n') {
        return -1;
    }
    csv->line += field->is_last;
    csv->at = stop < csv->end ? stop + 1 : stop;
    return 0;
}

static int complain(unsigned line, const char *why)
{
    fprintf(stderr, "line %u: %s\n", line, why);
    return -1;
}

static int complain_of(sqlite3 *db)
{
    fprintf(stderr, "SQL: %s\n", sqlite3_errmsg(db));
    return -1;
}

/* The columns' names, and what inserts a row. */
struct texts {
    sqlite3_str *create;
    sqlite3_str *insert;
    int columns;
};

static int read_head(struct texts *texts, struct csv *csv)
{
    struct field field = {.is_last = 0};
    const unsigned line = csv->line;

    while (!field.is_last) {
        if (take_field(&field, csv) != 0 || field.size == 0) {
            return complain(line, "a column's name is missing or has no end");
        }
        sqlite3_str_appendf(texts->create, "%s\"%.*w\" NUMERIC", texts->columns == 0 ? "" : ", ",
                            (int)field.size, field.text);
        sqlite3_str_appendall(texts->insert, texts->columns == 0 ? "?" : ", ?");
        texts->columns++;
    }
    return texts->columns <= COLUMNS_MAX ? 0 : complain(line, "there are too many columns");
}

static int run(sqlite3 *db, const char *text)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : complain_of(db);
}

static int bind(sqlite3_stmt *insert, int column, const struct field *field)
{
    return field->size == 0 && !field->is_quoted
               ? sqlite3_bind_null(insert, column)
               : sqlite3_bind_text(insert, column, field->text, (int)field->size, SQLITE_STATIC);
}

static int add_row(sqlite3_stmt *insert, struct csv *csv, int columns)
{
    struct field field = {.is_last = 0};
    const unsigned line = csv->line;
    int count = 0;

    while (!field.is_last) {
        if (take_field(&field, csv) != 0) {
            return complain(line, "a field in quotes has no end, or something follows it");
        }
        count++;
        if (count > columns || bind(insert, count, &field) != SQLITE_OK) {
            return complain(line, "it has more fields than there are columns");
        }
    }
    if (count < columns) {
        return complain(line, "it has fewer fields than there are columns");
    }
    return sqlite3_step(insert) == SQLITE_DONE && sqlite3_reset(insert) == SQLITE_OK
               ? 0
               : complain_of(sqlite3_db_handle(insert));
}

static int add_rows(sqlite3 *db, const char *text, struct csv *csv, int columns)
{
    sqlite3_stmt *insert;
    int status = 0;

    if (sqlite3_prepare_v2(db, text, -1, &insert, NULL) != SQLITE_OK) {
        return complain_of(db);
    }
    while (status == 0 && csv->at < csv->end) {
        status = add_row(insert, csv, columns);
    }
    sqlite3_finalize(insert);
    return status;
}

static int load(sqlite3 *db, struct csv *csv)
{
    struct texts texts = {sqlite3_str_new(db), sqlite3_str_new(db), 0};
    char *create, *insert;
    int status;

    sqlite3_str_appendall(texts.create, "CREATE TABLE data (");
    sqlite3_str_appendall(texts.insert, "INSERT INTO data VALUES (");
    status = read_head(&texts, csv);
    sqlite3_str_appendall(texts.create, "); BEGIN");
    sqlite3_str_appendall(texts.insert, ")");
    create = sqlite3_str_finish(texts.create);
    insert = sqlite3_str_finish(texts.insert);
    if (status == 0) {
        status =
            create == NULL || insert == NULL ? complain(csv->line, "no memory") : run(db, create);
    }
    if (status == 0) {
        status = add_rows(db, insert, csv, texts.columns);
    }
    sqlite3_free(create);
    sqlite3_free(insert);
    return status == 0 ? run(db, "COMMIT") : status;
}

static void print_field(const char *text, int is_last)
{
    const int has_need = text != NULL && (*text == '\0' || strpbrk(text, ",\"\r\n") != NULL);

    if (has_need) {
        putchar('"');
    }
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '"') {
            putchar('"');
        }
        putchar(*text);
    }
    fputs(has_need ? "\"" : "", stdout);
    putchar(is_last ? '\n' : ',');
}

static int print_rows(sqlite3 *db, sqlite3_stmt *query)
{
    const int columns = sqlite3_column_count(query);
    int status;

    for (int i = 0; i < columns; i++) {
        print_field(sqlite3_column_name(query, i), i + 1 == columns);
    }
    while ((status = sqlite3_step(query)) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++) {
            print_field((const char *)sqlite3_column_text(query, i), i + 1 == columns);
        }
    }
    return status == SQLITE_DONE ? 0 : complain_of(db);
}

static int answer(sqlite3 *db, const char *text)
{
    while (*text != '\0') {
        sqlite3_stmt *query;
        int status;

        if (sqlite3_prepare_v2(db, text, -1, &query, &text) != SQLITE_OK) {
            return complain_of(db);
        }
        status = query == NULL ? 0 : print_rows(db, query);
        sqlite3_finalize(query);
        if (status != 0) {
            return status;
        }
    }
    return 0;
}

/* Where the statements end the CSV begins. */
static int split(struct csv *csv, char *text, size_t size)
{
    char *gap = strstr(text, "\n\n");

    if (strlen(text) != size || gap == NULL) {
        return complain(1, "the input is statements, an empty line, and CSV, all of it text");
    }
    *gap = '\0';
    *csv = (struct csv){gap + 2, text + size, 3};
    for (const char *at = text; at < gap; at++) {
        csv->line += *at == '\n';
    }
    return 0;
}

int main(void)
{
    static char text[INPUT_ROOM + 1];
    const size_t size = fread(text, 1, INPUT_ROOM, stdin);
    struct csv csv;
    sqlite3 *db = NULL;
    int status;

    text[size] = '\0';
    if (split(&csv, text, size) != 0) {
        return 1;
    }
    status = sqlite3_open(":memory:", &db) == SQLITE_OK ? load(db, &csv) : complain_of(db);
    if (status == 0) {
        status = answer(db, text);
    }
    sqlite3_close(db);
    return status == 0 ? 0 : 1;
}
