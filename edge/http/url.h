#ifndef POBF_EDGE_HTTP_URL_H
#define POBF_EDGE_HTTP_URL_H

#include <stdint.h>

#include <curl/curl.h>

#include "edge/http/channel.h"

/*
 * Where a request of ours goes: http:// or https://, a host, and a path that others are appended
 * to. No query, no user; plain HTTP to this machine alone, unless it was asked for.
 */
enum { URL_ROOM = 2048 };

struct url {
    char base[URL_ROOM];             /* without a slash at its end */
    char host[CHANNEL_HOST_MAX + 1]; /* whom it names, with its port */
    int is_tls;
};

/* NULL, or why it cannot be taken, to people. */
const char *url_take(struct url *url, const char *text, int plain_http);

/* What every request is held to: no redirect, no proxy, no .netrc, HTTP/1.1, limits on time. */
void url_set_limits(CURL *curl, uint64_t timeout_s);

#endif
