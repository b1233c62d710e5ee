#ifndef POBF_TESTS_EDGE_HTTP_SERVER_H
#define POBF_TESTS_EDGE_HTTP_SERVER_H

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "edge/http/http.h"

/*
 * A server in a process of its own, and a client that says exactly the bytes it is told.
 *
 *   GET  /hello        "hello\n"
 *   POST /echo         the body
 *   POST /later        the body, a little later
 *   POST /stall        never; counts the clients that went away
 *   GET  /gone         that count
 *   GET  /large        SERVER_LARGE times the letter x
 *   GET  /file         "open\n" where a file can be opened, else nothing
 *   GET  /client       who asks, in hexadecimal digits
 *   GET  /items/...    what follows, and the value of ?name=; refused for the value of ?bad=
 */
struct server {
    pid_t process;
    uint16_t port;
    const char *listen;   /* NULL: 127.0.0.1:0 */
    uint32_t connections; /* 0: SERVER_CONNECTIONS_MAX */
    uint32_t descriptors; /* that it may have; 0: as many as we may */
};

enum {
    SERVER_BODY_MAX = 100000,
    SERVER_TIMEOUT_S = 2,
    SERVER_CONNECTIONS_MAX = 8,
    SERVER_LARGE = 16 << 20
};

struct server_state {
    struct http *http;
    int gone;
};

static inline void serve_hello(struct http_request *request, void *context)
{
    (void)context;
    http_answer(request, 200, "text/plain", "hello\n", 6);
}

static inline void serve_echo(struct http_request *request, void *context)
{
    uint8_t *copy = malloc(http_body_size(request) + 1);
    size_t size;
    const uint8_t *body;

    (void)context;
    http_body_copy(request, copy); /* as it arrived, in pieces */
    body = http_body(request, &size);
    if (size > 0 && memcmp(copy, body, size) != 0) {
        http_refuse(request, POBF_E_SYSTEM, "body", NULL, NULL);
    } else {
        http_answer(request, 200, "application/octet-stream", body, size);
    }
    free(copy);
}

struct later {
    struct event *timer;
    struct http_request *request;
};

static inline void forget_later(void *context)
{
    struct later *later = context;

    event_free(later->timer);
    free(later);
}

static inline void answer_later(evutil_socket_t none, short what, void *context)
{
    struct later *later = context;

    (void)none;
    (void)what;
    serve_echo(later->request, NULL);
    forget_later(later);
}

static inline void serve_later(struct http_request *request, void *context)
{
    struct server_state *state = context;
    const struct timeval pause = {0, 100000};
    struct later *later = malloc(sizeof *later);

    later->timer = evtimer_new(http_base(state->http), answer_later, later);
    later->request = request;
    evtimer_add(later->timer, &pause);
    http_defer(request, forget_later, later);
}

static inline void count_gone_client(void *context)
{
    ((struct server_state *)context)->gone++;
}

static inline void serve_stall(struct http_request *request, void *context)
{
    http_defer(request, count_gone_client, context);
}

static inline void serve_gone(struct http_request *request, void *context)
{
    char text[16];
    const int size = snprintf(text, sizeof text, "%d\n", ((struct server_state *)context)->gone);

    http_answer(request, 200, "text/plain", text, (size_t)size);
}

static inline void serve_large(struct http_request *request, void *context)
{
    uint8_t *large = malloc(SERVER_LARGE);

    (void)context;
    memset(large, 'x', SERVER_LARGE);
    http_answer(request, 200, "application/octet-stream", large, SERVER_LARGE);
    free(large);
}

static inline void serve_file(struct http_request *request, void *context)
{
    FILE *file = fopen("/dev/null", "re");

    (void)context;
    http_answer(request, 200, "text/plain", "open\n", file != NULL ? 5 : 0);
    if (file != NULL) {
        fclose(file);
    }
}

static inline void serve_client(struct http_request *request, void *context)
{
    uint8_t client[HTTP_CLIENT_BYTES];
    char text[2 * HTTP_CLIENT_BYTES + 1];

    (void)context;
    http_client(request, client);
    for (size_t i = 0; i < sizeof client; i++) {
        snprintf(text + 2 * i, 3, "%02x", client[i]);
    }
    http_answer(request, 200, "text/plain", text, sizeof text - 1);
}

static inline void serve_items(struct http_request *request, void *context)
{
    const char *name = http_query(request, "name");
    const char *bad = http_query(request, "bad");
    char text[256];
    const int size =
        snprintf(text, sizeof text, "%.99s %.99s\n", http_tail(request), name == NULL ? "-" : name);

    (void)context;
    if (bad != NULL) {
        http_refuse(request, POBF_E_INPUT, "bad", "none", bad);
    } else {
        http_answer(request, 200, "text/plain", text, (size_t)size);
    }
}

static inline void limit_descriptors(const struct server *server)
{
    const struct rlimit limit = {server->descriptors, server->descriptors};

    if (server->descriptors != 0 && setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        abort();
    }
}

static inline int server_main(int announce, const struct server *server, const char *certificate,
                              const char *key)
{
    static const struct http_route routes[] = {
        {"GET", "/hello", serve_hello},  {"POST", "/echo", serve_echo},
        {"POST", "/later", serve_later}, {"POST", "/stall", serve_stall},
        {"GET", "/gone", serve_gone},    {"GET", "/items/", serve_items},
        {"GET", "/large", serve_large},  {"GET", "/client", serve_client},
        {"GET", "/file", serve_file},
    };
    const struct http_options options = {
        .listen = server->listen != NULL ? server->listen : "127.0.0.1:0",
        .certificate_path = certificate,
        .key_path = key,
        .body_max = SERVER_BODY_MAX,
        .timeout_s = SERVER_TIMEOUT_S,
        .connections_max = server->connections != 0 ? server->connections : SERVER_CONNECTIONS_MAX};
    struct server_state state = {NULL, 0};
    uint16_t port = 0;

    limit_descriptors(server);
    if (http_open(&state.http, &options, routes, sizeof routes / sizeof routes[0], &state) ==
        POBF_OK) {
        port = http_port(state.http);
    }
    if (write(announce, &port, sizeof port) != sizeof port || port == 0) {
        return 1;
    }
    http_run(state.http);
    http_close(state.http);
    return 0;
}

static inline void server_start(struct server *server, const char *certificate, const char *key)
{
    int ends[2];

    if (pipe(ends) != 0) {
        abort();
    }
    server->process = fork();
    if (server->process == 0) {
        _exit(server_main(ends[1], server, certificate, key));
    }
    close(ends[1]);
    if (read(ends[0], &server->port, sizeof server->port) != sizeof server->port) {
        server->port = 0;
    }
    close(ends[0]);
}

/* SIGTERM; returns how the server ended: 0 where it did so by itself. */
static inline int server_stop(struct server *server)
{
    int status;

    kill(server->process, SIGTERM);
    waitpid(server->process, &status, 0);
    return status;
}

/* A connected socket whose reads give up after some seconds. */
static inline int server_connect(const struct server *server)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons(server->port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval patience = {8, 0};
    const int connected = socket(AF_INET, SOCK_STREAM, 0);

    setsockopt(connected, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(connected, (const struct sockaddr *)&address, sizeof address) != 0) {
        abort();
    }
    return connected;
}

static inline void server_say(int connected, const char *text)
{
    size_t size = strlen(text);

    while (size > 0) {
        const ssize_t put = send(connected, text, size, MSG_NOSIGNAL);

        if (put <= 0) {
            return;
        }
        text += put;
        size -= (size_t)put;
    }
}

/* Read to the end of the stream, or until `until` was seen. -1 where it does not end in time. */
static inline int server_hear(int connected, char *answer, size_t room, const char *until)
{
    size_t size = 0;

    for (;;) {
        const ssize_t got = recv(connected, answer + size, room - 1 - size, 0);

        size += got > 0 ? (size_t)got : 0;
        answer[size] = '\0';
        if (got <= 0 || (until != NULL && strstr(answer, until) != NULL)) {
            return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? -1 : 0;
        }
    }
}

#endif
