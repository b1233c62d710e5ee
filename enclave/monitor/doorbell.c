#include "enclave/monitor/doorbell.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>

static uint64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Look until it is there, or the time is over. */
static ssize_t look(int socket, void *bytes, size_t room, uint64_t until_us)
{
    ssize_t got;

    do {
        got = recv(socket, bytes, room, MSG_TRUNC | MSG_DONTWAIT);
    } while (got < 0 && errno == EAGAIN && now_us() < until_us);
    return got;
}

ssize_t doorbell_receive(struct doorbell *doorbell, int socket, void *bytes, size_t room)
{
    const uint64_t start_us = now_us();
    ssize_t got = -1;

    errno = EAGAIN;
    if (doorbell->waited_us <= doorbell->poll_us) {
        got = look(socket, bytes, room, start_us + doorbell->poll_us);
    }
    if (got < 0 && errno == EAGAIN) {
        got = recv(socket, bytes, room, MSG_TRUNC);
    }
    doorbell->waited_us = now_us() - start_us;
    return got;
}
