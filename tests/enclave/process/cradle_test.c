/* What a function's process gets before its first instruction, seen from outside. */
#include "tests/enclave/process/code.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

enum { RECORD_ROOM = 8192, SHORT_MS = 50, GRACE_US = 100 * 1000, RUN_TICKS = 5, LOUD_TRIES = 100 };

/* What a function could have been given, as an address, a stack pointer, a system call's number. */
#define SECRET "0x5ec4e75ec4e7"
#define SECRET_TEXT "5ec4e75ec4e7"
#define SECRET_NUMBER "0x5ec4e75"
#define SECRET_NUMBER_TEXT "99372661"

CODE(loops, "jmp .");
CODE(reads_there, "mov $" SECRET ", %rax; mov (%rax), %rax");
CODE(jumps_there, "mov $" SECRET ", %rax; jmp *%rax");
CODE(pushes_there, "mov $" SECRET ", %rsp; push %rax");
CODE(is_illegal_there, "mov $" SECRET ", %rsp; ud2");
CODE(breaks_there, "mov $" SECRET ", %rsp; int3");
CODE(divides_there, "mov $" SECRET ", %rsp; xor %eax, %eax; xor %ecx, %ecx; cltd; div %ecx");
CODE(halts_there, "mov $" SECRET ", %rsp; hlt");
CODE(calls_it, "mov $" SECRET_NUMBER ", %eax; syscall");
CODE(calls_it_32, "mov $" SECRET_NUMBER ", %eax; int $0x80");

static const struct {
    const uint8_t *code;
    const uint8_t *end;
    enum pobf_exit exit;
} deaths[] = {
#define DEATH(code, exit)                                                                          \
    {                                                                                              \
        code, code##_end, exit                                                                     \
    }
    DEATH(reads_there, POBF_EXIT_MEMORY),      DEATH(jumps_there, POBF_EXIT_MEMORY),
    DEATH(pushes_there, POBF_EXIT_MEMORY),     DEATH(is_illegal_there, POBF_EXIT_TRAP),
    DEATH(breaks_there, POBF_EXIT_TRAP),       DEATH(divides_there, POBF_EXIT_TRAP),
    DEATH(halts_there, POBF_EXIT_MEMORY),      DEATH(calls_it, POBF_EXIT_SYSTEM_CALL),
    DEATH(calls_it_32, POBF_EXIT_SYSTEM_CALL),
};

/* How many of the records that the kernel logged since the last call hold what a function had. */
static int count_secret_records(int log)
{
    char record[RECORD_ROOM];
    ssize_t size;
    int count = 0;

    while ((size = read(log, record, sizeof record - 1)) > 0 || errno == EPIPE) {
        record[size > 0 ? size : 0] = '\0';
        count += strstr(record, SECRET_TEXT) != NULL || strstr(record, SECRET_NUMBER_TEXT) != NULL;
    }
    return count;
}

/* A process that dies by the same fault, and that nobody has silenced. */
static void die_loudly(void)
{
    const pid_t process = fork();

    assert_true(process >= 0);
    if (process == 0) {
        (void)signal(SIGSEGV, SIG_DFL);
        __asm__ volatile("mov $" SECRET ", %%rax; mov (%%rax), %%rax" : : : "rax", "memory");
    }
    assert_int_equal(waitpid(process, NULL, 0), process);
}

/* It logs some in five seconds, of all that die on this machine: later there is room for another one. */
static int is_death_logged(int log)
{
    int count = 0;

    for (int i = 0; i < LOUD_TRIES && count == 0; i++) {
        usleep(i > 0 ? GRACE_US : 0);
        die_loudly();
        count = count_secret_records(log);
    }
    return count > 0;
}

static void the_kernel_logs_nothing_of_how_a_function_died(void **state)
{
    const int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    (void)state;
    if (log < 0 || lseek(log, 0, SEEK_END) < 0) {
        print_message("SKIP: the kernel's log cannot be read\n");
        skip();
    }
    if (!is_death_logged(log)) {
        print_message("SKIP: the kernel logs no fault, or has just logged too many\n");
        close(log);
        skip();
    }
    for (size_t i = 0; i < sizeof deaths / sizeof deaths[0]; i++) {
        start(deaths[i].code, deaths[i].end);
        assert_int_equal(run_within(DEADLINE_MS), deaths[i].exit);
        stop();
    }
    assert_int_equal(count_secret_records(log), 0);
    close(log);
}

/* A monitor that has made one call, and makes a second one where there is a byte. */
static void be_a_monitor(int report, int cue)
{
    struct ground_result result;
    uint8_t byte;

    start(loops, loops_end);
    _exit(nursery_run(&nursery, &result, SHORT_MS) == POBF_OK &&
                  write(report, &nursery.process, sizeof nursery.process) > 0 &&
                  read(cue, &byte, 1) == 1 && nursery_renew(&nursery) == POBF_OK &&
                  nursery_run(&nursery, &result, DEADLINE_MS) == POBF_OK
              ? 0
              : 1);
}

/* Hold the process that the nursery makes next before its first instruction; 0: we may not. */
static pid_t hold_next(pid_t nursery_process)
{
    unsigned long process;
    int status;

    if (waitpid(nursery_process, &status, __WALL) != nursery_process ||
        ptrace(PTRACE_GETEVENTMSG, nursery_process, NULL, &process) != 0 ||
        waitpid((pid_t)process, &status, __WALL) != (pid_t)process ||
        ptrace(PTRACE_CONT, nursery_process, NULL, NULL) != 0) {
        return 0;
    }
    return (pid_t)process;
}

/* What a process has run itself, in ticks; -1 where it has ended. */
static long ticks_of(pid_t process)
{
    char path[64];
    long ticks = -1;
    FILE *file;

    if (waitpid(process, NULL, WNOHANG) == process) {
        return -1;
    }
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    file = fopen(path, "r");
    if (file != NULL) {
        if (fscanf(file, "%*d (%*[^)]) %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld", &ticks) !=
            1) {
            ticks = -1;
        }
        fclose(file);
    }
    return ticks;
}

/* 1 once it loops, 0 once it has ended. */
static int comes_to_run(pid_t process)
{
    long ticks;

    do {
        usleep(PAUSE_US);
        ticks = ticks_of(process);
    } while (ticks >= 0 && ticks < RUN_TICKS);
    return ticks >= 0;
}

/* 1 where a function runs whose monitor is killed, or is not, before it asked to end with it. */
static int runs_late(int killed)
{
    int report[2];
    int cue[2];
    pid_t monitor;
    pid_t family[2] = {0};
    int runs;

    assert_int_equal(pipe(report) | pipe(cue), 0);
    monitor = fork();
    assert_true(monitor >= 0);
    if (monitor == 0) {
        be_a_monitor(report[1], cue[0]);
    }
    assert_int_equal(read(report[0], &family[0], sizeof family[0]), sizeof family[0]);
    assert_int_equal(ptrace(PTRACE_SEIZE, family[0], NULL, PTRACE_O_TRACEFORK), 0);
    assert_int_equal(write(cue[1], "", 1), 1);
    family[1] = hold_next(family[0]);
    assert_true(family[1] > 0);
    usleep(GRACE_US); /* so the word has been given */
    kill(monitor, killed ? SIGKILL : 0);
    usleep(GRACE_US);
    assert_int_equal(ptrace(PTRACE_DETACH, family[1], NULL, NULL), 0);
    runs = comes_to_run(family[1]);
    kill(monitor, SIGKILL);
    kill(family[1], runs ? SIGKILL : 0);
    while (waitpid(-1, NULL, __WALL) > 0) {
    }
    close(report[0]);
    close(report[1]);
    close(cue[0]);
    close(cue[1]);
    return runs;
}

static void a_function_does_not_run_for_a_monitor_that_is_gone(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message("SKIP: only root may hold these processes\n");
        skip();
    }
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* so that we see all of them end */
    assert_true(runs_late(0));
    assert_false(runs_late(1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kernel_logs_nothing_of_how_a_function_died),
        cmocka_unit_test(a_function_does_not_run_for_a_monitor_that_is_gone),
    };

    return cmocka_run_group_tests_name("enclave/process/cradle", tests, make_zone, drop_zone);
}
