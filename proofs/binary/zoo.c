#include <sys/socket.h>
#include <unistd.h>

#include "proofs/binary/subject.h"
#include "proofs/binary/trace.h"

struct keeper_of_animals {
    const uint8_t *secret;
    size_t size;
    int socket;
};

static enum trace_turn turn(struct trace_plan *plan, struct state *state, unsigned count)
{
    const struct keeper_of_animals *keeper = plan->below;

    (void)state;
    if (count > 0) {
        return TRACE_LOOK;
    }
    return send(keeper->socket, keeper->secret, keeper->size, MSG_NOSIGNAL) == (ssize_t)keeper->size
               ? TRACE_GO_ON
               : TRACE_BROKEN;
}

enum pobf_status zoo_run(struct subject *subject, struct state *state, const uint8_t *secret,
                         size_t size)
{
    char *const arguments[] = {(char *)(uintptr_t)subject->program,
                               (char *)(uintptr_t)subject->seed, NULL};
    struct keeper_of_animals keeper = {.secret = secret, .size = size};
    struct trace_plan plan = {.arguments = arguments, .turn = turn, .below = &keeper};
    enum pobf_status status;
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return POBF_E_SYSTEM;
    }
    keeper.socket = ends[0];
    plan.host = ends[1];
    status = trace_run(state, &plan);
    close(ends[0]);
    close(ends[1]);
    return status;
}
