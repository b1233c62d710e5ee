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

static void measure_small(const char *program, const char *least, double fork_server, double exec)
{
    struct link *link = echo_open(program, least);
    const double small = echo_call_us(link, (const uint8_t *)"x", 1, ROUNDS);

    link_close(link);
    printf("  %-30s %9.1f us   %5.2f x the fork server, %.2f x fork and exec\n", program, small,
           small / fork_server, small / exec);
}

/* An enclave of echo whose zone has so much more to bring back and to compare after every call. */
static struct link *open_with(const char *program, unsigned arena)
{
    const struct harness_limits limits = {
        .deadline_ms = 10000, .input_max = 64, .output_max = 64, .arena = arena, .stack = 16384};
    char image[HARNESS_PATH_ROOM];

    bench_need(harness_build(image, "echo", &limits) == 0, "building echo");
    return echo_open(program, image);
}

/* The second of two: caches and page tables are at their best for it, as they are not in a call. */
static double memcpy_us(uint8_t *to, const uint8_t *from, size_t size)
{
    double start;

    memcpy(to, from, size);
    __asm__ volatile("" : : "r"(to) : "memory");
    start = bench_now_us();
    memcpy(to, from, size);
    __asm__ volatile("" : : "r"(to) : "memory");
    return bench_now_us() - start;
}

/* What calls take longer for a zone of so many MiB, all of it, beside memcpy: turn by turn. */
static void measure_zone(const char *program, unsigned mib)
{
    enum { TURNS = 15, CALLS = 3 };
    static struct bench_series more;
    static struct bench_series ratio;
    const size_t size = (size_t)mib << 20;
    uint8_t *bytes = malloc(2 * size);
    struct link *small = open_with(program, 4096);
    struct link *large = open_with(program, mib << 20);

    bench_need(bytes != NULL, "malloc");
    memset(bytes, 0xa5, 2 * size);
    (void)echo_call_us(large, (const uint8_t *)"x", 1, CALLS);
    more.count = ratio.count = 0;
    for (int i = 0; i < TURNS; i++) {
        const double less_us = echo_call_us(small, (const uint8_t *)"x", 1, CALLS);

        more.us[i] = echo_call_us(large, (const uint8_t *)"x", 1, CALLS) - less_us;
        ratio.us[i] = more.us[i] / memcpy_us(bytes, bytes + size, size);
    }
    more.count = ratio.count = TURNS;
    link_close(small);
    link_close(large);
    free(bytes);
    printf("  %-14s a zone of %2u MiB   %9.1f us   %5.2f x memcpy of it\n", program, mib,
           bench_median(&more), bench_median(&ratio));
}

int main(void)
{
    const double exec = exec_us(64);
    const double fork_server = fork_server_us(64);
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
    printf("  fork server, strict seccomp    %9.1f us\n", fork_server);
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        measure_small(programs[i], least, fork_server, exec);
    }
    printf("rewound and compared in every call\n");
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        for (unsigned mib = 1; mib <= 16; mib *= 4) {
            measure_zone(programs[i], mib);
        }
    }
    return 0;
}
