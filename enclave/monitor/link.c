#include "enclave/monitor/link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "enclave/monitor/doorbell.h"
#include "enclave/monitor/message.h"
#include "enclave/monitor/packet.h"
#include "enclave/monitor/spawn.h"
#include "enclave/monitor/window.h"
#include "framework/chain/provider.h"

struct link {
    pid_t process;
    int socket;
    struct window window;
    struct link_limits limits;
    enum link_state state;
    int asked; /* 1: a request is in flight */
    enum link_kind kind;
    int64_t hung_up_ms;
    struct doorbell doorbell;
    uint32_t core; /* the monitor's, from 1; 0: any */
};

enum { GRACE_MS = 2000, HELLO_MS = 30000 };

/* Who takes an answer has nothing else to do: it looks for as long as a small call takes. */
enum { POLL_US = 400 };

/* A copy that nobody can change any more, for the monitor to read. */
static int sealed_copy(const uint8_t *bytes, size_t size)
{
    const int descriptor = memfd_create("pobf image", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (descriptor < 0) {
        return -1;
    }
    if (pwrite(descriptor, bytes, size, 0) != (ssize_t)size ||
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

/* The window: of a fixed size, so that the monitor may rely on all of it being there. */
static int make_window(struct window *window)
{
    const int descriptor = memfd_create("pobf window", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (descriptor < 0) {
        return -1;
    }
    if (ftruncate(descriptor, (off_t)window->size) != 0 ||
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0 ||
        window_open(window, descriptor, NULL) != POBF_OK) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static enum pobf_status start_program(struct link *link, const char *program)
{
    int sockets[2];
    enum pobf_status status;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        return POBF_E_SYSTEM;
    }
    link->socket = sockets[0];
    status = spawn_monitor(&link->process, program, sockets[1]);
    close(sockets[1]);
    return status;
}

static enum pobf_status take_machine(struct link *link, struct zygote *zygote)
{
    struct zygote_machine machine;
    const enum pobf_status status = zygote_take(zygote, &machine);

    if (status == POBF_OK) {
        link->socket = machine.socket;
        link->process = machine.process;
    }
    return status;
}

static enum pobf_status send_setup(const struct link *link, const struct link_options *options,
                                   const int given[MESSAGE_GIVEN])
{
    struct message_setup setup = {.version = MESSAGE_VERSION, .core = options->core};

    memcpy(setup.channel_key, options->channel_key, sizeof setup.channel_key);
    memcpy(setup.certificate, options->certificate, sizeof setup.certificate);
    return packet_send(link->socket, &setup, sizeof setup, given,
                       given[MESSAGE_MOLD] < 0 ? MESSAGE_MOLD : MESSAGE_GIVEN);
}

/* Its window, and what it serves: the mold of it, or a copy of the image. */
static enum pobf_status set_up(struct link *link, const struct link_options *options)
{
    const struct mold *mold = options->mold;
    const int copy = mold != NULL ? -1 : sealed_copy(options->image, options->image_size);
    const int given[MESSAGE_GIVEN] = {
        [MESSAGE_WINDOW] = make_window(&link->window),
        [MESSAGE_IMAGE] = mold != NULL ? mold->file : copy,
        [MESSAGE_MOLD] = mold != NULL ? mold->guest : -1,
    };
    enum pobf_status status = POBF_E_SYSTEM;

    if (given[MESSAGE_WINDOW] >= 0 && given[MESSAGE_IMAGE] >= 0) {
        status = send_setup(link, options, given);
    }
    close(given[MESSAGE_WINDOW]);
    close(copy);
    return status;
}

/* Take the hello, where it is there. Anything else is the end of the monitor, or none of ours. */
static enum link_state take_hello(struct link *link)
{
    struct message_hello hello;
    const ssize_t got = recv(link->socket, &hello, sizeof hello, MSG_TRUNC | MSG_DONTWAIT);

    if (got < 0 && errno == EAGAIN) {
        return LINK_COMING;
    }
    if (got != sizeof hello || hello.version != MESSAGE_VERSION ||
        memcmp(hello.measurement, link->limits.measurement, sizeof hello.measurement) != 0) {
        return LINK_GONE;
    }
    memcpy(link->limits.boot_id, hello.boot_id, sizeof hello.boot_id);
    return LINK_UP;
}

/* One that nobody has asked has nothing to say: what can be read is its end. */
static int is_silent(const struct link *link)
{
    uint8_t byte;

    return recv(link->socket, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

enum link_state link_state(struct link *link)
{
    if (link->state == LINK_COMING) {
        link->state = take_hello(link);
    } else if (link->state == LINK_UP && !link->asked && !is_silent(link)) {
        link->state = LINK_GONE;
    }
    return link->state;
}

enum pobf_status link_await(struct link *link)
{
    struct pollfd hello = {.fd = link->socket, .events = POLLIN};

    if (link->state == LINK_COMING && poll(&hello, 1, HELLO_MS) >= 0) {
        link->state = take_hello(link);
    }
    return link->state == LINK_UP ? POBF_OK : POBF_E_SYSTEM;
}

static void take_limits(struct link_limits *limits, const struct image *image)
{
    limits->sealed_input_max = image->manifest.input_max + POBF_SEALED_OVERHEAD;
    limits->sealed_output_max = image->manifest.output_max + POBF_SEALED_OVERHEAD;
    limits->deadline_ms = image->manifest.deadline_ms;
    memcpy(limits->measurement, image->measurement, sizeof limits->measurement);
    memcpy(limits->policy, image->policy, sizeof limits->policy);
}

static enum pobf_status begin_with_image(struct link *link, const struct link_options *options)
{
    struct image image;
    enum pobf_status status = POBF_OK;

    if (options->mold != NULL) {
        image = options->mold->image;
    } else {
        status = image_parse(&image, options->image, options->image_size);
    }
    if (status != POBF_OK) {
        return status;
    }
    take_limits(&link->limits, &image);
    link->window = window_of(&image);
    status = options->zygote != NULL ? take_machine(link, options->zygote)
                                     : start_program(link, options->monitor_path);
    return status == POBF_OK ? set_up(link, options) : status;
}

enum pobf_status link_begin(struct link **link, const struct link_options *options)
{
    struct link *begun = calloc(1, sizeof *begun);
    enum pobf_status status;

    *link = NULL;
    if (begun == NULL) {
        return POBF_E_SYSTEM;
    }
    begun->socket = -1;
    begun->core = options->core;
    status = begin_with_image(begun, options);
    if (status != POBF_OK) {
        link_close(begun);
        return status;
    }
    *link = begun;
    return POBF_OK;
}

enum pobf_status link_open(struct link **link, const struct link_options *options)
{
    enum pobf_status status = link_begin(link, options);

    if (status == POBF_OK) {
        status = link_await(*link);
    }
    if (status != POBF_OK) {
        link_close(*link);
        *link = NULL;
    }
    return status;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void forget_link(struct link *link)
{
    window_close(&link->window);
    free(link);
}

/* The process is ours and not reaped yet, so the id is still its own. */
static int is_reaped(pid_t process, int flags)
{
    pid_t reaped;

    do {
        reaped = waitpid(process, NULL, flags);
    } while (reaped < 0 && errno == EINTR);
    return reaped != 0;
}

/* An idle monitor wipes and ends when its host hangs up; one that computes is killed at once. */
void link_hang_up(struct link *link)
{
    if (link->socket >= 0) {
        close(link->socket);
        link->socket = -1;
    }
    if (link->process > 0 && link->asked) {
        kill(link->process, SIGKILL);
    }
    link->hung_up_ms = now_ms();
}

int link_bury(struct link *link)
{
    if (link->process > 0 && !is_reaped(link->process, WNOHANG)) {
        if (now_ms() - link->hung_up_ms > GRACE_MS) {
            kill(link->process, SIGKILL);
        }
        return 0;
    }
    forget_link(link);
    return 1;
}

/* Wait until the process ends, for as long as it may take. */
static void await_end(pid_t process)
{
    struct pollfd end = {.fd = pidfd_open(process, 0), .events = POLLIN};

    if (end.fd >= 0) {
        (void)poll(&end, 1, GRACE_MS);
        close(end.fd);
    }
    kill(process, SIGKILL);
}

void link_close(struct link *link)
{
    if (link == NULL) {
        return;
    }
    link_hang_up(link);
    if (link->process > 0) {
        await_end(link->process);
        (void)is_reaped(link->process, 0);
    }
    forget_link(link);
}

const struct link_limits *link_limits(const struct link *link)
{
    return &link->limits;
}

int link_descriptor(const struct link *link)
{
    return link->socket;
}

pid_t link_process(const struct link *link)
{
    return link->process;
}

static enum pobf_status ask(struct link *link, enum link_kind kind, const uint8_t *value,
                            size_t value_size, size_t size)
{
    struct message_request request = {.kind = kind, .size = size};

    if (link->asked) {
        return POBF_E_STATE;
    }
    if (value != NULL) {
        memcpy(request.value, value, value_size);
    }
    if (send(link->socket, &request, sizeof request, MSG_NOSIGNAL) != sizeof request) {
        return POBF_E_SYSTEM;
    }
    link->asked = 1;
    link->kind = kind;
    return POBF_OK;
}

enum pobf_status link_ask_evidence(struct link *link, const uint8_t nonce[POBF_NONCE_BYTES])
{
    return ask(link, LINK_EVIDENCE, nonce, POBF_NONCE_BYTES, 0);
}

enum pobf_status link_ask_start(struct link *link)
{
    return ask(link, LINK_START, NULL, 0, 0);
}

uint8_t *link_input(struct link *link)
{
    return link->window.bytes + link->window.input_at;
}

enum pobf_status link_ask_call(struct link *link, const uint8_t task_id[POBF_TASK_ID_BYTES],
                               const uint8_t *sealed, size_t size)
{
    if (link->asked) {
        return POBF_E_STATE;
    }
    if (size > link->window.input_room) {
        return POBF_E_SPACE;
    }
    if (sealed != link_input(link)) {
        memcpy(link_input(link), sealed, size);
    }
    return ask(link, LINK_CALL, task_id, POBF_TASK_ID_BYTES, size);
}

enum pobf_status link_ask_abandon(struct link *link, const uint8_t task_id[POBF_TASK_ID_BYTES])
{
    return ask(link, LINK_ABANDON, task_id, POBF_TASK_ID_BYTES, 0);
}

/* What the window holds at a place, where there is something. */
static const uint8_t *in_window(const struct link *link, size_t at, size_t size)
{
    return size == 0 ? NULL : link->window.bytes + at;
}

/* Where both have one processor, to look is to keep the monitor from it. */
static ssize_t receive(struct link *link, struct message_reply *reply)
{
    const int is_shared = link->core > 0 && sched_getcpu() + 1 == (int)link->core;

    link->doorbell.poll_us = is_shared ? 0 : POLL_US;
    return doorbell_receive(&link->doorbell, link->socket, reply, sizeof *reply);
}

enum pobf_status link_take(struct link *link, struct link_answer *answer)
{
    struct message_reply reply;

    *answer = (struct link_answer){.status = POBF_E_SYSTEM};
    if (!link->asked) {
        return POBF_E_STATE;
    }
    if (receive(link, &reply) != sizeof reply || reply.kind != (uint32_t)link->kind ||
        reply.status >= POBF_STATUS_COUNT || reply.body_size > link->window.body_room ||
        reply.receipt_size > POBF_RECEIPT_ROOM) {
        return POBF_E_SYSTEM;
    }
    link->asked = 0;
    answer->kind = link->kind;
    answer->status = (enum pobf_status)reply.status;
    answer->body = in_window(link, link->window.body_at, reply.body_size);
    answer->body_size = reply.body_size;
    answer->receipt = in_window(link, 0, reply.receipt_size);
    answer->receipt_size = reply.receipt_size;
    return POBF_OK;
}
