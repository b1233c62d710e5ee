#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "edge/cli/clock.h"
#include "tests/edge/http/client.h"

/*
 * The server goes by the clock, and a busy machine makes us late: who waits for what must come does so
 * long enough, and who must be in time tries again where the clock says that it was not.
 */
enum { SOON_MS = 30000, IN_TIME_MS = SERVER_TIMEOUT_S * 1000, TRIES = 20 };

/* Soon: connections that were just closed may still count. */
static void assert_hello_soon(void)
{
    const int64_t until_ms = clock_ms() + SOON_MS;

    answer[0] = '\0';
    while (strstr(answer, "hello\n") == NULL && clock_ms() < until_ms) {
        usleep(20000);
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
    const int64_t until_ms = clock_ms() + SOON_MS;
    const int before = count_gone();
    const int connected = server_connect(&server);

    (void)state;
    server_say(connected, "POST /stall HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");
    usleep(50000);
    assert_int_equal(count_gone(), before);
    close(connected);
    while (count_gone() != before + 1 && clock_ms() < until_ms) {
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

/* One byte after the other until it is cut off, and the longest time between two of them. */
static int64_t drip(void)
{
    const int connected = server_connect(&server);
    const int64_t until_ms = clock_ms() + SOON_MS;
    int64_t last_ms = clock_ms();
    int64_t longest_ms = 0;

    server_say(connected, "GET /hello HTTP/1.1\r\nX: ");
    while (send(connected, "x", 1, MSG_NOSIGNAL) == 1) {
        assert_true(clock_ms() < until_ms);
        longest_ms = clock_ms() - last_ms > longest_ms ? clock_ms() - last_ms : longest_ms;
        last_ms = clock_ms();
        usleep(100000);
    }
    close(connected);
    return longest_ms;
}

/* Each byte comes well within the time of one read: evhttp alone would wait forever. */
static void a_client_that_drips_is_cut_off(void **state)
{
    int tries = 0;

    (void)state;
    while (drip() >= IN_TIME_MS) {
        assert_true(tries++ < TRIES);
    }
}

static void assert_open(int connected)
{
    assert_int_equal(recv(connected, answer, 1, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
}

static void connections_over_the_limit_are_closed_and_room_comes_back(void **state)
{
    int sockets[SERVER_CONNECTIONS_MAX + 1];

    (void)state;
    assert_hello_soon(); /* those of the tests before are gone by now */
    for (int i = 0; i < SERVER_CONNECTIONS_MAX; i++) {
        sockets[i] = server_connect(&server);
        server_say(sockets[i], "POST /stall HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");
    }
    sockets[SERVER_CONNECTIONS_MAX] = server_connect(&server);
    send(sockets[SERVER_CONNECTIONS_MAX], "GET /hello HTTP/1.1\r\n\r\n", 23, MSG_NOSIGNAL);
    assert_int_equal(server_hear(sockets[SERVER_CONNECTIONS_MAX], answer, sizeof answer, NULL), 0);
    assert_null(strstr(answer, " 200 "));
    for (int i = 0; i < SERVER_CONNECTIONS_MAX; i++) {
        assert_open(sockets[i]);
    }
    for (int i = 0; i <= SERVER_CONNECTIONS_MAX; i++) {
        close(sockets[i]);
    }
    assert_hello_soon();
}

/* 1 where the server could open a file just now. */
static int can_open(int connected)
{
    server_say(connected, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(server_hear(connected, answer, sizeof answer, "\r\n\r\n"), 0);
    return strstr(answer, "open\n") != NULL;
}

/* Sooner than those that say nothing are cut off for that. */
static void connections_leave_descriptors_for_files(void **state)
{
    struct server small = {.connections = 200, .descriptors = 64};
    int sockets[100];
    int is_left = 0;

    (void)state;
    server_start(&small, NULL, NULL);
    sockets[0] = server_connect(&small);
    assert_int_equal(can_open(sockets[0]), 1);
    for (size_t i = 1; i < sizeof sockets / sizeof sockets[0]; i++) {
        sockets[i] = server_connect(&small);
    }
    for (int tries = 0; tries < 10 && !is_left; tries++) {
        usleep(100000);
        is_left = can_open(sockets[0]);
    }
    for (size_t i = 0; i < sizeof sockets / sizeof sockets[0]; i++) {
        close(sockets[i]);
    }
    assert_int_equal(server_stop(&small), 0);
    assert_int_equal(is_left, 1);
}

static int ask_for_large(void)
{
    const int connected = server_connect(&server);
    const int window = 65536;

    setsockopt(connected, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
    server_say(connected, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    return connected;
}

/* Read slowly for so long, then as fast as it comes. How many bytes came? */
static size_t read_slowly(int connected, int64_t slow_ms, unsigned pause_us)
{
    const int64_t until_ms = clock_ms() + slow_ms;
    size_t size = 0;
    ssize_t got = 1;

    while (got > 0 && size < SERVER_LARGE) {
        got = recv(connected, answer, 65536, 0);
        size += got > 0 ? (size_t)got : 0;
        usleep(clock_ms() < until_ms ? pause_us : 0);
    }
    return size;
}

/* Slow for longer than a sweep of the connections takes to come by, then done in good time. */
static void a_client_that_reads_slowly_gets_all_and_its_next_answer(void **state)
{
    enum { SLOW_MS = 1300, PAUSE_US = 6000 };
    int64_t start_ms = clock_ms();
    int connected = ask_for_large();
    int tries = 0;

    (void)state;
    while (read_slowly(connected, SLOW_MS, PAUSE_US) < SERVER_LARGE) {
        assert_true(clock_ms() - start_ms >= IN_TIME_MS && tries++ < TRIES);
        close(connected);
        start_ms = clock_ms();
        connected = ask_for_large();
    }
    server_say(connected, "GET /hello HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_int_equal(server_hear(connected, answer, sizeof answer, NULL), 0);
    close(connected);
    assert_says("\r\n\r\nhello\n");
}

/* It takes something every now and then, and would be done after some ten seconds. */
static void a_client_that_takes_its_answer_too_slowly_is_cut_off(void **state)
{
    enum { PAUSE_US = 40000 };
    const int connected = ask_for_large();
    const size_t size = read_slowly(connected, SOON_MS, PAUSE_US);

    (void)state;
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
        cmocka_unit_test(connections_leave_descriptors_for_files),
        cmocka_unit_test(a_client_that_reads_slowly_gets_all_and_its_next_answer),
        cmocka_unit_test(a_client_that_takes_its_answer_too_slowly_is_cut_off),
    };

    return cmocka_run_group_tests(tests, client_start, client_stop);
}
