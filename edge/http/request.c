#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/keyvalq_struct.h>
#include <jansson.h>

#include "edge/cli/talk.h"
#include "edge/http/channel.h"
#include "edge/http/internal.h"
#include "edge/http/page.h"

struct http_request {
    struct http *http;
    struct evhttp_request *raw; /* evhttp's; it dies with its connection */
    struct bufferevent *stream;
    const char *tail;
    struct evkeyvalq query;
    struct event *hangup; /* while deferred: the client's end of the connection was closed */
    void (*gone)(void *context);
    void *gone_context;
    int answered;
};

static const struct {
    enum evhttp_cmd_type type;
    const char *name;
} methods[] = {
    {EVHTTP_REQ_GET, "GET"},         {EVHTTP_REQ_HEAD, "GET"}, /* HEAD is GET without the body */
    {EVHTTP_REQ_POST, "POST"},       {EVHTTP_REQ_PUT, "PUT"},     {EVHTTP_REQ_DELETE, "DELETE"},
    {EVHTTP_REQ_OPTIONS, "OPTIONS"}, {EVHTTP_REQ_PATCH, "PATCH"},
};

static const char *method_of(struct evhttp_request *raw)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (methods[i].type == evhttp_request_get_command(raw)) {
            return methods[i].name;
        }
    }
    return "";
}

/* The end of a request, whichever way: nothing of it is used after this. */
static void end(struct http_request *request)
{
    struct http *http = request->http;

    evhttp_connection_set_closecb(evhttp_request_get_connection(request->raw), NULL, NULL);
    connections_resume(http->connections, request->stream);
    if (request->hangup != NULL) {
        event_free(request->hangup);
    }
    evhttp_clear_headers(&request->query);
    free(request);
    http_note_end(http);
}

static void on_sent(struct evhttp_request *raw, void *context)
{
    (void)raw;
    end(context);
}

static void on_closed(struct evhttp_connection *connection, void *context)
{
    struct http_request *request = context;

    (void)connection;
    if (!request->answered && request->gone != NULL) {
        request->gone(request->gone_context);
    }
    end(request);
}

/* evhttp does not read while a request is being served, so it would not see the client go. */
static void on_hangup(evutil_socket_t descriptor, short what, void *context)
{
    struct http_request *request = context;

    (void)descriptor;
    (void)what;
    evhttp_connection_free(evhttp_request_get_connection(request->raw));
}

/* What is left of a path behind a route's; NULL where the route does not serve it. */
static const char *match(const struct http_route *route, const char *path)
{
    const char *pattern = route->path;

    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '*') {
            path += strcspn(path, "/");
        } else if (*pattern == *path) {
            path++;
        } else {
            return NULL;
        }
    }
    return *path == '\0' || pattern[-1] == '/' ? path : NULL;
}

/* The methods that a path is served with, as the header Allow lists them. */
static void list_allowed(char *allowed, size_t room, const struct http *http, const char *path)
{
    allowed[0] = '\0';
    for (size_t i = 0; i < http->route_count; i++) {
        if (match(&http->routes[i], path) != NULL &&
            strlen(allowed) + strlen(http->routes[i].method) + sizeof ", HEAD" + 2 < room) {
            strcat(allowed, allowed[0] == '\0' ? "" : ", ");
            strcat(allowed, http->routes[i].method);
            strcat(allowed, strcmp(http->routes[i].method, "GET") == 0 ? ", HEAD" : "");
        }
    }
}

static void dispatch(struct http_request *request, const char *path)
{
    const struct http *http = request->http;
    const char *method = method_of(request->raw);
    char allowed[128];

    for (size_t i = 0; i < http->route_count; i++) {
        request->tail = match(&http->routes[i], path);
        if (request->tail != NULL && strcmp(method, http->routes[i].method) == 0) {
            http->routes[i].handle(request, http->context);
            return;
        }
    }
    list_allowed(allowed, sizeof allowed, http, path);
    if (allowed[0] != '\0') {
        http_set_header(request, "Allow", allowed);
        http_problem(request, 405, "the method is not served here", "method", allowed, NULL);
    } else {
        http_refuse(request, POBF_E_MISSING, "path", NULL, NULL);
    }
}

static struct http_request *open_request(struct http *http, struct evhttp_request *raw)
{
    const char *query = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(raw));
    struct http_request *request = calloc(1, sizeof *request);

    if (request == NULL) {
        return NULL;
    }
    request->http = http;
    request->raw = raw;
    request->stream = evhttp_connection_get_bufferevent(evhttp_request_get_connection(raw));
    /* What cannot be parsed is a query without parameters: what a handler needs is then missing. */
    if (evhttp_parse_query_str(query == NULL ? "" : query, &request->query) != 0) {
        evhttp_clear_headers(&request->query);
    }
    http->live++;
    connections_pause(http->connections, request->stream);
    evhttp_request_set_on_complete_cb(raw, on_sent, request);
    evhttp_connection_set_closecb(evhttp_request_get_connection(raw), on_closed, request);
    return request;
}

static void refuse_size(struct http_request *request, size_t seen)
{
    char allowed_text[32];
    char seen_text[32];

    snprintf(allowed_text, sizeof allowed_text, "at most %zu bytes", request->http->body_max);
    snprintf(seen_text, sizeof seen_text, "%zu bytes", seen);
    http_refuse(request, POBF_E_SPACE, "body", allowed_text, seen_text);
}

void request_take(struct evhttp_request *raw, void *context)
{
    struct http *http = context;
    struct evhttp_connection *connection = evhttp_request_get_connection(raw);
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(raw);
    const char *path = uri == NULL ? NULL : evhttp_uri_get_path(uri);
    struct http_request *request = NULL;

    if (path != NULL &&
        connections_know(http->connections, evhttp_connection_get_bufferevent(connection))) {
        request = open_request(http, raw);
    }
    if (request == NULL) {
        evhttp_add_header(evhttp_request_get_output_headers(raw), "Connection", "close");
        evhttp_send_error(raw, 503, NULL);
        return;
    }
    if (http_body_size(request) > http->body_max) {
        refuse_size(request, http_body_size(request));
    } else {
        dispatch(request, path);
    }
}

size_t http_body_size(const struct http_request *request)
{
    return evbuffer_get_length(evhttp_request_get_input_buffer(request->raw));
}

void http_body_copy(const struct http_request *request, uint8_t *to)
{
    struct evbuffer *body = evhttp_request_get_input_buffer(request->raw);

    (void)evbuffer_copyout(body, to, evbuffer_get_length(body)); /* all of it is there */
}

const uint8_t *http_body(struct http_request *request, size_t *size)
{
    struct evbuffer *body = evhttp_request_get_input_buffer(request->raw);
    const uint8_t *bytes = evbuffer_pullup(body, -1);

    *size = bytes == NULL ? 0 : evbuffer_get_length(body);
    return bytes;
}

const char *http_tail(const struct http_request *request)
{
    return request->tail;
}

const char *http_path(const struct http_request *request)
{
    return evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request->raw));
}

const char *http_query(const struct http_request *request, const char *name)
{
    return evhttp_find_header(&request->query, name);
}

void http_client(const struct http_request *request, uint8_t client[HTTP_CLIENT_BYTES])
{
    struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
    const struct in6_addr *six = &((const struct sockaddr_in6 *)&from)->sin6_addr;
    socklen_t size = sizeof from;

    memset(client, 0, HTTP_CLIENT_BYTES);
    if (getpeername(bufferevent_getfd(request->stream), (struct sockaddr *)&from, &size) != 0) {
        return;
    }
    if (from.ss_family == AF_INET) {
        memset(client + 10, 0xff, 2);
        memcpy(client + 12, &((const struct sockaddr_in *)&from)->sin_addr, 4);
    } else if (from.ss_family == AF_INET6) {
        /* A socket of both families shows IPv4 like this: all of that is the client's address. */
        memcpy(client, six, IN6_IS_ADDR_V4MAPPED(six) ? HTTP_CLIENT_BYTES : HTTP_CLIENT_BYTES / 2);
    }
}

enum pobf_status http_bind(const struct http_request *request, uint8_t bound[32],
                           const uint8_t nonce[32], const char *host)
{
    SSL *session = request->http->tls == NULL ? NULL : bufferevent_openssl_get_ssl(request->stream);
    struct channel channel = {.host = host};
    enum pobf_status status = channel_export(channel.exporter, session, nonce);

    if (status != POBF_OK) {
        memset(bound, 0, CHANNEL_BYTES);
        return status;
    }
    http_channel_key(request->http, channel.key);
    return channel_bind(bound, nonce, &channel);
}

const char *http_header(const struct http_request *request, const char *name)
{
    return evhttp_find_header(evhttp_request_get_input_headers(request->raw), name);
}

void http_defer(struct http_request *request, void (*gone)(void *context), void *context)
{
    const evutil_socket_t descriptor = bufferevent_getfd(request->stream);

    request->gone = gone;
    request->gone_context = context;
    request->hangup = event_new(request->http->base, descriptor, EV_CLOSED, on_hangup, request);
    if (request->hangup != NULL) {
        event_add(request->hangup, NULL);
    }
}

void http_set_header(struct http_request *request, const char *name, const char *value)
{
    evhttp_add_header(evhttp_request_get_output_headers(request->raw), name, value);
}

/* The answer to HEAD says how long the body would be; evhttp 2.1 would send it all the same. */
static int is_head(struct http_request *request, size_t size)
{
    char length[24];

    if (evhttp_request_get_command(request->raw) != EVHTTP_REQ_HEAD) {
        return 0;
    }
    snprintf(length, sizeof length, "%zu", size);
    http_set_header(request, "Content-Length", length);
    return 1;
}

void http_answer_parts(struct http_request *request, int code, const char *content_type,
                       const void *head, size_t head_size, const void *body, size_t size)
{
    struct evbuffer *bytes = evbuffer_new();

    request->answered = 1;
    if (request->hangup != NULL) {
        event_free(request->hangup);
        request->hangup = NULL;
    }
    /* From here on it is the client's turn: to take the answer. */
    connections_resume(request->http->connections, request->stream);
    http_set_header(request, "Cache-Control", "no-store");
    if (content_type != NULL) {
        http_set_header(request, "Content-Type", content_type);
    }
    if (request->http->stopping) {
        http_set_header(request, "Connection", "close");
    }
    if (!is_head(request, head_size + size) && bytes != NULL &&
        (evbuffer_add(bytes, head, head_size) != 0 || evbuffer_add(bytes, body, size) != 0)) {
        evbuffer_drain(bytes, evbuffer_get_length(bytes));
        code = 503;
    }
    evhttp_send_reply(request->raw, code, NULL, bytes);
    if (bytes != NULL) {
        evbuffer_free(bytes);
    }
}

void http_answer(struct http_request *request, int code, const char *content_type, const void *body,
                 size_t size)
{
    http_answer_parts(request, code, content_type, "", 0, body == NULL ? "" : body, size);
}

/* What a client sent may be any bytes, and JSON holds only text. */
static const char *shown(const char *seen)
{
    json_t *text = seen == NULL ? NULL : json_string(seen);
    const int is_text = text != NULL;

    json_decref(text);
    return is_text || seen == NULL ? seen : "bytes that are no text";
}

void http_problem(struct http_request *request, int code, const char *title, const char *field,
                  const char *expected, const char *seen)
{
    char *text = page_problem(code, title, field, expected, shown(seen));

    http_answer(request, code, "application/problem+json", text, text == NULL ? 0 : strlen(text));
    free(text);
}

void http_refuse(struct http_request *request, enum pobf_status status, const char *field,
                 const char *expected, const char *seen)
{
    http_problem(request, talk_http_code(status), talk_sentence(status), field, expected, seen);
}
