#ifndef POBF_VERIFIER_REPORT_PAPER_FORM_H
#define POBF_VERIFIER_REPORT_PAPER_FORM_H

#include <stdio.h>

#include "verifier/report/paper.h"

/* What a form must be able to do; paper.c keeps track of what is open. */
struct paper_ops {
    void (*begin)(FILE *out, const char *title);
    void (*verdict)(FILE *out, enum paper_tone tone, const char *sentence, const char *remark);
    void (*heading)(FILE *out, const char *text);
    void (*subheading)(FILE *out, const char *text);
    void (*say)(FILE *out, const char *text);
    void (*item)(FILE *out, enum paper_tone tone, const char *text);
    void (*code)(FILE *out, const char *text);
    void (*head)(FILE *out, const struct paper_column *columns, size_t count);
    void (*row)(FILE *out, enum paper_tone tone, const struct paper_column *columns, size_t count,
                const char *const *cells);
    void (*open)(FILE *out, int is_table); /* a list or a table begins */
    void (*close)(FILE *out, int is_table);
    void (*end)(FILE *out);
};

extern const struct paper_ops paper_text, paper_html;

#endif
