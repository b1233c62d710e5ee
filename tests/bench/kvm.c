/*
 * What a virtual machine costs beside the process backend, and beside what one would take instead.
 * All figures and ratios are of one run.
 */
#include "tests/bench/echo.h"

#include <linux/seccomp.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "enclave/kvm/probe.h"
#include "enclave/pool/pool.h"

enum { ROUNDS = 301, FEW = 51, IDLE = 100 };

static const char *const programs[] = {"pobf-monitor", "pobf-trustlet"};

extern char **environ;

static double spawn_us(void)
{
    static struct bench_series series;
    static char name[] = "true";
    char *const arguments[] = {name, NULL};

    series.count = 0;
    for (int i = 0; i < ROUNDS; i++) {
        const double start = bench_now_us();
        int status;
        pid_t process;

        bench_need(posix_spawn(&process, "/bin/true", NULL, NULL, arguments, environ) == 0 &&
                       waitpid(process, &status, 0) == process && status == 0,
                   "posix_spawn");
        bench_add(&series, start);
    }
    return bench_median(&series);
}

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

/* Calls a second of some clients at once, each with a monitor of its own. */
static double calls_per_second(const char *program, const char *image, int clients)
{
    enum { CALLS = 400 };
    const double start = bench_now_us();

    for (int i = 0; i < clients; i++) {
        if (fork() == 0) {
            (void)echo_call_us(echo_open(program, image), (const uint8_t *)"x", 1, CALLS);
            _exit(0);
        }
    }
    for (int i = 0; i < clients; i++) {
        int status;

        bench_need(wait(&status) > 0 && status == 0, "a client");
    }
    return clients * CALLS / (bench_now_us() - start) * 1e6;
}

static void compare_two(const char *program, const char *image)
{
    const double one = calls_per_second(program, image, 1);
    const double two = calls_per_second(program, image, 2);

    printf("  one client, and two            %9.0f, %.0f calls/s   %5.2f x\n", one, two, two / one);
}

static double cold_us(const char *program, const char *image)
{
    static struct bench_series series;

    series.count = 0;
    for (int i = 0; i < FEW; i++) {
        const double start = bench_now_us();
        struct link *link = echo_open(program, image);

        bench_add(&series, start);
        link_close(link);
    }
    return bench_median(&series);
}

/* To take one that was made ready, beside making one. */
static double warm_us(const char *program, const char *image)
{
    enum { WARM = 8, ROUNDS_OF_ALL = 5, READY_US = 300000 };
    static struct bench_series series;
    char monitor[HARNESS_PATH_ROOM];
    struct link_options options = {.monitor_path = monitor};
    struct pool pool;
    uint8_t *bytes;

    snprintf(monitor, sizeof monitor, "%s/%s", harness_folder(), program);
    bench_need(file_read(&bytes, &options.image_size, image, IMAGE_FILE_MAX) == POBF_OK, image);
    options.image = bytes;
    pool_init(&pool, &options, WARM, 1);
    series.count = 0;
    for (int i = 0; i < ROUNDS_OF_ALL * WARM; i++) {
        struct link *link;
        double start;

        if (pool_warm(&pool) == 0) {
            bench_need(pool_refill(&pool) == POBF_OK, "a refill");
            usleep(READY_US);
        }
        start = bench_now_us();
        bench_need(pool_take(&pool, &link, 0) == POBF_OK && link_state(link) == LINK_UP,
                   "taking one");
        bench_add(&series, start);
        link_close(link);
    }
    pool_close(&pool);
    file_free(bytes, options.image_size);
    return bench_median(&series);
}

static double available_kib(void)
{
    char line[128];
    double value = 0;
    FILE *file = fopen("/proc/meminfo", "r");

    bench_need(file != NULL, "/proc/meminfo");
    while (fgets(line, sizeof line, file) != NULL &&
           sscanf(line, "MemAvailable: %lf", &value) != 1) {
    }
    fclose(file);
    return value;
}

/* What each of many that have answered one call and now wait takes of the machine's memory. */
static double idle_kib(const char *program, const char *image)
{
    static struct link *links[IDLE];
    const double before = available_kib();
    double taken;

    for (int i = 0; i < IDLE; i++) {
        links[i] = echo_open(program, image);
        (void)echo_call_us(links[i], (const uint8_t *)"x", 1, 1);
    }
    taken = (before - available_kib()) / IDLE;
    for (int i = 0; i < IDLE; i++) {
        link_close(links[i]);
    }
    return taken;
}

/* Starting and ending many comes last: the kernel is busy with what is left of them for a while. */
static void measure_starts(const char *program, const char *least, double spawn)
{
    const double cold = cold_us(program, least);
    const double warm = warm_us(program, least);

    printf("  cold start, to the hello       %9.1f us   %5.2f x posix_spawn\n", cold, cold / spawn);
    printf("  from the pool                  %9.1f us   %5.2f x posix_spawn\n", warm, warm / spawn);
    printf("  idle, after a call             %9.0f KiB\n", idle_kib(program, least));
}

static void measure_calls(const char *program, const char *least)
{
    printf("%s\n", program);
    compare_two(program, least);
}

static void measure_small(const char *program, const char *least, const struct probe *probe,
                          double spawn)
{
    struct link *link = echo_open(program, least);
    const double small = echo_call_us(link, (const uint8_t *)"x", 1, ROUNDS);

    link_close(link);
    printf("  call of 1 byte, smallest zone  %9.1f us   %5.2f x out of a machine and in, "
           "%.2f x posix_spawn\n",
           small, small / probe->round_trip_us, small / spawn);
}

int main(void)
{
    char least[HARNESS_PATH_ROOM];
    const double spawn = spawn_us();
    struct probe probe;

    bench_need(sodium_init() >= 0, "sodium_init");
    echo_build(least, 64);
    if (probe_run(&probe) != POBF_OK) {
        printf("SKIP: kvm: %s\n", probe.missing);
        return 0;
    }
    printf("posix_spawn of /bin/true         %9.1f us\n", spawn);
    printf("fork server, strict seccomp      %9.1f us\n", fork_server_us(64));
    printf("out of a machine and in          %9.1f us\n", probe.round_trip_us);
    printf("to the function's space and back %9.1f us\n", probe.crossing_us);
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        measure_calls(programs[i], least);
        measure_small(programs[i], least, &probe, spawn);
        measure_starts(programs[i], least, spawn);
    }
    return 0;
}
