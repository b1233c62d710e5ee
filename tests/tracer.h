#ifndef POBF_TESTS_TRACER_H
#define POBF_TESTS_TRACER_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/ptrace.h>

/*
 * A process that is followed from system call to system call, all that the kernel sees of it and of its
 * threads, and killed as it comes to one of them: that one is not made any more.
 */

/* In the child: from here on. */
static inline void tracer_begin(void)
{
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
}

static inline int tracer_is_entry(pid_t thread)
{
    struct __ptrace_syscall_info info;

    return ptrace(PTRACE_GET_SYSCALL_INFO, thread, (void *)sizeof info, &info) > 0 &&
           info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

/*
 * Follow it, and kill it at its call number `at`, from 1; 0: never. Returns how many it came to; -1
 * where it cannot be followed.
 */
static inline long tracer_follow(pid_t child, long at)
{
    long calls = 0;
    int status;

    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
        ptrace(PTRACE_SETOPTIONS, child, NULL,
               (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)) != 0 ||
        ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        return -1;
    }
    for (;;) {
        const pid_t thread = waitpid(-1, &status, __WALL);
        const int is_call = WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80);

        if (thread == child && !WIFSTOPPED(status)) {
            return calls;
        }
        if (is_call && tracer_is_entry(thread) && ++calls == at) {
            kill(child, SIGKILL);
        }
        if (WIFSTOPPED(status)) {
            ptrace(PTRACE_SYSCALL, thread, NULL, NULL); /* in vain where it was killed */
        }
    }
}

/*
 * What follows is done in a process of its own, so that a kill is a kill: 1 in that one, which ends by
 * _exit; 0 here, once it has ended, and well where nobody follows it. *calls: how many it came to, where
 * it is followed, and killed at number `at`.
 */
static inline int tracer_fork(int is_followed, long at, long *calls)
{
    const pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        if (is_followed) {
            tracer_begin();
        }
        return 1;
    }
    if (is_followed) {
        *calls = tracer_follow(child, at);
        assert_true(*calls > 0);
        return 0;
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return 0;
}

#endif
