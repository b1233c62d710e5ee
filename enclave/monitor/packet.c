#include "enclave/monitor/packet.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for the descriptors that come with a packet, aligned as the kernel has it. */
union control {
    struct cmsghdr head;
    char room[CMSG_SPACE(PACKET_DESCRIPTORS * sizeof(int))];
};

enum pobf_status packet_send(int socket, const void *bytes, size_t size, const int *descriptors,
                             size_t count)
{
    union control control = {.room = {0}};
    struct iovec part = {(void *)(uintptr_t)bytes, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (count > PACKET_DESCRIPTORS) {
        return POBF_E_USAGE;
    }
    if (count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        control.head = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET,
            .cmsg_type = SCM_RIGHTS,
            .cmsg_len = CMSG_LEN(count * sizeof(int)),
        };
        memcpy(CMSG_DATA(&control.head), descriptors, count * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t)size ? POBF_OK : POBF_E_SYSTEM;
}

/* Take them; of more than `count` none is kept. */
static void take(int *descriptors, size_t count, struct msghdr *message)
{
    struct cmsghdr *head = CMSG_FIRSTHDR(message);
    int given[PACKET_DESCRIPTORS];
    size_t given_count = 0;

    if (head != NULL && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS) {
        given_count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(given, CMSG_DATA(head), given_count * sizeof(int));
    }
    for (size_t i = 0; i < given_count; i++) {
        if (given_count <= count) {
            descriptors[i] = given[i];
        } else {
            close(given[i]);
        }
    }
}

ssize_t packet_receive(int socket, void *bytes, size_t room, int *descriptors, size_t count)
{
    union control control;
    struct iovec part = {bytes, room};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    ssize_t got;

    for (size_t i = 0; i < count; i++) {
        descriptors[i] = -1;
    }
    do {
        got = recvmsg(socket, &message, MSG_TRUNC | MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got >= 0) {
        take(descriptors, count, &message);
    }
    return got;
}
