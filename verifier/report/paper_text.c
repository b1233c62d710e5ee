#include <string.h>

#include "verifier/report/paper_form.h"

/* Plain text: ASCII, lines of at most PAPER_WIDTH characters, but for what is to be copied. */

static void put(FILE *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        fputc(text[i] >= ' ' && text[i] <= '~' ? text[i] : '?', out);
    }
}

/* How much of the text the next line takes, and in *skip, what goes with the break. */
static size_t line_of(const char *text, size_t width, size_t *skip)
{
    const size_t length = strlen(text);
    size_t end = width;

    *skip = 0;
    if (length <= width) {
        return length;
    }
    while (end > 0 && text[end] != ' ') {
        end--;
    }
    *skip = end > 0;
    return end > 0 ? end : width;
}

/* The first line begins with `first`, the others as far in. */
static void put_wrapped(FILE *out, const char *first, const char *text)
{
    const size_t indent = strlen(first);
    size_t skip;

    fputs(first, out);
    do {
        const size_t taken = line_of(text, PAPER_WIDTH - indent, &skip);

        put(out, text, taken);
        fputc('\n', out);
        text += taken + skip;
        if (*text != '\0') {
            fprintf(out, "%*s", (int)indent, "");
        }
    } while (*text != '\0');
}

static void text_begin(FILE *out, const char *title)
{
    (void)out;
    (void)title; /* the verdict is the first line */
}

static void text_verdict(FILE *out, enum paper_tone tone, const char *sentence, const char *remark)
{
    (void)tone;
    put_wrapped(out, "", sentence);
    if (remark != NULL) {
        put_wrapped(out, "", remark);
    }
}

static void text_heading(FILE *out, const char *text)
{
    fputc('\n', out);
    put_wrapped(out, "", text);
    for (size_t i = 0; i < strlen(text) && i < PAPER_WIDTH; i++) {
        fputc('-', out);
    }
    fputc('\n', out);
}

static void text_subheading(FILE *out, const char *text)
{
    fputc('\n', out);
    put_wrapped(out, "  ", text);
}

static void text_say(FILE *out, const char *text)
{
    put_wrapped(out, "", text);
}

static void text_item(FILE *out, enum paper_tone tone, const char *text)
{
    (void)tone;
    put_wrapped(out, "  - ", text);
}

static void text_code(FILE *out, const char *text)
{
    fputs("  ", out);
    put(out, text, strlen(text));
    fputc('\n', out);
}

/* Line by line, until every cell is told. */
static void text_row(FILE *out, enum paper_tone tone, const struct paper_column *columns,
                     size_t count, const char *const *cells)
{
    const char *rest[PAPER_COLUMNS_MAX];
    int goes_on = 1;

    (void)tone;
    for (size_t i = 0; i < count; i++) {
        rest[i] = cells[i];
    }
    while (goes_on) {
        int blanks = 2; /* owed, so that no line ends with one */

        goes_on = 0;
        for (size_t i = 0; i < count; i++) {
            size_t skip;
            const size_t taken = line_of(rest[i], columns[i].width, &skip);

            if (taken > 0) {
                fprintf(out, "%*s", blanks, "");
                put(out, rest[i], taken);
                blanks = 0;
            }
            blanks += (int)(columns[i].width - taken) + 1;
            rest[i] += taken + skip;
            goes_on |= *rest[i] != '\0';
        }
        fputc('\n', out);
    }
}

static void text_head(FILE *out, const struct paper_column *columns, size_t count)
{
    const char *names[PAPER_COLUMNS_MAX];

    for (size_t i = 0; i < count; i++) {
        names[i] = columns[i].name;
    }
    text_row(out, PAPER_PLAIN, columns, count, names);
}

static void text_open(FILE *out, int is_table)
{
    (void)out;
    (void)is_table;
}

static void text_end(FILE *out)
{
    (void)out;
}

const struct paper_ops paper_text = {
    text_begin, text_verdict, text_heading, text_subheading, text_say,  text_item,
    text_code,  text_head,    text_row,     text_open,       text_open, text_end,
};
