#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "enclave/process/confine.h"

/* Run `body` in a process of its own; its exit code, or 256 and the signal that ended it. */
static int code_of(int (*body)(void))
{
    const pid_t process = fork();
    int status;

    assert_true(process >= 0);
    if (process == 0) {
        for (int i = 1; i < NSIG; i++) {
            (void)signal(i, SIG_DFL); /* the test library's handlers would hide how it ended */
        }
        _exit(body());
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

enum { KEPT = 7, BROKEN = 9 };

static int is_protected(void)
{
    struct rlimit core;
    int parent_signal = 0;

    if (confine_process() != POBF_OK || getrlimit(RLIMIT_CORE, &core) != 0 ||
        prctl(PR_GET_PDEATHSIG, &parent_signal) != 0) {
        return BROKEN;
    }
    return prctl(PR_GET_DUMPABLE) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
                   core.rlim_max == 0 && parent_signal == SIGKILL
               ? KEPT
               : 0;
}

static void a_confined_process_cannot_be_read_or_dumped_and_ends_with_its_parent(void **state)
{
    (void)state;
    assert_int_equal(code_of(is_protected), KEPT);
}

static int opens_a_file(void)
{
    return open("/proc/self/status", O_RDONLY) >= 0 ? KEPT : 0;
}

static int opens_a_file_behind_landlock(void)
{
    if (confine_process() != POBF_OK || confine_files(1) != POBF_OK) {
        return BROKEN;
    }
    return opens_a_file();
}

static int has_landlock(void)
{
    if (syscall(444, NULL, 0, 1) >= 1) {
        return 1;
    }
    print_message("SKIP: this kernel has no Landlock\n");
    return 0;
}

static void landlock_denies_every_file(void **state)
{
    (void)state;
    if (!has_landlock()) {
        skip();
    }
    assert_int_equal(code_of(opens_a_file), KEPT);
    assert_int_equal(code_of(opens_a_file_behind_landlock), 0);
}

static const struct confine_call few[] = {
    {SYS_exit_group, -1, 0},
    {SYS_getppid, -1, 0},
    {SYS_kill, 1, SIGKILL},
};

static int confined(void)
{
    return confine_process() == POBF_OK &&
           confine_calls(few, sizeof few / sizeof few[0]) == POBF_OK;
}

static int makes_a_listed_call(void)
{
    return confined() && getppid() > 0 ? KEPT : BROKEN;
}

static int makes_another_call(void)
{
    return confined() && syscall(SYS_getpid) > 0 ? KEPT : BROKEN;
}

static int makes_a_listed_call_with_another_argument(void)
{
    return confined() && kill(0, 0) == 0 ? KEPT : BROKEN;
}

static int makes_a_32_bit_call(void)
{
    long result = 64; /* getppid, there */

    if (!confined()) {
        return BROKEN;
    }
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
    return KEPT;
}

static void only_the_listed_calls_stay(void **state)
{
    (void)state;
    assert_int_equal(code_of(makes_a_listed_call), KEPT);
    assert_int_equal(code_of(makes_another_call), 256 + SIGSYS);
    assert_int_equal(code_of(makes_a_listed_call_with_another_argument), 256 + SIGSYS);
    assert_int_equal(code_of(makes_a_32_bit_call), 256 + SIGSYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_confined_process_cannot_be_read_or_dumped_and_ends_with_its_parent),
        cmocka_unit_test(landlock_denies_every_file),
        cmocka_unit_test(only_the_listed_calls_stay),
    };

    return cmocka_run_group_tests_name("enclave/process/confine", tests, NULL, NULL);
}
