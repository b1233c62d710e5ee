#include "edge/cli/markup.h"
#include "verifier/report/paper_form.h"

/* One page: no script, no network, readable by a phone, a printer and a screen reader. */

extern const char html_sheet_begin[], html_sheet_end[];

static const char *const classes[] = {
    [PAPER_PLAIN] = "", [PAPER_GOOD] = "pass", [PAPER_BAD] = "fail", [PAPER_OPEN] = "open"};

static void put_in(FILE *out, const char *before, const char *text, const char *after)
{
    fputs(before, out);
    markup_put(out, text);
    fputs(after, out);
}

static void html_begin(FILE *out, const char *title)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta http-equiv=\"Content-Security-Policy\"\n      content=\"default-src 'none'; "
          "style-src 'unsafe-inline'; img-src data:\">\n",
          out);
    put_in(out, "<title>", title, "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n");
    fwrite(html_sheet_begin, 1, (size_t)(html_sheet_end - html_sheet_begin), out);
    put_in(out, "</style>\n</head>\n<body>\n<header><h1>", title, "</h1></header>\n<main>\n");
}

static void html_verdict(FILE *out, enum paper_tone tone, const char *sentence, const char *remark)
{
    static const char *const names[] = {[PAPER_PLAIN] = "",
                                        [PAPER_GOOD] = "forgotten",
                                        [PAPER_BAD] = "refused",
                                        [PAPER_OPEN] = "unknown"};

    fprintf(out, "<section id=\"verdict\" class=\"%s\">", names[tone]);
    put_in(out, "<p>", sentence, "</p>");
    if (remark != NULL) {
        put_in(out, "<small>", remark, "</small>");
    }
    fputs("</section>\n", out);
}

static void html_heading(FILE *out, const char *text)
{
    put_in(out, "<h2>", text, "</h2>\n");
}

static void html_subheading(FILE *out, const char *text)
{
    put_in(out, "<h3>", text, "</h3>\n");
}

static void html_say(FILE *out, const char *text)
{
    put_in(out, "<p>", text, "</p>\n");
}

static void html_item(FILE *out, enum paper_tone tone, const char *text)
{
    fprintf(out, "<li class=\"%s\">", classes[tone]);
    put_in(out, "", text, "</li>\n");
}

static void html_code(FILE *out, const char *text)
{
    put_in(out, "<pre>", text, "</pre>\n");
}

static void html_head(FILE *out, const struct paper_column *columns, size_t count)
{
    unsigned width = 0;

    for (size_t i = 0; i < count; i++) {
        width += columns[i].width;
    }
    fputs("<colgroup>", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "<col style=\"width: %u%%\">", 100 * columns[i].width / width);
    }
    fputs("</colgroup>\n<thead><tr>", out);
    for (size_t i = 0; i < count; i++) {
        put_in(out, "<th scope=\"col\">", columns[i].name, "</th>");
    }
    fputs("</tr></thead>\n", out);
}

/* The first cell names the row. */
static void html_row(FILE *out, enum paper_tone tone, const struct paper_column *columns,
                     size_t count, const char *const *cells)
{
    fprintf(out, "<tr class=\"%s\">", classes[tone]);
    for (size_t i = 0; i < count; i++) {
        if (i == 0) {
            put_in(out, "<th scope=\"row\">", cells[i], "</th>");
        } else if (columns[i].name != NULL) {
            put_in(out, "<td data-name=\"", columns[i].name, "\">");
            put_in(out, "", cells[i], "</td>");
        } else {
            put_in(out, "<td>", cells[i], "</td>");
        }
    }
    fputs("</tr>\n", out);
}

static void html_open(FILE *out, int is_table)
{
    fputs(is_table ? "<table>\n" : "<ul>\n", out);
}

static void html_close(FILE *out, int is_table)
{
    fputs(is_table ? "</table>\n" : "</ul>\n", out);
}

static void html_end(FILE *out)
{
    fputs("</main>\n</body>\n</html>\n", out);
}

const struct paper_ops paper_html = {
    html_begin, html_verdict, html_heading, html_subheading, html_say,   html_item,
    html_code,  html_head,    html_row,     html_open,       html_close, html_end,
};
