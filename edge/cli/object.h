#ifndef POBF_EDGE_CLI_OBJECT_H
#define POBF_EDGE_CLI_OBJECT_H

#include <jansson.h>

/*
 * What --json prints: one line on stdout, sorted by name. Takes over `object`. NULL, which could not be
 * made, is told on stderr, and no command ends well after it.
 */
void object_print(json_t *object);
int object_failed(void); /* 1: one was not printed */

/* The name of a file, which may be any bytes: where they are no UTF-8, as text with \\xff for each that is not ASCII. */
json_t *object_path(const char *path);

#endif
