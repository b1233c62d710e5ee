#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "enclave/monitor/packet.h"

static int sockets[2];
static int got[PACKET_DESCRIPTORS];
static char bytes[16];

static int open_sockets(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets);
}

static int close_sockets(void **state)
{
    (void)state;
    close(sockets[0]);
    close(sockets[1]);
    return 0;
}

static int descriptors_open(void)
{
    int count = 0;

    for (int i = 0; i < 256; i++) {
        const int copy = dup(i);

        if (copy >= 0) {
            close(copy);
            count++;
        }
    }
    return count;
}

static void a_packet_brings_its_descriptors(void **state)
{
    int given[2];

    (void)state;
    assert_int_equal(pipe(given), 0);
    assert_int_equal(packet_send(sockets[0], "hello", 5, given, 2), POBF_OK);
    assert_int_equal(packet_receive(sockets[1], bytes, sizeof bytes, got, 3), 5);
    assert_memory_equal(bytes, "hello", 5);
    assert_int_equal(got[2], -1);
    assert_int_equal(write(got[1], "x", 1), 1);
    assert_int_equal(read(given[0], bytes, 1), 1);
    for (int i = 0; i < 2; i++) {
        close(given[i]);
        close(got[i]);
    }
}

static void more_descriptors_than_are_expected_are_all_closed(void **state)
{
    const int before = descriptors_open();
    const int given[3] = {0, 1, 2};

    (void)state;
    for (size_t room = 0; room < 3; room++) {
        assert_int_equal(packet_send(sockets[0], "hello", 5, given, 3), POBF_OK);
        assert_int_equal(packet_receive(sockets[1], bytes, sizeof bytes, got, room), 5);
        for (size_t i = 0; i < room; i++) {
            assert_int_equal(got[i], -1);
        }
        assert_int_equal(descriptors_open(), before);
    }
    assert_int_equal(packet_send(sockets[0], "hello", 5, given, 3), POBF_OK);
    assert_int_equal(packet_receive(sockets[1], bytes, sizeof bytes, got, 3), 5);
    assert_int_equal(descriptors_open(), before + 3); /* control: they can be counted */
    for (int i = 0; i < 3; i++) {
        close(got[i]);
    }
}

static void what_is_too_long_says_so(void **state)
{
    static const char many[64];

    (void)state;
    assert_int_equal(packet_send(sockets[0], many, sizeof many, NULL, 0), POBF_OK);
    assert_int_equal(packet_receive(sockets[1], bytes, sizeof bytes, got, 1), sizeof many);
    assert_int_equal(got[0], -1);
}

static void who_has_gone_is_told_apart(void **state)
{
    (void)state;
    close(sockets[0]);
    sockets[0] = -1;
    assert_int_equal(packet_receive(sockets[1], bytes, sizeof bytes, got, 1), 0);
    assert_int_equal(packet_send(sockets[1], "hello", 5, NULL, 0), POBF_E_SYSTEM);
    assert_int_equal(packet_receive(-1, bytes, sizeof bytes, got, 1), -1);
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, open_sockets, close_sockets)
    const struct CMUnitTest tests[] = {
        WITH(a_packet_brings_its_descriptors),
        WITH(more_descriptors_than_are_expected_are_all_closed),
        WITH(what_is_too_long_says_so),
        WITH(who_has_gone_is_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
