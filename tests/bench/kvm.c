/*
 * What a virtual machine costs beside the process backend, and beside what one would take instead.
 * All figures and ratios are of one run.
 */
#include "tests/bench/bench.h"
#include "tests/enclave/harness.h"

#include <spawn.h>
#include <sys/wait.h>

#include "enclave/kvm/probe.h"

enum { ROUNDS = 301, FEW = 51, IDLE = 100, KIB = 1 << 10, MIB = 1 << 20 };

static const char *const programs[] = {"pobf-monitor", "pobf-trustlet"};

static struct link *open_link(const char *program, const char *image)
{
    char monitor[HARNESS_PATH_ROOM];
    const struct link_options options = {.monitor_path = monitor, .image_path = image};
    struct link *link;

    snprintf(monitor, sizeof monitor, "%s/%s", harness_folder(), program);
    bench_need(link_open(&link, &options) == POBF_OK, program);
    return link;
}

static void build(char image[HARNESS_PATH_ROOM], const char *name, unsigned size, unsigned arena)
{
    const struct harness_limits limits = {.deadline_ms = 10000,
                                          .input_max = size,
                                          .output_max = size,
                                          .arena = arena,
                                          .stack = 64 * KIB};

    bench_need(harness_build(image, name, &limits) == 0, name);
}

/* The host's part of a call: hand over the sealed input, take the answer. */
static double call_us(struct link *link, const uint8_t *input, size_t size, int rounds)
{
    static struct bench_series series;

    series.count = 0;
    for (int i = 0; i < rounds; i++) {
        const struct pobf_offer offer = harness_start(link);
        struct pobf_provider provider;
        uint8_t commitment[POBF_COMMITMENT_BYTES];
        uint8_t *sealed = harness_seal(&provider, link, &offer, input, size, commitment);
        struct link_answer answer;
        const double start = bench_now_us();

        bench_need(link_ask_call(link, offer.task_id, sealed, size + POBF_SEALED_OVERHEAD) ==
                           POBF_OK &&
                       link_take(link, &answer) == POBF_OK && answer.status == POBF_OK,
                   "a call");
        bench_add(&series, start);
        free(sealed);
    }
    return bench_median(&series);
}

static double memcpy_us(size_t size)
{
    static struct bench_series series;
    uint8_t *from = calloc(1, size);
    uint8_t *to = calloc(1, size);

    bench_need(from != NULL && to != NULL, "memory");
    series.count = 0;
    for (int i = 0; i < FEW; i++) {
        const double start = bench_now_us();

        memcpy(to, from, size);
        __asm__ volatile("" : : "r"(to) : "memory");
        bench_add(&series, start);
    }
    free(from);
    free(to);
    return bench_median(&series);
}

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

static double cold_us(const char *program, const char *image)
{
    static struct bench_series series;

    series.count = 0;
    for (int i = 0; i < FEW; i++) {
        const double start = bench_now_us();
        struct link *link = open_link(program, image);

        bench_add(&series, start);
        link_close(link);
    }
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
        links[i] = open_link(program, image);
        (void)call_us(links[i], (const uint8_t *)"x", 1, 1);
    }
    taken = (before - available_kib()) / IDLE;
    for (int i = 0; i < IDLE; i++) {
        link_close(links[i]);
    }
    return taken;
}

/* What the zone's size adds to a call: to rewind it, and to compare all of it. */
static void compare_rewind(const char *program, unsigned mib, double small_us)
{
    char image[HARNESS_PATH_ROOM];
    struct link *link;
    double excess;

    build(image, "echo", 64, mib * MIB);
    link = open_link(program, image);
    (void)call_us(link, (const uint8_t *)"x", 1, 3);
    excess = call_us(link, (const uint8_t *)"x", 1, FEW) - small_us;
    link_close(link);
    printf("  rewind and compare %2u MiB       %9.1f us   %5.2f x memcpy of it\n", mib, excess,
           excess / memcpy_us((size_t)mib * MIB));
}

static void measure(const char *program, const char *image, double spawn)
{
    static uint8_t input[512 * KIB];
    struct link *link = open_link(program, image);
    const double small = call_us(link, input, 64, ROUNDS);
    const double cold = cold_us(program, image);

    printf("%s\n", program);
    printf("  call of 64 B                   %9.1f us   %5.2f x posix_spawn\n", small,
           small / spawn);
    printf("  call of 64 KiB                 %9.1f us\n", call_us(link, input, 64 * KIB, ROUNDS));
    printf("  call of 512 KiB                %9.1f us\n", call_us(link, input, 512 * KIB, FEW));
    printf("  cold start, to the hello       %9.1f us   %5.2f x posix_spawn\n", cold, cold / spawn);
    printf("  idle, after a call             %9.0f KiB\n", idle_kib(program, image));
    link_close(link);
}

int main(void)
{
    char image[HARNESS_PATH_ROOM];
    char least[HARNESS_PATH_ROOM];
    const double spawn = spawn_us();
    struct probe probe;

    bench_need(sodium_init() >= 0, "sodium_init");
    build(image, "echo", 512 * KIB, 4096);
    build(least, "echo", 64, 4096);
    if (probe_run(&probe) != POBF_OK) {
        printf("SKIP: kvm: %s\n", probe.missing);
        return 0;
    }
    printf("posix_spawn of /bin/true         %9.1f us\n", spawn);
    printf("out of a machine and in          %9.1f us\n", probe.round_trip_us);
    printf("to the function's space and back %9.1f us\n", probe.crossing_us);
    for (int i = 0; i < 2; i++) {
        struct link *link;
        double small;

        measure(programs[i], image, spawn);
        link = open_link(programs[i], least);
        small = call_us(link, (const uint8_t *)"x", 1, ROUNDS);
        link_close(link);
        printf("  call of 1 B, smallest zone     %9.1f us   %5.2f x out of a machine and in\n",
               small, small / probe.round_trip_us);
        compare_rewind(programs[i], 1, small);
        compare_rewind(programs[i], 4, small);
        compare_rewind(programs[i], 16, small);
    }
    return 0;
}
