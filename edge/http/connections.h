#ifndef POBF_EDGE_HTTP_CONNECTIONS_H
#define POBF_EDGE_HTTP_CONNECTIONS_H

#include <stddef.h>
#include <stdint.h>

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <openssl/ssl.h>

#include "framework/core/status.h"

/*
 * Every connection that is open, so that there are never too many, and none takes forever: evhttp
 * itself only bounds the time between two bytes, and a client can send one byte at a time.
 */
struct connections;

/*
 *   tls         NULL: plain connections
 *   patience_s  seconds that a client may take to send a whole request, or to take an answer
 *   body_max    bytes that a body may have, for whom evhttp refuses one that is longer
 */
POBF_MUST_CHECK enum pobf_status connections_open(struct connections **connections,
                                                  struct event_base *base, SSL_CTX *tls,
                                                  uint32_t count_max, uint32_t patience_s,
                                                  size_t body_max);
void connections_close(struct connections *connections);

/* evhttp's callback for each accepted socket; `connections` is a struct connections. */
struct bufferevent *connections_accept(struct event_base *base, void *connections);

/*
 * 1 where this connection may be served: it is in the table, with TLS where there is TLS, and not
 * one too many. Requests from any other must be refused.
 */
int connections_know(struct connections *connections, const struct bufferevent *stream);

/*
 * The client's turn has ended, for a whole request is here; or it begins, for there is an answer to
 * take, or the next request to send.
 */
void connections_pause(struct connections *connections, const struct bufferevent *stream);
void connections_resume(struct connections *connections, const struct bufferevent *stream);

#endif
