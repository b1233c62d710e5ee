#ifndef POBF_EDGE_CLI_OBJECT_H
#define POBF_EDGE_CLI_OBJECT_H

#include <jansson.h>

/* What --json prints: one line on stdout, sorted by name. Takes over `object`. */
void object_print(json_t *object);

#endif
