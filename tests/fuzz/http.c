#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <event2/event.h>

#include "edge/http/http.h"
#include "tests/fuzz/fuzz.h"

/* One connection a run: the client sends the bytes and no more, and reads until the server ends. */
static struct http *http;
static int handled;

enum { TURNS_MAX = 1000, BODY_MAX = 4096 };

static void echo(struct http_request *request, void *context)
{
    size_t size;
    const uint8_t *body = http_body(request, &size);
    const char *name = http_query(request, "nonce");

    (void)context;
    handled++;
    promise(size <= BODY_MAX && (size == 0 || body != NULL) && http_tail(request) != NULL);
    if (name != NULL && strlen(name) != 4) {
        http_refuse(request, POBF_E_INPUT, "nonce", "4 letters", name);
    } else {
        http_answer(request, 200, "application/octet-stream", body, size);
    }
}

static const struct http_route routes[] = {
    {"POST", "/v1/tasks/", echo},
    {"GET", "/v1/evidence", echo},
};

size_t seed(uint8_t *out, size_t room)
{
    static const char text[] = "POST /v1/tasks/00ff?nonce=%41bcd HTTP/1.1\r\nHost: a\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
                               "GET /v1/evidence HTTP/1.1\r\nConnection: close\r\n\r\n";
    const struct http_options options = {
        .listen = "127.0.0.1:0", .body_max = BODY_MAX, .timeout_s = 1, .connections_max = 4};

    promise(http_open(&http, &options, routes, 2, NULL) == POBF_OK);
    promise(sizeof text <= room);
    memcpy(out, text, sizeof text - 1);
    return sizeof text - 1;
}

static int dial(void)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(http_port(http)),
                                   .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const struct linger at_once = {1, 0}; /* no port is left waiting, however many runs there are */
    const int client = socket(AF_INET, SOCK_STREAM, 0);

    promise(client >= 0);
    promise(setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    promise(connect(client, (const struct sockaddr *)&to, sizeof to) == 0);
    return client;
}

/* Turn the server's loop until it has closed the connection. */
static void drain(int client)
{
    char answer[4096];
    int turns = 0;

    while (recv(client, answer, sizeof answer, MSG_DONTWAIT) != 0) {
        promise(++turns < TURNS_MAX);
        event_base_loop(http_base(http), EVLOOP_NONBLOCK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    int client;

    if (size > 16 * 1024) {
        return 0; /* more than a socket takes at once */
    }
    client = dial();
    promise(send(client, bytes, size, MSG_NOSIGNAL) == (ssize_t)size);
    promise(shutdown(client, SHUT_WR) == 0);
    drain(client);
    close(client);
    return 0;
}
