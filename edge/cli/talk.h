#ifndef POBF_EDGE_CLI_TALK_H
#define POBF_EDGE_CLI_TALK_H

#include <stddef.h>

#include "framework/core/status.h"

/*
 * What people read on stderr; stdout is for results alone. No call takes payload or keys.
 */

/* The name that messages begin with; cli_dispatch sets it. */
void talk_program(const char *name);

/* The sentence, exit code and HTTP code of a status. */
const char *talk_sentence(enum pobf_status status);
int talk_exit_code(enum pobf_status status);
int talk_http_code(enum pobf_status status);

/* "pobf: <what>: <why>\n"; returns the exit code of `status`. `why` NULL: the status' sentence. */
int talk_error(enum pobf_status status, const char *what, const char *why);

/*
 * "pobf: refused: <field>: expected <expected>, seen <seen>\n  <advice>\n" ; returns 1.
 * Any of expected, seen, advice may be NULL.
 */
int talk_refuse(const char *field, const char *expected, const char *seen, const char *advice);

/*
 * "pobf: <what>: is not <expected>\n"; returns 3. Of a file that something is judged by: nobody is told
 * yes or no by it. What is itself judged, and malformed, is refused.
 */
int talk_unusable(const char *what, const char *expected);

/* "pobf: <printf text>\n", for facts. */
void talk_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
