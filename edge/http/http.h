#ifndef POBF_EDGE_HTTP_HTTP_H
#define POBF_EDGE_HTTP_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

struct event_base;

/*
 * A small HTTP/1.1 server over libevent, with TLS 1.3 by libssl (no tickets, no early data), for
 * a loop of one thread. Plain HTTP is refused on any address but loopback. Chunked bodies are
 * taken. Limits on bodies, headers, time and connections are always on.
 */
struct http;
struct http_request;

typedef void http_handler(struct http_request *request, void *context);

/* `path` ending in '/' serves all paths that begin with it; the rest is http_tail. A '*' is one segment. */
struct http_route {
    const char *method; /* "GET", "POST", "DELETE" */
    const char *path;
    http_handler *handle;
};

struct http_options {
    const char *listen;           /* "127.0.0.1:8080", "[::1]:0"; port 0: any free port  */
    const char *certificate_path; /* PEM chain; NULL with key_path NULL: plain HTTP      */
    const char *key_path;         /* PEM                                                 */
    size_t body_max;              /* bytes of a request body                             */
    uint32_t timeout_s;           /* of one read or write, and of an idle connection; a
                                     whole request or answer may take HTTP_PATIENCE times
                                     as long                                             */
    uint32_t connections_max;     /* further ones are closed at once; fewer where the
                                     process may not have so many descriptors            */
};

enum { HTTP_PATIENCE = 4, HTTP_HEADERS_MAX = 8192, HTTP_CONNECTIONS_MAX = 4096 };

/*
 * Open the listening socket. From then on SIGPIPE is ignored, SIGTERM and SIGINT end http_run.
 *   POBF_E_USAGE    `listen` is no address and port, or only one of the two PEM paths is given
 *   POBF_E_REFUSED  plain HTTP on an address that is not loopback
 *   POBF_E_MISSING  the PEM files hold no chain and key that belong together
 *   POBF_E_SYSTEM   the address is taken, or the system is out of something
 * http_why says the same to people.
 */
POBF_MUST_CHECK enum pobf_status http_open(struct http **http, const struct http_options *options,
                                           const struct http_route *routes, size_t route_count,
                                           void *context);
void http_close(struct http *http);
const char *http_why(enum pobf_status status);

/* Serve until SIGTERM or SIGINT; requests in flight are answered first, within timeout_s. */
void http_run(struct http *http);

/* For timers and other descriptors in the same loop. */
struct event_base *http_base(struct http *http);
uint16_t http_port(const struct http *http);

/* "listening on https://127.0.0.1:8443" on stdout, for scripts to wait for. `listen` is as given. */
void http_say_where(const struct http *http, const char *listen);

/* SHA-256 of the TLS key's SubjectPublicKeyInfo; zeros on plain HTTP. */
void http_channel_key(const struct http *http, uint8_t digest[32]);

/* The request. Pointers are valid until it is answered. */
const uint8_t *http_body(struct http_request *request, size_t *size);
size_t http_body_size(const struct http_request *request);
/* Copy all of the body from where it arrived; http_body has to put it together in one piece first. */
void http_body_copy(const struct http_request *request, uint8_t *to);
const char *http_path(const struct http_request *request);
const char *http_tail(const struct http_request *request);
const char *http_query(const struct http_request *request, const char *name); /* NULL: absent */
const char *http_header(const struct http_request *request, const char *name);

/*
 * Who asks: the address that the connection comes from, IPv4 as IPv6 has it; of IPv6 the first half, for the
 * other one is any client's to choose. Zeros where it is not known.
 */
enum { HTTP_CLIENT_BYTES = 16 };
void http_client(const struct http_request *request, uint8_t client[HTTP_CLIENT_BYTES]);

/*
 * The nonce, bound to the request's connection and to `host` (edge/http/channel.h). POBF_E_STATE on plain
 * HTTP; then *bound is all zeros.
 */
POBF_MUST_CHECK enum pobf_status http_bind(const struct http_request *request, uint8_t bound[32],
                                           const uint8_t nonce[32], const char *host);

/*
 * A handler answers at once, or later: until then the request stays valid. Where the client goes
 * away first, `gone` is called once, and the request must not be touched after it.
 */
void http_defer(struct http_request *request, void (*gone)(void *context), void *context);

/* Answer, and end the request. Cache-Control: no-store is always sent. `body` is copied. */
void http_answer(struct http_request *request, int code, const char *content_type, const void *body,
                 size_t size);
/* The same with a body of two parts. */
void http_answer_parts(struct http_request *request, int code, const char *content_type,
                       const void *head, size_t head_size, const void *body, size_t size);
void http_set_header(struct http_request *request, const char *name, const char *value);

/*
 * Answer with the HTTP code of `status` and application/problem+json (RFC 9457):
 * {"title": sentence, "status": code, "field", "expected", "seen"}; the last three may be NULL.
 */
void http_refuse(struct http_request *request, enum pobf_status status, const char *field,
                 const char *expected, const char *seen);

/* The same with a code and a title of one's own. */
void http_problem(struct http_request *request, int code, const char *title, const char *field,
                  const char *expected, const char *seen);

#endif
