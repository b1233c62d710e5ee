#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "enclave/monitor/link.h"
#include "enclave/monitor/packet.h"
#include "proofs/binary/exchange.h"
#include "proofs/binary/subject.h"
#include "proofs/binary/trace.h"

/* Its host, which speaks when it is about to listen. */
struct host {
    struct exchange exchange;
    uint64_t draws; /* what the monitor draws the one-time key from */
    int socket, other_end, window, image;
};

static int take(const struct host *host, void *packet, size_t size)
{
    return recv(host->socket, packet, size, MSG_DONTWAIT | MSG_TRUNC) == (ssize_t)size;
}

static int say(const struct host *host, const void *packet, size_t size)
{
    return send(host->socket, packet, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static int set_up(struct host *host, struct state *state)
{
    const struct message_setup setup = {.version = MESSAGE_VERSION};
    const int given[] = {[MESSAGE_WINDOW] = host->window, [MESSAGE_IMAGE] = host->image};

    (void)state;
    return packet_send(host->socket, &setup, sizeof setup, given, sizeof given / sizeof given[0]) ==
           POBF_OK;
}

static int ask_offer(struct host *host, struct state *state)
{
    const struct message_request request = {.kind = LINK_START};
    struct message_hello hello;

    (void)state;
    return take(host, &hello, sizeof hello) && say(host, &request, sizeof request);
}

static int ask_call(struct host *host, struct state *state)
{
    struct message_reply reply;

    (void)state;
    return take(host, &reply, sizeof reply) && exchange_seal(&host->exchange, &reply, state) &&
           say(host, &host->exchange.request, sizeof host->exchange.request);
}

static int take_answer(struct host *host, struct state *state)
{
    struct message_reply reply;

    return take(host, &reply, sizeof reply) && exchange_publish(&host->exchange, &reply, state);
}

static enum trace_turn turn(struct trace_plan *plan, struct state *state, unsigned count)
{
    static int (*const steps[])(struct host *, struct state *) = {set_up, ask_offer, ask_call,
                                                                  take_answer};
    enum { LAST = sizeof steps / sizeof steps[0] - 1 };

    struct host *host = plan->below;

    if (count > LAST || !steps[count](host, state)) {
        return TRACE_BROKEN;
    }
    plan->stream = steps[count] == ask_offer ? host->draws : 0;
    return count == LAST ? TRACE_LOOK : TRACE_GO_ON;
}

static int anonymous_file(const char *name, const void *bytes, size_t size)
{
    const int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (descriptor >= 0 &&
        (ftruncate(descriptor, (off_t)size) != 0 ||
         (bytes != NULL && pwrite(descriptor, bytes, size, 0) != (ssize_t)size) ||
         fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK) != 0)) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static int open_host(struct host *host, const struct image *image)
{
    int ends[2];

    host->exchange.window = window_of(image);
    host->window = anonymous_file("window", NULL, host->exchange.window.size);
    host->image = anonymous_file("image", image->bytes, image->size);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return 0;
    }
    host->socket = ends[0];
    host->other_end = ends[1];
    return host->window >= 0 && host->image >= 0 &&
           window_open(&host->exchange.window, host->window, NULL) == POBF_OK;
}

static void close_host(struct host *host)
{
    const int descriptors[] = {host->socket, host->other_end, host->window, host->image};

    window_close(&host->exchange.window);
    for (size_t i = 0; i < sizeof descriptors / sizeof descriptors[0]; i++) {
        if (descriptors[i] >= 0) {
            close(descriptors[i]);
        }
    }
}

enum pobf_status process_run(struct subject *subject, struct state *state, const uint8_t *secret,
                             size_t size)
{
    struct host host = {
        .socket = -1,
        .other_end = -1,
        .window = -1,
        .image = -1,
    };
    char *const arguments[] = {(char *)(uintptr_t)subject->program,
                               (char *)(uintptr_t)subject->seed, NULL};
    struct trace_plan plan = {.arguments = arguments, .turn = turn, .below = &host};
    enum pobf_status status = POBF_E_SYSTEM;

    exchange_begin(&host.exchange, subject, secret, size);
    if (subject->varies == SUBJECT_DRAWS) {
        memcpy(&host.draws, secret + 1, sizeof host.draws);
    }
    if (open_host(&host, &subject->image)) {
        plan.host = host.other_end;
        status = trace_run(state, &plan);
    }
    subject->exit = exchange_exit(&host.exchange);
    close_host(&host);
    return status;
}
