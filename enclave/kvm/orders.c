#include "enclave/kvm/orders.h"

#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave/monitor/packet.h"
#include "enclave/monitor/setup.h"
#include "enclave/process/confine.h"

union order {
    struct message_setup setup;
    struct message_cast cast;
};

/*
 * Become two. The new one is the host's child, not ours: the host knows when it ends, and it ends with the
 * host. It is a process of one thread that shares nothing, so the plain system call does.
 */
static pid_t become_two(void)
{
    return (pid_t)syscall(SYS_clone, CLONE_PARENT, NULL, NULL, NULL, 0);
}

/* What the new one is: nobody's zygote, with a socket to the host and a machine that has never run. */
static enum pobf_status begin(struct keeper *keeper, int socket, uint64_t room)
{
    (void)prctl(PR_SET_NAME, "pobf-trustlet");
    if (dup2(socket, MESSAGE_HOST) < 0 || close(socket) != 0 || confine_process() != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "it cannot protect its own memory", NULL);
    }
    return keeper_make_machine(keeper, room);
}

static enum pobf_status obey(struct keeper *keeper, int socket, uint64_t room)
{
    struct message_born born;

    (void)prctl(PR_SET_NAME, "pobf-zygote");
    born.process = become_two();
    if (born.process == 0) {
        return begin(keeper, socket, room);
    }
    close(socket);
    return packet_send(MESSAGE_HOST, &born, sizeof born, NULL, 0) == POBF_OK ? POBF_OK
                                                                             : POBF_E_MISSING;
}

static int is_cast(const struct keeper *keeper, const union order *order, ssize_t size)
{
    return size == sizeof order->cast && order->cast.version == MESSAGE_VERSION &&
           order->cast.unused == 0 && keeper->given[0] >= 0 && keeper->guest.room == 0;
}

enum pobf_status orders_take(struct keeper *keeper)
{
    union order order;
    enum pobf_status status = POBF_OK;

    while (status == POBF_OK) {
        const ssize_t size =
            packet_receive(MESSAGE_HOST, &order, sizeof order, keeper->given, MESSAGE_GIVEN);

        if (size <= 0) {
            return POBF_E_MISSING;
        }
        if (setup_is(&order, (size_t)size) && keeper->given[MESSAGE_IMAGE] >= 0) {
            keeper->setup = order.setup;
            setup_settle(&keeper->setup);
            return POBF_OK;
        }
        status =
            is_cast(keeper, &order, size)
                ? obey(keeper, keeper->given[0], order.cast.room)
                : setup_complain(POBF_E_INPUT, "it is started by pobf-host, not by hand", NULL);
    }
    return status;
}
