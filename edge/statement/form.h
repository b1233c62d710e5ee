#ifndef POBF_EDGE_STATEMENT_FORM_H
#define POBF_EDGE_STATEMENT_FORM_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* The one form of a host's statement: JSON, and a final line feed. Takes the object over. NULL: no memory. */
char *form_print(json_t *statement);

/* 1 where these bytes are that text, which is freed; NULL is none. */
int form_is(char *text, const uint8_t *bytes, size_t size);

#endif
