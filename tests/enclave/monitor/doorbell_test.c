#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "enclave/monitor/doorbell.h"

enum { LATE_US = 20000 };

static int sockets[2];
static struct doorbell doorbell;
static char bytes[8];

static int open_sockets(void **state)
{
    (void)state;
    doorbell = (struct doorbell){.poll_us = 50};
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets);
}

static int close_sockets(void **state)
{
    (void)state;
    close(sockets[0]);
    close(sockets[1]);
    return 0;
}

static ssize_t wait_for_it(void)
{
    return doorbell_receive(&doorbell, sockets[1], bytes, sizeof bytes);
}

/* Processor time that this process has used. */
static uint64_t used_us(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000 + (uint64_t)used.tv_nsec / 1000;
}

/* A packet that comes late, and what the wait for it used. */
static uint64_t use_of_a_late_one(void)
{
    const pid_t sender = fork();
    uint64_t before;

    assert_true(sender >= 0);
    if (sender == 0) {
        usleep(LATE_US);
        _exit(send(sockets[0], "late", 4, 0) == 4 ? 0 : 1);
    }
    before = used_us();
    assert_int_equal(wait_for_it(), 4);
    before = used_us() - before;
    assert_int_equal(waitpid(sender, NULL, 0), sender);
    return before;
}

static void a_packet_that_is_there_is_taken_at_once(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(send(sockets[0], "soon", 4, 0), 4);
        assert_int_equal(wait_for_it(), 4);
        assert_memory_equal(bytes, "soon", 4);
    }
}

/* It comes late, unless the machine was so busy that we were later. */
static uint64_t use_of_a_long_wait(void)
{
    uint64_t used;

    do {
        used = use_of_a_late_one();
    } while (doorbell.waited_us < LATE_US / 2);
    return used;
}

static void a_long_wait_is_slept_through(void **state)
{
    (void)state;
    (void)use_of_a_long_wait(); /* it looked for a while, and has learned */
    for (int i = 0; i < 5; i++) {
        assert_true(use_of_a_long_wait() < LATE_US / 4);
    }
}

static void what_is_too_long_says_so(void **state)
{
    (void)state;
    for (uint64_t waited = 0; waited <= LATE_US; waited += LATE_US) {
        doorbell.waited_us = waited;
        assert_int_equal(send(sockets[0], "much too long", 13, 0), 13);
        assert_int_equal(wait_for_it(), 13);
    }
}

static void who_has_gone_is_told_apart(void **state)
{
    (void)state;
    close(sockets[0]);
    sockets[0] = -1;
    assert_int_equal(wait_for_it(), 0);
    doorbell.waited_us = LATE_US;
    assert_int_equal(wait_for_it(), 0);
    assert_int_equal(doorbell_receive(&doorbell, -1, bytes, sizeof bytes), -1);
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, open_sockets, close_sockets)
    const struct CMUnitTest tests[] = {
        WITH(a_packet_that_is_there_is_taken_at_once),
        WITH(a_long_wait_is_slept_through),
        WITH(what_is_too_long_says_so),
        WITH(who_has_gone_is_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
