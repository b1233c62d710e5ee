#include "edge/http/http.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <event2/listener.h>

#include "edge/http/internal.h"
#include "edge/http/tls.h"

/* What evhttp may read beyond body_max, so that the refusal is ours and says how much came. */
enum { HTTP_BODY_SLACK = 64 * 1024, SPARE_DESCRIPTORS = 256 };

static int is_loopback(const struct sockaddr_storage *address)
{
    const struct sockaddr_in *four = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;

    if (address->ss_family == AF_INET) {
        return ntohl(four->sin_addr.s_addr) >> 24 == 127;
    }
    return address->ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

/* All of `text` is a port, in decimal; evutil's own parser would not take port 0. */
static int parse_port(uint16_t *port, const char *text)
{
    char *end;
    const unsigned long value = strtoul(text, &end, 10);

    *port = htons((uint16_t)value);
    return *text >= '0' && *text <= '9' && *end == '\0' && value <= UINT16_MAX;
}

/* An address in numbers and a port: 127.0.0.1:8080, [::1]:8080. */
static enum pobf_status parse_listen(struct sockaddr_storage *address, int *size, const char *text)
{
    struct sockaddr_in *four = (struct sockaddr_in *)address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
    const char *colon = strrchr(text, ':');
    char host[INET6_ADDRSTRLEN + 2];
    uint16_t port;

    memset(address, 0, sizeof *address);
    if (colon == NULL || !parse_port(&port, colon + 1) || (size_t)(colon - text) >= sizeof host) {
        return POBF_E_USAGE;
    }
    snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
    if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = port;
        *size = sizeof *four;
        return POBF_OK;
    }
    if (host[0] != '[' || colon[-1] != ']') {
        return POBF_E_USAGE;
    }
    host[strlen(host) - 1] = '\0';
    if (inet_pton(AF_INET6, host + 1, &six->sin6_addr) != 1) {
        return POBF_E_USAGE;
    }
    six->sin6_family = AF_INET6;
    six->sin6_port = port;
    *size = sizeof *six;
    return POBF_OK;
}

static void stop(evutil_socket_t signal_number, short what, void *context)
{
    struct http *http = context;
    const struct timeval grace = {http->timeout_s, 0};

    (void)signal_number;
    (void)what;
    if (http->stopping || http->live == 0) {
        event_base_loopbreak(http->base);
        return;
    }
    http->stopping = 1;
    evhttp_del_accept_socket(http->server, http->socket);
    http->socket = NULL;
    event_base_loopexit(http->base, &grace);
}

void http_note_end(struct http *http)
{
    http->live--;
    if (http->stopping && http->live == 0) {
        event_base_loopbreak(http->base);
    }
}

static enum pobf_status watch_signals(struct http *http)
{
    const int numbers[2] = {SIGTERM, SIGINT};

    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < 2; i++) {
        http->stop_signals[i] = evsignal_new(http->base, numbers[i], stop, http);
        if (http->stop_signals[i] == NULL || event_add(http->stop_signals[i], NULL) != 0) {
            return POBF_E_SYSTEM;
        }
    }
    return POBF_OK;
}

static enum pobf_status start_server(struct http *http, const struct http_options *options)
{
    http->server = evhttp_new(http->base);
    if (http->server == NULL) {
        return POBF_E_SYSTEM;
    }
    evhttp_set_max_headers_size(http->server, HTTP_HEADERS_MAX);
    evhttp_set_max_body_size(http->server, (ev_ssize_t)(options->body_max + HTTP_BODY_SLACK));
    evhttp_set_timeout(http->server, (int)options->timeout_s);
    /* All that evhttp knows: a method that is not served is refused by the route, with Allow. */
    evhttp_set_allowed_methods(http->server, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
                                                 EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
                                                 EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
    evhttp_set_default_content_type(http->server, NULL);
    evhttp_set_bevcb(http->server, connections_accept, http->connections);
    evhttp_set_gencb(http->server, request_take, http);
    return POBF_OK;
}

static uint16_t bound_port(evutil_socket_t descriptor)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;

    if (getsockname(descriptor, (struct sockaddr *)&address, &size) != 0) {
        return 0;
    }
    return ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port
                                              : ((struct sockaddr_in6 *)&address)->sin6_port);
}

static enum pobf_status bind_socket(struct http *http, const struct sockaddr_storage *address,
                                    int size)
{
    const int at_once = 1;
    struct evconnlistener *listener = evconnlistener_new_bind(
        http->base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
        -1, (const struct sockaddr *)address, size);

    if (listener == NULL) {
        return POBF_E_SYSTEM;
    }
    http->socket = evhttp_bind_listener(http->server, listener);
    if (http->socket == NULL) {
        evconnlistener_free(listener);
        return POBF_E_SYSTEM;
    }
    /* Accepted sockets inherit it: the last bytes of an answer do not wait for others. */
    setsockopt(evhttp_bound_socket_get_fd(http->socket), IPPROTO_TCP, TCP_NODELAY, &at_once,
               sizeof at_once);
    http->port = bound_port(evhttp_bound_socket_get_fd(http->socket));
    return POBF_OK;
}

/*
 * How many connections leave descriptors for files, and for those that are one too many until they
 * are cut: a backlog of them is accepted at once. Where none is left the server can open nothing.
 */
static uint32_t afford_connections(uint32_t wanted)
{
    struct rlimit limit;
    rlim_t spare;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return wanted;
    }
    if (limit.rlim_cur < (rlim_t)wanted + SPARE_DESCRIPTORS) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit); /* it may not be raised: then they are fewer */
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    spare = limit.rlim_cur / 2 < SPARE_DESCRIPTORS ? limit.rlim_cur / 2 : SPARE_DESCRIPTORS;
    return limit.rlim_cur - spare < wanted ? (uint32_t)(limit.rlim_cur - spare) : wanted;
}

/* Everything of the server, in order; what was made so far is freed by http_close. */
static enum pobf_status build(struct http *http, const struct http_options *options,
                              const struct sockaddr_storage *address, int address_size)
{
    enum pobf_status status = POBF_OK;

    http->base = event_base_new();
    if (http->base == NULL) {
        return POBF_E_SYSTEM;
    }
    if (options->key_path != NULL) {
        status =
            tls_open(&http->tls, http->channel_key, options->certificate_path, options->key_path);
    }
    if (status == POBF_OK) {
        status = connections_open(&http->connections, http->base, http->tls,
                                  afford_connections(options->connections_max),
                                  HTTP_PATIENCE * options->timeout_s, options->body_max);
    }
    if (status == POBF_OK) {
        status = start_server(http, options);
    }
    if (status == POBF_OK) {
        status = bind_socket(http, address, address_size);
    }
    return status == POBF_OK ? watch_signals(http) : status;
}

enum pobf_status http_open(struct http **http, const struct http_options *options,
                           const struct http_route *routes, size_t route_count, void *context)
{
    struct sockaddr_storage address;
    struct http *made;
    int size;
    enum pobf_status status = parse_listen(&address, &size, options->listen);

    *http = NULL;
    if (status != POBF_OK || (options->certificate_path == NULL) != (options->key_path == NULL) ||
        options->connections_max == 0 || options->connections_max > HTTP_CONNECTIONS_MAX) {
        return POBF_E_USAGE;
    }
    if (options->key_path == NULL && !is_loopback(&address)) {
        return POBF_E_REFUSED;
    }
    made = calloc(1, sizeof *made);
    if (made == NULL) {
        return POBF_E_SYSTEM;
    }
    made->routes = routes;
    made->route_count = route_count;
    made->context = context;
    made->body_max = options->body_max;
    made->timeout_s = options->timeout_s;
    status = build(made, options, &address, size);
    if (status != POBF_OK) {
        http_close(made);
        return status;
    }
    *http = made;
    return POBF_OK;
}

void http_close(struct http *http)
{
    if (http == NULL) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (http->stop_signals[i] != NULL) {
            event_free(http->stop_signals[i]);
        }
    }
    if (http->server != NULL) {
        evhttp_free(http->server);
    }
    connections_close(http->connections);
    if (http->base != NULL) {
        event_base_free(http->base);
    }
    SSL_CTX_free(http->tls);
    free(http);
}

const char *http_why(enum pobf_status status)
{
    switch ((int)status) {
    case POBF_E_USAGE:
        return "takes ADDRESS:PORT, as 127.0.0.1:8080 or [::1]:8080; certificate and key go "
               "together";
    case POBF_E_REFUSED:
        return "plain HTTP is served on loopback only; give a TLS certificate and key";
    case POBF_E_MISSING:
        return "the PEM files of --tls-cert and --tls-key cannot be read, or do not belong "
               "together";
    default:
        return "the address is in use, or may not be listened on";
    }
}

void http_run(struct http *http)
{
    event_base_dispatch(http->base);
}

struct event_base *http_base(struct http *http)
{
    return http->base;
}

uint16_t http_port(const struct http *http)
{
    return http->port;
}

void http_say_where(const struct http *http, const char *listen)
{
    printf("listening on http%s://%.*s:%" PRIu16 "\n", http->tls != NULL ? "s" : "",
           (int)(strrchr(listen, ':') - listen), listen, http_port(http));
    fflush(stdout);
}

void http_channel_key(const struct http *http, uint8_t digest[32])
{
    memcpy(digest, http->channel_key, sizeof http->channel_key);
}
