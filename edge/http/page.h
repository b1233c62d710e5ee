#ifndef POBF_EDGE_HTTP_PAGE_H
#define POBF_EDGE_HTTP_PAGE_H

#include <stddef.h>

#include <event2/buffer.h>

/*
 * What evhttp refuses by itself, for it is too large or no HTTP, it answers with a page of HTML. Ours say
 * the same as JSON, with a reason (RFC 9457).
 */

/* A problem as JSON: free it. NULL where there is no memory. Any of the last three may be NULL. */
char *page_problem(int code, const char *title, const char *field, const char *expected,
                   const char *seen);

/*
 * Where what waits to be sent is such a page, put a problem in its place. Of what is too large it says
 * how many bytes a body may have. Else leave it alone.
 */
void page_replace(struct evbuffer *output, size_t body_max);

#endif
