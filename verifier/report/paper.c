#include "verifier/report/paper.h"

#include <stdlib.h>

#include "verifier/report/paper_form.h"

enum inside { NOTHING, LIST, TABLE, FACTS };

struct paper {
    const struct paper_ops *ops;
    FILE *out;
    char *text;
    size_t size;
    enum inside inside;
    const struct paper_column *columns;
    size_t count;
};

static const struct paper_column fact_columns[] = {{NULL, 22}, {NULL, 75}};

enum pobf_status paper_open(struct paper **paper, enum paper_form form, const char *title)
{
    struct paper *made = calloc(1, sizeof *made);

    *paper = NULL;
    if (made == NULL) {
        return POBF_E_SYSTEM;
    }
    made->ops = form == PAPER_HTML ? &paper_html : &paper_text;
    made->out = open_memstream(&made->text, &made->size);
    if (made->out == NULL) {
        free(made);
        return POBF_E_SYSTEM;
    }
    made->ops->begin(made->out, title);
    *paper = made;
    return POBF_OK;
}

/* From what is open to what is wanted. */
static void enter(struct paper *paper, enum inside inside)
{
    if (paper->inside == inside && inside != TABLE) {
        return;
    }
    if (paper->inside != NOTHING) {
        paper->ops->close(paper->out, paper->inside != LIST);
    }
    if (inside != NOTHING) {
        paper->ops->open(paper->out, inside != LIST);
    }
    paper->inside = inside;
}

void paper_verdict(struct paper *paper, enum paper_tone tone, const char *sentence,
                   const char *remark)
{
    enter(paper, NOTHING);
    paper->ops->verdict(paper->out, tone, sentence, remark);
}

void paper_heading(struct paper *paper, const char *text)
{
    enter(paper, NOTHING);
    paper->ops->heading(paper->out, text);
}

void paper_subheading(struct paper *paper, const char *text)
{
    enter(paper, NOTHING);
    paper->ops->subheading(paper->out, text);
}

void paper_say(struct paper *paper, const char *text)
{
    enter(paper, NOTHING);
    paper->ops->say(paper->out, text);
}

void paper_code(struct paper *paper, const char *text)
{
    enter(paper, NOTHING);
    paper->ops->code(paper->out, text);
}

void paper_item(struct paper *paper, enum paper_tone tone, const char *text)
{
    enter(paper, LIST);
    paper->ops->item(paper->out, tone, text);
}

void paper_fact(struct paper *paper, const char *name, const char *value)
{
    const char *const cells[] = {name, value};

    enter(paper, FACTS);
    paper->ops->row(paper->out, PAPER_PLAIN, fact_columns, 2, cells);
}

void paper_table(struct paper *paper, const struct paper_column *columns, size_t count)
{
    enter(paper, TABLE);
    paper->columns = columns;
    paper->count = count < PAPER_COLUMNS_MAX ? count : PAPER_COLUMNS_MAX;
    paper->ops->head(paper->out, columns, paper->count);
}

void paper_row(struct paper *paper, enum paper_tone tone, const char *const *cells)
{
    paper->ops->row(paper->out, tone, paper->columns, paper->count, cells);
}

enum pobf_status paper_close(struct paper *paper, char **text, size_t *size)
{
    int failed;

    enter(paper, NOTHING);
    paper->ops->end(paper->out);
    failed = ferror(paper->out) != 0;
    failed |= fclose(paper->out) != 0;
    *text = failed ? NULL : paper->text;
    *size = failed ? 0 : paper->size;
    if (failed) {
        free(paper->text);
    }
    free(paper);
    return failed ? POBF_E_SYSTEM : POBF_OK;
}
