/*
 * What a virtual machine costs beside the process backend, and beside what one would take instead.
 * All figures and ratios are of one run.
 */
#include "tests/bench/echo.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "enclave/kvm/probe.h"

enum { ROUNDS = 301 };

static const char *const programs[] = {"pobf-monitor", "pobf-trustlet"};

extern char **environ;

/*
 * What one would take instead: a server that forks for every call, the child under the kernel's
 * strict filter. It opens no seal and writes no receipt.
 */
static double fork_server_us(size_t size)
{
    static struct bench_series series;
    static uint8_t bytes[4096];
    int in[2];
    int out[2];

    bench_need(size <= sizeof bytes && pipe(in) == 0 && pipe(out) == 0, "pipes");
    series.count = 0;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = bench_now_us();
        const pid_t process = fork();
        int status;

        if (process == 0) {
            bench_need(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0 &&
                           read(in[0], bytes, size) == (ssize_t)size &&
                           write(out[1], bytes, size) == (ssize_t)size,
                       "the child");
            syscall(SYS_exit, 0);
        }
        bench_need(write(in[1], bytes, size) == (ssize_t)size &&
                       read(out[0], bytes, size) == (ssize_t)size &&
                       waitpid(process, &status, 0) == process,
                   "the fork server");
        bench_add(&series, start);
    }
    close(in[0]);
    close(in[1]);
    close(out[0]);
    close(out[1]);
    return bench_median(&series);
}

/* The other thing one would take: a program for every call, which reads its input and writes its output. */
static double exec_us(size_t size)
{
    static struct bench_series series;
    static uint8_t bytes[4096];
    static char name[] = "cat";
    char *const arguments[] = {name, NULL};

    series.count = 0;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = bench_now_us();
        posix_spawn_file_actions_t plan;
        int in[2];
        int out[2];
        int status;
        pid_t process;

        bench_need(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 &&
                       posix_spawn_file_actions_init(&plan) == 0 &&
                       posix_spawn_file_actions_adddup2(&plan, in[0], 0) == 0 &&
                       posix_spawn_file_actions_adddup2(&plan, out[1], 1) == 0 &&
                       posix_spawn(&process, "/bin/cat", &plan, NULL, arguments, environ) == 0,
                   "posix_spawn");
        bench_need(write(in[1], bytes, size) == (ssize_t)size && close(in[1]) == 0 &&
                       read(out[0], bytes, size) == (ssize_t)size &&
                       waitpid(process, &status, 0) == process && status == 0,
                   "a program for a call");
        bench_add(&series, start);
        posix_spawn_file_actions_destroy(&plan);
        close(in[0]);
        close(out[0]);
        close(out[1]);
    }
    return bench_median(&series);
}

static void measure_small(const char *program, const char *least, const struct probe *probe,
                          double exec)
{
    struct link *link = echo_open(program, least);
    const double small = echo_call_us(link, (const uint8_t *)"x", 1, ROUNDS);

    link_close(link);
    printf("  %-30s %9.1f us   %5.2f x out of a machine and in, %.2f x fork and exec\n", program,
           small, small / probe->round_trip_us, small / exec);
}

int main(void)
{
    const double exec = exec_us(64);
    char least[HARNESS_PATH_ROOM];
    struct probe probe;

    bench_need(sodium_init() >= 0, "sodium_init");
    echo_build(least, 64);
    if (probe_run(&probe) != POBF_OK) {
        printf("SKIP: kvm: %s\n", probe.missing);
        return 0;
    }
    printf("out of a machine and in          %9.1f us\n", probe.round_trip_us);
    printf("to the function's space and back %9.1f us\n", probe.crossing_us);
    printf("a call: fork and exec, no seal   %9.1f us\n", exec);
    printf("  fork server, strict seccomp    %9.1f us\n", fork_server_us(64));
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        measure_small(programs[i], least, &probe, exec);
    }
    return 0;
}
