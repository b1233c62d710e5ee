#include "edge/http/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "edge/cli/talk.h"

enum { HEAD_MAX = 1024, ERRORS_FROM = 400, MALFORMED = 400, TOO_LARGE = 413, BUSY = 503 };

char *page_problem(int code, const char *title, const char *field, const char *expected,
                   const char *seen)
{
    json_t *problem = json_pack("{s:s, s:i, s:s*, s:s*, s:s*}", "title", title, "status", code,
                                "field", field, "expected", expected, "seen", seen);
    char *text = problem == NULL ? NULL : json_dumps(problem, JSON_COMPACT);

    json_decref(problem);
    return text;
}

/* Its status, where it is a page of evhttp's, whole and not yet begun to be sent; else 0. */
static int error_of(struct evbuffer *output)
{
    char head[HEAD_MAX];
    const ev_ssize_t size = evbuffer_copyout(output, head, sizeof head - 1);
    int code;

    head[size < 0 ? 0 : size] = '\0';
    if (sscanf(head, "HTTP/1.%*1d %3d ", &code) != 1 || code < ERRORS_FROM ||
        strstr(head, "\r\nContent-Type: text/html\r\n") == NULL) {
        return 0;
    }
    return code;
}

static const char *title_of(int code)
{
    switch (code) {
    case MALFORMED:
        return talk_sentence(POBF_E_INPUT);
    case TOO_LARGE:
        return talk_sentence(POBF_E_SPACE);
    case BUSY:
        return "no more can be served now";
    default:
        return "the request is not one that is served";
    }
}

void page_replace(struct evbuffer *output, size_t body_max)
{
    const int code = error_of(output);
    const int is_large = code == TOO_LARGE;
    char allowed[40];
    char *text;

    if (code == 0) {
        return;
    }
    snprintf(allowed, sizeof allowed, "at most %zu bytes", body_max);
    text = page_problem(code, title_of(code), is_large ? "body" : "request",
                        is_large ? allowed : NULL, is_large ? "more" : NULL);
    if (text != NULL) {
        evbuffer_drain(output, evbuffer_get_length(output));
        evbuffer_add_printf(output,
                            "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\n"
                            "Cache-Control: no-store\r\nContent-Length: %zu\r\n"
                            "Connection: close\r\n\r\n%s",
                            code, is_large ? "Content Too Large" : "Refused", strlen(text), text);
    }
    free(text);
}
