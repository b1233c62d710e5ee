#ifndef POBF_EDGE_HTTP_INTERNAL_H
#define POBF_EDGE_HTTP_INTERNAL_H

#include <event2/event.h>
#include <event2/http.h>
#include <openssl/ssl.h>

#include "edge/http/connections.h"
#include "edge/http/http.h"

/* The server, shared by http.c, request.c and nobody else. */
struct http {
    struct event_base *base;
    struct evhttp *server;
    struct evhttp_bound_socket *socket;
    struct event *stop_signals[2];
    struct connections *connections;
    SSL_CTX *tls; /* NULL: plain HTTP */
    const struct http_route *routes;
    size_t route_count;
    void *context; /* of the handlers */
    size_t body_max;
    uint32_t timeout_s;
    size_t live; /* requests that are not answered to the last byte */
    int stopping;
    uint16_t port;
    uint8_t channel_key[32];
};

/* evhttp's callback for every request; `http` is a struct http. */
void request_take(struct evhttp_request *raw, void *http);

/* Called whenever one request has ended: where the server is stopping, the last one ends it. */
void http_note_end(struct http *http);

#endif
