#include "proofs/binary/trace.h"

#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORD = 8, SYSTEM_CALL_STOP = SIGTRAP | 0x80, NOW_S = 1700000000, IGNORED = 1 };

struct traced {
    struct trace_plan *plan;
    struct state *state;
    pid_t process;
    FILE *maps;
    int memory;
    uint64_t drawn; /* words of the random stream so far     */
    unsigned turns; /* how often it read from TRACE_HOST     */
};

/* The subject, before it is one. */
_Noreturn static void become(const struct trace_plan *plan)
{
    static char *const none[] = {NULL};
    const int nothing = open("/dev/null", O_RDWR);

    dup2(nothing, STDERR_FILENO); /* that its memory can be looked at is no news here */
    dup2(fcntl(plan->host, F_DUPFD, TRACE_HOST + 1), TRACE_HOST); /* which execve leaves open */
    close_range(TRACE_HOST + 1, ~0U, 0);
    if (personality(ADDR_NO_RANDOMIZE) >= 0 && ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 &&
        raise(SIGSTOP) == 0) {
        execve(plan->arguments[0], plan->arguments, none);
    }
    _exit(127);
}

/* One processor for it, so that the kernel's word on which one it is stays the same. */
static void pin(pid_t process)
{
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET(0, &one);
    (void)sched_setaffinity(process, sizeof one, &one); /* what moves is then seen as unsteady */
}

static pid_t start(const struct trace_plan *plan)
{
    const long space = CLONE_NEWPID | (geteuid() == 0 ? 0 : CLONE_NEWUSER);
    const pid_t process = (pid_t)syscall(SYS_clone, space | SIGCHLD, NULL, NULL, NULL, NULL);

    if (process == 0) {
        become(plan);
    }
    if (process > 0) {
        pin(process);
    }
    return process;
}

static void poke(pid_t process, uint64_t address, uint64_t word)
{
    (void)ptrace(PTRACE_POKEDATA, process, address, word);
}

static uint64_t peek(pid_t process, uint64_t address)
{
    return (uint64_t)ptrace(PTRACE_PEEKDATA, process, address, NULL);
}

/* What the kernel gave it to start with: sixteen random bytes, and the address of the vdso. */
static void still_vector(pid_t process, uint64_t stack)
{
    uint64_t at = stack + WORD * (peek(process, stack) + 2);

    while (peek(process, at) != 0) {
        at += WORD;
    }
    for (at += WORD; peek(process, at) != AT_NULL; at += 2 * WORD) {
        const uint64_t type = peek(process, at);

        if (type == AT_RANDOM) {
            poke(process, peek(process, at + WORD), UINT64_C(0x1122334455667700));
            poke(process, peek(process, at + WORD) + WORD, UINT64_C(0x8877665544332211));
        } else if (type == AT_SYSINFO_EHDR) {
            poke(process, at, IGNORED);
        }
    }
}

static uint64_t next_word(struct traced *traced)
{
    return UINT64_C(0x9e3779b97f4a7c15) * ++traced->drawn ^ traced->plan->stream;
}

/* Overwrite `size` bytes that the kernel wrote. */
static int put_stream(struct traced *traced, uint64_t address, uint64_t size)
{
    for (uint64_t i = 0; i < size; i += WORD) {
        const uint64_t word = next_word(traced);
        const size_t left = size - i < WORD ? size - i : WORD;

        if (pwrite(traced->memory, &word, left, (off_t)(address + i)) != (ssize_t)left) {
            return 0;
        }
    }
    return 1;
}

/* What it asks for, before the kernel sees it. */
static void at_entry(const struct traced *traced, struct user_regs_struct *registers)
{
    switch (registers->orig_rax) {
    case SYS_memfd_secret:
        registers->orig_rax = UINT64_MAX; /* -1: a call that does not exist */
        break;
    case SYS_wait4:
        registers->rdx &= ~(unsigned long long)WNOHANG;
        break;
    default:
        return;
    }
    (void)ptrace(PTRACE_SETREGS, traced->process, NULL, registers);
}

/* What it is told, after the kernel answered. */
static enum trace_turn at_exit(struct traced *traced, const struct user_regs_struct *registers)
{
    if (registers->orig_rax == SYS_getrandom && (int64_t)registers->rax > 0) {
        return put_stream(traced, registers->rdi, registers->rax) ? TRACE_GO_ON : TRACE_BROKEN;
    }
    if (registers->orig_rax == SYS_clock_gettime && registers->rax == 0) {
        poke(traced->process, registers->rsi, NOW_S);
        poke(traced->process, registers->rsi + WORD, 0);
    }
    return TRACE_GO_ON;
}

static int take_set(const struct traced *traced, const char *name, unsigned long set, size_t skip,
                    size_t skip_end)
{
    uint8_t bytes[16384];
    struct iovec whole = {bytes, sizeof bytes};
    uint8_t *area;

    if (ptrace(PTRACE_GETREGSET, traced->process, set, &whole) != 0) {
        return 0;
    }
    area = state_add(traced->state, name, 0, whole.iov_len);
    if (area == NULL) {
        return 0;
    }
    memcpy(area, bytes, whole.iov_len);
    if (skip_end <= whole.iov_len) {
        memset(area + skip, 0, skip_end - skip);
    }
    return 1;
}

/*
 * The header of the extended registers says which of them the processor last held apart from their
 * start values, which is chance; the values themselves are then written out, whichever it was.
 */
static int take_registers(const struct traced *traced)
{
    enum { HEADER = 512, HEADER_END = 576 };

    return take_set(traced, "general registers", NT_PRSTATUS, 0, 0) &&
           take_set(traced, "extended registers", NT_X86_XSTATE, HEADER, HEADER_END);
}

static int take_memory(const struct traced *traced)
{
    char line[512];

    while (fgets(line, sizeof line, traced->maps) != NULL) {
        unsigned long begin;
        unsigned long end;
        char rights[8];
        char name[256] = "memory";
        uint8_t *bytes;

        if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %255[^\n]", &begin, &end, rights, name) < 3 ||
            rights[1] != 'w') {
            continue;
        }
        bytes = state_add(traced->state, name, begin, end - begin);
        if (bytes == NULL ||
            pread(traced->memory, bytes, end - begin, (off_t)begin) != (ssize_t)(end - begin)) {
            return 0;
        }
    }
    return 1;
}

/* It is about to ask the kernel for something. Is this where to look at it? */
static enum trace_turn take_turn(struct traced *traced, const struct user_regs_struct *registers)
{
    enum trace_turn turn;

    if ((registers->orig_rax != SYS_recvfrom && registers->orig_rax != SYS_recvmsg) ||
        registers->rdi != TRACE_HOST) {
        return TRACE_GO_ON;
    }
    turn = traced->plan->turn(traced->plan, traced->state, traced->turns++);
    return turn == TRACE_LOOK && !(take_registers(traced) && take_memory(traced)) ? TRACE_BROKEN
                                                                                  : turn;
}

static enum trace_turn at_system_call(struct traced *traced)
{
    struct __ptrace_syscall_info info;
    struct user_regs_struct registers;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, traced->process, sizeof info, &info) <= 0 ||
        ptrace(PTRACE_GETREGS, traced->process, NULL, &registers) != 0) {
        return TRACE_BROKEN;
    }
    if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
        return at_exit(traced, &registers);
    }
    at_entry(traced, &registers);
    return take_turn(traced, &registers);
}

/* It has become the program: from here on its memory can be read, whatever it says later. */
static enum trace_turn at_program(struct traced *traced)
{
    struct user_regs_struct registers;
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/maps", (int)traced->process);
    traced->maps = fopen(path, "r");
    snprintf(path, sizeof path, "/proc/%d/mem", (int)traced->process);
    traced->memory = open(path, O_RDWR | O_CLOEXEC);
    if (traced->maps == NULL || traced->memory < 0 ||
        ptrace(PTRACE_GETREGS, traced->process, NULL, &registers) != 0) {
        return TRACE_BROKEN;
    }
    still_vector(traced->process, registers.rsp);
    return TRACE_GO_ON;
}

static enum pobf_status follow(struct traced *traced)
{
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    enum trace_turn turn = TRACE_GO_ON;
    int signal_number = 0;
    int status;

    if (waitpid(traced->process, &status, 0) != traced->process || !WIFSTOPPED(status) ||
        ptrace(PTRACE_SETOPTIONS, traced->process, NULL, options) != 0) {
        return POBF_E_MISSING;
    }
    while (turn == TRACE_GO_ON) {
        if (ptrace(PTRACE_SYSCALL, traced->process, NULL, signal_number) != 0 ||
            waitpid(traced->process, &status, 0) != traced->process || !WIFSTOPPED(status)) {
            return POBF_E_SYSTEM; /* it has ended, perhaps of a fault of its own */
        }
        signal_number = 0;
        if (WSTOPSIG(status) == SYSTEM_CALL_STOP) {
            turn = at_system_call(traced);
        } else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
            turn = at_program(traced);
        } else {
            signal_number = WSTOPSIG(status);
        }
    }
    return turn == TRACE_LOOK ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status trace_run(struct state *state, struct trace_plan *plan)
{
    struct traced traced = {.plan = plan, .state = state, .memory = -1};
    enum pobf_status status;

    *state = (struct state){.count = 0};
    traced.process = start(plan);
    if (traced.process < 0) {
        return POBF_E_MISSING;
    }
    alarm(TRACE_SECONDS_MAX);
    status = follow(&traced);
    alarm(0);
    kill(traced.process, SIGKILL);
    (void)waitpid(traced.process, NULL, 0);
    if (traced.maps != NULL) {
        fclose(traced.maps);
    }
    if (traced.memory >= 0) {
        close(traced.memory);
    }
    if (status != POBF_OK) {
        state_clear(state);
    }
    return status;
}
