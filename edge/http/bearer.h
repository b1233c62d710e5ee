#ifndef POBF_EDGE_HTTP_BEARER_H
#define POBF_EDGE_HTTP_BEARER_H

#include "framework/core/status.h"

/*
 * A token that two programs know, and others do not: "Authorization: Bearer TOKEN".       RFC 6750
 * It is the caller's to keep and to wipe. What follows it is zeros, so that two of them are compared
 * as a whole, in a time that tells nothing of either.
 */
enum { BEARER_MIN = 16, BEARER_MAX = 256, BEARER_HEADER_ROOM = BEARER_MAX + 32 };

struct bearer {
    char token[BEARER_MAX + 1];
};

/* Of a file that holds it alone, on one line. Tells people what is wrong; then it is all zeros. */
POBF_MUST_CHECK enum pobf_status bearer_read(struct bearer *bearer, const char *path);

/* Of the value of a header; NULL: there is none. POBF_E_INPUT, and all zeros, where it has no token. */
POBF_MUST_CHECK enum pobf_status bearer_parse(struct bearer *bearer, const char *value);

/* The header as a whole, to send. */
void bearer_print(char header[BEARER_HEADER_ROOM], const struct bearer *bearer);

#endif
