#include "enclave/process/nursery.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "enclave/process/cradle.h"
#include "enclave/process/gate.h"

static uint64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The id comes in four packets of a byte, the lowest first: the gate has no memory for more. */
static enum pobf_status learn_next(struct nursery *nursery)
{
    uint32_t id = 0;

    for (int i = 0; i < 4; i++) {
        uint8_t byte;

        if (recv(nursery->orders, &byte, 1, 0) != 1) {
            return POBF_E_SYSTEM;
        }
        id |= (uint32_t)byte << (8 * i);
    }
    nursery->next = (pid_t)id;
    return nursery->next > 0 ? POBF_OK : POBF_E_SYSTEM;
}

static sigset_t child_signal(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    return set;
}

enum pobf_status nursery_open(struct nursery *nursery, const struct image *image, int zone)
{
    const sigset_t set = child_signal();
    const pid_t monitor = getpid();
    int go[2];
    int orders[2];

    *nursery = (struct nursery){.orders = -1, .go = -1, .heard = -1};
    if (signal(SIGCHLD, SIG_DFL) == SIG_ERR || sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, go) != 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, orders) != 0) {
        return POBF_E_SYSTEM;
    }
    nursery->process = fork();
    if (nursery->process < 0) {
        return POBF_E_SYSTEM;
    }
    if (nursery->process == 0) {
        cradle_enter(image, zone, go[1], orders[1], monitor);
    }
    close(orders[1]);
    nursery->orders = orders[0];
    nursery->go = go[0];
    nursery->heard = go[1];
    return learn_next(nursery);
}

/* How a process ended, in a receipt's words. */
static enum pobf_exit exit_of(int status)
{
    if (WIFEXITED(status)) {
        return WEXITSTATUS(status) == 0 ? POBF_EXIT_RETURNED : POBF_EXIT_FAILED;
    }
    switch (WTERMSIG(status)) {
    case SIGSYS:
        return POBF_EXIT_SYSTEM_CALL;
    case SIGSEGV:
    case SIGBUS:
        return POBF_EXIT_MEMORY;
    case SIGILL:
    case SIGFPE:
    case SIGTRAP:
        return POBF_EXIT_TRAP;
    default:
        return POBF_EXIT_KILLED;
    }
}

/* Wait until `process` has ended; 1 where it was reaped in time, 0 where the time is up. */
static int reaped_in_time(pid_t process, int *status, uint64_t until_us)
{
    const sigset_t set = child_signal();

    while (waitpid(process, status, WNOHANG) != process) {
        const uint64_t now = now_us();
        struct timespec left;

        if (now >= until_us) {
            return 0;
        }
        left.tv_sec = (time_t)((until_us - now) / 1000000);
        left.tv_nsec = (long)((until_us - now) % 1000000 * 1000);
        (void)sigtimedwait(&set, NULL, &left); /* whatever woke us, the loop looks for itself */
    }
    return 1;
}

/* A process that was killed before it heard the word left it to the next one: take it back. */
static void take_word_back(const struct nursery *nursery)
{
    uint8_t byte;

    while (recv(nursery->heard, &byte, 1, MSG_DONTWAIT) > 0) {
    }
}

enum pobf_status nursery_run(struct nursery *nursery, struct ground_result *result,
                             uint32_t deadline_ms)
{
    const uint8_t word = 0;
    const uint64_t start_us = now_us();
    int status;

    *result = (struct ground_result){.exit = POBF_EXIT_NONE};
    if (nursery->next == 0 && learn_next(nursery) != POBF_OK) {
        return POBF_E_SYSTEM;
    }
    if (send(nursery->go, &word, 1, MSG_NOSIGNAL) != 1) {
        return POBF_E_SYSTEM;
    }
    if (reaped_in_time(nursery->next, &status, start_us + (uint64_t)deadline_ms * 1000)) {
        result->exit = exit_of(status);
    } else {
        kill(nursery->next, SIGKILL);
        if (waitpid(nursery->next, &status, 0) != nursery->next) {
            return POBF_E_SYSTEM;
        }
        result->exit = POBF_EXIT_DEADLINE;
    }
    result->time_us = now_us() - start_us;
    nursery->next = 0;
    nursery->spent = 1;
    take_word_back(nursery);
    if (WIFEXITED(status) && WEXITSTATUS(status) == GATE_BROKEN) {
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

enum pobf_status nursery_renew(struct nursery *nursery)
{
    const uint8_t order = 0;

    if (!nursery->spent) {
        return POBF_OK;
    }
    nursery->spent = 0;
    return send(nursery->orders, &order, 1, MSG_NOSIGNAL) == 1 ? POBF_OK : POBF_E_SYSTEM;
}
