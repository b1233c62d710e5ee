#ifndef POBF_ENCLAVE_HOST_ROUTE_H
#define POBF_ENCLAVE_HOST_ROUTE_H

#include "edge/http/bearer.h"
#include "edge/http/url.h"
#include "edge/tlog/note.h"

/*
 * The way to a log: where it is, whose TLS certificates count there, what goes with each request. All
 * files are read when it is opened: once the host is confined none can be.
 */
struct route {
    struct url url;
    uint8_t *ca;
    size_t ca_size;
    struct curl_slist *headers;
    char authorization[BEARER_HEADER_ROOM]; /* empty: none */
};

enum { ROUTE_TIMEOUT_S = 30, ROUTE_PATH_MAX = 64 };

/* `ca_path`, `token_path` NULL: the system's authorities, no token. Tells people what is wrong. */
POBF_MUST_CHECK enum pobf_status route_open(struct route *route, const char *url,
                                            const char *ca_path, const char *token_path);
void route_close(struct route *route);

/* A handle that speaks to the log and to nobody else; NULL where there is none. */
CURL *route_handle(const struct route *route);

/* What is asked next; of a GET `body` is NULL. `path` begins with a slash and has at most ROUTE_PATH_MAX characters. */
void route_ask(const struct route *route, CURL *curl, const char *path, const uint8_t *body,
               size_t size);

/* The log's vkey. Tells people what is wrong. */
POBF_MUST_CHECK enum pobf_status route_read_key(struct note_key *log, const char *path);

#endif
