#ifndef POBF_EDGE_CLI_MARKUP_H
#define POBF_EDGE_CLI_MARKUP_H

#include <stdio.h>

/*
 * Text inside of XML or HTML: nothing of it is markup. Control characters, which XML 1.0 does not
 * know, become '?'.
 */
void markup_put(FILE *out, const char *text);

#endif
