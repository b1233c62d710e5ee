#include "enclave/kvm/zygote.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave/monitor/message.h"
#include "enclave/monitor/packet.h"
#include "enclave/monitor/spawn.h"

/* What one that has just been started may take to answer, and what it may take from then on. */
enum { START_MS = 5000, PATIENCE_MS = 500 };

/* It has no secret, and nothing to wait for. */
static void end(struct zygote_machine *machine)
{
    close(machine->socket);
    kill(machine->process, SIGKILL);
    (void)waitpid(machine->process, NULL, 0);
}

static void stop(struct zygote *zygote)
{
    if (zygote->process > 0) {
        end(&(struct zygote_machine){zygote->process, zygote->socket});
    }
    zygote->process = 0;
}

/* One that does not answer an order is not working; whoever waits for it serves others, too. */
static void be_patient(const struct zygote *zygote, int ms)
{
    const struct timeval patience = {ms / 1000, ms % 1000 * 1000};

    (void)setsockopt(zygote->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

static enum pobf_status start(struct zygote *zygote)
{
    int sockets[2];
    enum pobf_status status;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        return POBF_E_SYSTEM;
    }
    zygote->socket = sockets[0];
    be_patient(zygote, START_MS);
    status = spawn_monitor(&zygote->process, zygote->program, sockets[1]);
    close(sockets[1]);
    if (status != POBF_OK) {
        close(sockets[0]);
        zygote->process = 0;
    }
    return status;
}

enum pobf_status zygote_open(struct zygote *zygote, const char *program, uint64_t room)
{
    *zygote = (struct zygote){.program = program, .room = room};
    return start(zygote);
}

void zygote_close(struct zygote *zygote)
{
    while (zygote->idle_count > 0) {
        end(&zygote->idle[--zygote->idle_count]);
    }
    stop(zygote);
}

static enum pobf_status cast(struct zygote *zygote, pid_t *process, int socket)
{
    const struct message_cast order = {.version = MESSAGE_VERSION, .room = zygote->room};
    struct message_born born;

    if (packet_send(zygote->socket, &order, sizeof order, &socket, 1) != POBF_OK ||
        packet_receive(zygote->socket, &born, sizeof born, NULL, 0) != sizeof born ||
        born.process <= 0) {
        return POBF_E_SYSTEM;
    }
    be_patient(zygote, PATIENCE_MS);
    *process = born.process;
    return POBF_OK;
}

/* Where it has died another one is started, once. */
static enum pobf_status cast_or_restart(struct zygote *zygote, pid_t *process, int socket)
{
    enum pobf_status status = POBF_E_SYSTEM;

    if (zygote->process > 0) {
        status = cast(zygote, process, socket);
    }
    if (status != POBF_OK) {
        stop(zygote);
        status = start(zygote);
        status = status == POBF_OK ? cast(zygote, process, socket) : status;
    }
    return status;
}

static enum pobf_status make(struct zygote *zygote, struct zygote_machine *machine)
{
    int sockets[2];
    enum pobf_status status;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        return POBF_E_SYSTEM;
    }
    machine->socket = sockets[0];
    status = cast_or_restart(zygote, &machine->process, sockets[1]);
    close(sockets[1]);
    if (status != POBF_OK) {
        close(sockets[0]);
    }
    return status;
}

/* An idle one says nothing: what can be read is its end. */
static int is_dead(const struct zygote_machine *machine)
{
    struct pollfd socket = {.fd = machine->socket, .events = POLLIN};

    return poll(&socket, 1, 0) != 0;
}

static struct zygote_machine take_at(struct zygote *zygote, size_t at)
{
    const struct zygote_machine taken = zygote->idle[at];

    zygote->idle_count--;
    for (size_t i = at; i < zygote->idle_count; i++) {
        zygote->idle[i] = zygote->idle[i + 1];
    }
    return taken;
}

void zygote_bury(struct zygote *zygote)
{
    size_t at = 0;

    while (at < zygote->idle_count) {
        if (is_dead(&zygote->idle[at])) {
            struct zygote_machine dead = take_at(zygote, at);

            end(&dead);
        } else {
            at++;
        }
    }
}

enum pobf_status zygote_take(struct zygote *zygote, struct zygote_machine *machine)
{
    zygote_bury(zygote);
    if (zygote->idle_count > 0) {
        *machine = take_at(zygote, 0);
        return POBF_OK;
    }
    return make(zygote, machine);
}

enum pobf_status zygote_refill(struct zygote *zygote, size_t count)
{
    enum pobf_status status = POBF_OK;

    while (zygote->idle_count < count && zygote->idle_count < ZYGOTE_IDLE_MAX &&
           status == POBF_OK) {
        status = make(zygote, &zygote->idle[zygote->idle_count]);
        zygote->idle_count += status == POBF_OK;
    }
    return status;
}
