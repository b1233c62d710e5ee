#ifndef POBF_VERIFIER_REPORT_PAPER_H
#define POBF_VERIFIER_REPORT_PAPER_H

#include <stddef.h>

#include "framework/core/status.h"

/*
 * A document for people, written once: as plain text of 100 columns, or as one page of HTML that
 * needs neither script nor network. Whatever it is given may be somebody else's: nothing in it
 * moves a cursor, changes a colour or becomes markup.
 *
 * The writers are void; paper_close is asked once.
 */
enum paper_form { PAPER_TEXT, PAPER_HTML };

/* What a sentence or a row amounts to. */
enum paper_tone { PAPER_PLAIN, PAPER_GOOD, PAPER_BAD, PAPER_OPEN };

struct paper_column {
    const char *name;
    unsigned width; /* characters, as text */
};

enum { PAPER_COLUMNS_MAX = 8, PAPER_WIDTH = 100 };

struct paper;

POBF_MUST_CHECK enum pobf_status paper_open(struct paper **paper, enum paper_form form,
                                            const char *title);

/* The first thing that is read. `remark` may be NULL. */
void paper_verdict(struct paper *paper, enum paper_tone tone, const char *sentence,
                   const char *remark);
void paper_heading(struct paper *paper, const char *text);
/* Of a part of what the last heading is about. */
void paper_subheading(struct paper *paper, const char *text);
void paper_say(struct paper *paper, const char *text);
void paper_item(struct paper *paper, enum paper_tone tone, const char *text);
/* To be copied as it is. */
void paper_code(struct paper *paper, const char *text);

/* A name and what it is; rows that follow each other are one table. */
void paper_fact(struct paper *paper, const char *name, const char *value);

/* A table; its columns must live until its last row. Anything else ends it. */
void paper_table(struct paper *paper, const struct paper_column *columns, size_t count);
void paper_row(struct paper *paper, enum paper_tone tone, const char *const *cells);

/*
 * *text is a string to free. POBF_E_SYSTEM, and NULL, where memory ran out on the way. Closes the
 * paper either way; NULL is fine for `text` where it is not wanted.
 */
POBF_MUST_CHECK enum pobf_status paper_close(struct paper *paper, char **text, size_t *size);

#endif
