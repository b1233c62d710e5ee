#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/edge/http/client.h"

/* Within some seconds: connections that were just closed may still count. */
static void assert_hello_soon(void)
{
    answer[0] = '\0';
    for (int tries = 0; strstr(answer, "hello\n") == NULL && tries < 50; tries++) {
        usleep(100000);
        ask("GET /hello HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    }
    assert_says("\r\n\r\nhello\n");
}

static int count_gone(void)
{
    ask("GET /gone HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    return atoi(strstr(answer, "\r\n\r\n") + 4);
}

static void a_client_that_goes_while_it_waits_is_noticed(void **state)
{
    const int before = count_gone();
    const int connected = server_connect(&server);
    int tries = 0;

    (void)state;
    server_say(connected, "POST /stall HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");
    usleep(50000);
    assert_int_equal(count_gone(), before);
    close(connected);
    while (count_gone() != before + 1 && tries++ < 100) {
        usleep(20000);
    }
    assert_int_equal(count_gone(), before + 1);
}

static void a_client_that_hangs_up_at_any_byte_harms_nobody(void **state)
{
    static const char text[] = "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345";

    (void)state;
    for (size_t i = 1; i < sizeof text; i++) {
        const int connected = server_connect(&server);
        const struct linger reset = {1, 0};

        assert_int_equal(send(connected, text, i, MSG_NOSIGNAL), i);
        if (i % 2 == 0) {
            setsockopt(connected, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        }
        close(connected);
    }
    assert_hello_soon();
}

static void a_client_that_is_silent_is_cut_off(void **state)
{
    const int connected = server_connect(&server);

    (void)state;
    server_say(connected, "GET /hel");
    assert_int_equal(server_hear(connected, answer, sizeof answer, NULL), 0);
    assert_null(strstr(answer, " 200 "));
    close(connected);
}

/* One byte at a time, each well within the time of one read: evhttp alone would wait forever. */
static void a_client_that_drips_is_cut_off(void **state)
{
    const int connected = server_connect(&server);
    int drops = 0;

    (void)state;
    server_say(connected, "GET /hello HTTP/1.1\r\nX: ");
    while (drops < 300 && send(connected, "x", 1, MSG_NOSIGNAL) == 1) {
        drops++;
        usleep(100000);
    }
    close(connected);
    assert_in_range(drops, 10, 299);
}

static void connections_over_the_limit_are_closed_and_room_comes_back(void **state)
{
    int sockets[SERVER_CONNECTIONS_MAX + 1];

    (void)state;
    for (int i = 0; i < SERVER_CONNECTIONS_MAX; i++) {
        sockets[i] = server_connect(&server);
        server_say(sockets[i], "POST /stall HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");
    }
    usleep(100000);
    sockets[SERVER_CONNECTIONS_MAX] = server_connect(&server);
    send(sockets[SERVER_CONNECTIONS_MAX], "GET /hello HTTP/1.1\r\n\r\n", 23, MSG_NOSIGNAL);
    server_hear(sockets[SERVER_CONNECTIONS_MAX], answer, sizeof answer, NULL);
    assert_null(strstr(answer, " 200 "));
    for (int i = 0; i <= SERVER_CONNECTIONS_MAX; i++) {
        close(sockets[i]);
    }
    assert_hello_soon();
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Slow for longer than a sweep of the connections takes to come by, then done in good time. */
static void a_client_that_reads_slowly_gets_all_and_its_next_answer(void **state)
{
    const int connected = server_connect(&server);
    const int64_t slow_until_ms = now_ms() + 1300;
    const int window = 65536;
    size_t size = 0;

    (void)state;
    setsockopt(connected, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
    server_say(connected, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    while (size < SERVER_LARGE) {
        const ssize_t got = recv(connected, answer, sizeof answer - 1, 0);

        assert_true(got > 0);
        size += (size_t)got;
        usleep(now_ms() < slow_until_ms ? 6000 : 0);
    }
    server_say(connected, "GET /hello HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_int_equal(server_hear(connected, answer, sizeof answer, NULL), 0);
    close(connected);
    assert_says("\r\n\r\nhello\n");
}

/* It takes something every now and then, and would be done after some ten seconds. */
static void a_client_that_takes_its_answer_too_slowly_is_cut_off(void **state)
{
    const int connected = server_connect(&server);
    const int window = 65536;
    size_t size = 0;
    ssize_t got;

    (void)state;
    setsockopt(connected, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
    server_say(connected, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    do {
        got = recv(connected, answer, 65536, 0);
        size += got > 0 ? (size_t)got : 0;
        usleep(40000);
    } while (got > 0);
    close(connected);
    assert_in_range(size, 1, SERVER_LARGE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_that_goes_while_it_waits_is_noticed),
        cmocka_unit_test(a_client_that_hangs_up_at_any_byte_harms_nobody),
        cmocka_unit_test(a_client_that_is_silent_is_cut_off),
        cmocka_unit_test(a_client_that_drips_is_cut_off),
        cmocka_unit_test(connections_over_the_limit_are_closed_and_room_comes_back),
        cmocka_unit_test(a_client_that_reads_slowly_gets_all_and_its_next_answer),
        cmocka_unit_test(a_client_that_takes_its_answer_too_slowly_is_cut_off),
    };

    return cmocka_run_group_tests(tests, client_start, client_stop);
}
