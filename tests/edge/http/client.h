#ifndef POBF_TESTS_EDGE_HTTP_CLIENT_H
#define POBF_TESTS_EDGE_HTTP_CLIENT_H

/* One server, in plain HTTP, and whoever asks it; cmocka.h must be included before. */

#include "tests/edge/http/server.h"

enum { ANSWER_ROOM = 256 * 1024 };

static struct server server;
static char answer[ANSWER_ROOM];

/* Say a text on a new connection, and hear all of the answer. */
static inline void ask(const char *text)
{
    const int connected = server_connect(&server);

    server_say(connected, text);
    assert_int_equal(server_hear(connected, answer, sizeof answer, NULL), 0);
    close(connected);
}

#define ASK_CLOSE "Host: x\r\nConnection: close\r\n"

static inline void assert_says(const char *part)
{
    if (strstr(answer, part) == NULL) {
        fail_msg("expected \"%s\" in: %.400s", part, answer);
    }
}

static inline int client_start(void **state)
{
    (void)state;
    server_start(&server, NULL, NULL);
    return 0;
}

static inline int client_stop(void **state)
{
    (void)state;
    return server_stop(&server);
}

#endif
