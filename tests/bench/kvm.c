/*
 * What a virtual machine costs beside the process backend, and beside what one would take instead.
 * All figures and ratios are of one run.
 */
#include "tests/bench/bench.h"
#include "tests/enclave/harness.h"

#include <linux/seccomp.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "enclave/kvm/probe.h"
#include "enclave/pool/pool.h"
#include "framework/chain/steps.h"

enum { ROUNDS = 301, FEW = 51, TURNS = 11, IDLE = 100, KIB = 1 << 10, MIB = 1 << 20 };

static const char *const programs[] = {"pobf-monitor", "pobf-trustlet"};

static struct link *open_link(const char *program, const char *image)
{
    char monitor[HARNESS_PATH_ROOM];
    struct link_options options = {.monitor_path = monitor};
    struct link *link;
    uint8_t *bytes;

    snprintf(monitor, sizeof monitor, "%s/%s", harness_folder(), program);
    bench_need(file_read(&bytes, &options.image_size, image, IMAGE_FILE_MAX) == POBF_OK, image);
    options.image = bytes;
    bench_need(link_open(&link, &options) == POBF_OK, program);
    file_free(bytes, options.image_size);
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

enum { DIRECT_MAX = 512 * KIB, DIRECT_ROOM = DIRECT_MAX + 4096 };

/* The same steps as of a call, in this process: no second address space, no window, no socket. */
struct direct {
    struct pobf_chain chain;
    struct pobf_task task;
    struct pobf_zone zone;
    uint8_t zone_bytes[2 * DIRECT_ROOM];
    uint8_t outbox[DIRECT_ROOM];
    uint8_t sealed[DIRECT_ROOM];
};

static void seal_directly(struct direct *direct, const struct pobf_offer *offer, size_t size)
{
    static const uint8_t digest[POBF_DIGEST_BYTES];
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t ephemeral[POBF_X25519_BYTES];

    randombytes_buf(ephemeral, sizeof ephemeral);
    bench_need(pobf_provider_begin(&provider, offer, digest, digest, ephemeral) == POBF_OK &&
                   pobf_provider_seal(&provider, direct->sealed, size, commitment) == POBF_OK,
               "sealing");
}

static void run_directly(struct direct *direct, struct pobf_fresh *fresh, size_t size)
{
    struct pobf_receipt receipt = {.exit = POBF_EXIT_RETURNED, .registers_cleared = 1};
    struct pobf_bound bound;
    struct pobf_loaded loaded;
    struct pobf_computed computed;
    struct pobf_sealed sealed;
    uint8_t out[POBF_RECEIPT_ROOM];
    const struct pobf_zone *zone = &direct->zone;
    const struct pobf_chain *chain = &direct->chain;
    size_t used;

    bench_need(pobf_bind(&bound, fresh, chain, direct->sealed) == POBF_OK &&
                   pobf_load(&loaded, &bound, &receipt, chain, zone, direct->sealed + 32, size + 16,
                             &used) == POBF_OK,
               "opening");
    memcpy(zone->base + zone->output_at, zone->base + zone->input_at, size);
    bench_need(pobf_compute(&computed, &loaded, chain, zone, size) == POBF_OK &&
                   pobf_seal(&sealed, &computed, &receipt, chain, zone, size, direct->outbox,
                             sizeof direct->outbox, &used) == POBF_OK &&
                   pobf_end(&direct->chain, &direct->task, zone, &receipt, out, sizeof out,
                            &used) == POBF_OK,
               "sealing and the receipt");
}

static double direct_us(size_t size, int rounds)
{
    static const uint8_t digest[POBF_DIGEST_BYTES];
    static struct direct direct;
    static struct bench_series series;
    uint8_t bytes[POBF_OFFER_ROOM];
    size_t used;

    direct.zone = (struct pobf_zone){.base = direct.zone_bytes,
                                     .golden = direct.zone_bytes,
                                     .size = 2 * (size + 16),
                                     .input_room = size + 16,
                                     .output_at = size + 16,
                                     .output_room = size + 16};
    bench_need(pobf_chain_begin(&direct.chain, digest, digest, &direct.zone) == POBF_OK, "begin");
    series.count = 0;
    for (int i = 0; i < rounds; i++) {
        struct pobf_fresh fresh;
        struct pobf_offer offer;
        double start;

        bench_need(pobf_start(&fresh, &direct.task, &direct.chain, bytes, sizeof bytes, &used) ==
                           POBF_OK &&
                       pobf_offer_parse(&offer, bytes, used) == POBF_OK,
                   "start");
        seal_directly(&direct, &offer, size);
        start = bench_now_us();
        run_directly(&direct, &fresh, size);
        bench_add(&series, start);
    }
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
            (void)call_us(open_link(program, image), (const uint8_t *)"x", 1, CALLS);
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
        struct link *link = open_link(program, image);

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
    pool_init(&pool, &options, WARM);
    series.count = 0;
    for (int i = 0; i < ROUNDS_OF_ALL * WARM; i++) {
        struct link *link;
        double start;

        if (pool.count == 0) {
            bench_need(pool_refill(&pool) == POBF_OK, "a refill");
            usleep(READY_US);
        }
        start = bench_now_us();
        bench_need(pool_take(&pool, &link) == POBF_OK, "taking one");
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
        links[i] = open_link(program, image);
        (void)call_us(links[i], (const uint8_t *)"x", 1, 1);
    }
    taken = (before - available_kib()) / IDLE;
    for (int i = 0; i < IDLE; i++) {
        link_close(links[i]);
    }
    return taken;
}

/*
 * A function whose limits are the size: what is rewound is what is needed. Both are measured turn by
 * turn, so that whoever else uses the processor slows both.
 */
static void compare_direct(const char *program, size_t size, int rounds)
{
    static uint8_t input[DIRECT_MAX];
    static struct bench_series calls;
    static struct bench_series ratios;
    char image[HARNESS_PATH_ROOM];
    struct link *link;

    build(image, "echo", (unsigned)size, 4096);
    link = open_link(program, image);
    calls.count = ratios.count = 0;
    for (int i = 0; i < TURNS; i++) {
        const double direct = direct_us(size, rounds / TURNS);
        const double call = call_us(link, input, size, rounds / TURNS);

        calls.us[calls.count++] = call;
        ratios.us[ratios.count++] = call / direct;
    }
    link_close(link);
    printf("  call of %6zu bytes           %9.1f us   %5.2f x the same steps in one process\n",
           size, bench_median(&calls), bench_median(&ratios));
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
    compare_direct(program, 64, ROUNDS);
    compare_direct(program, 64 * KIB, ROUNDS);
    compare_direct(program, 512 * KIB, FEW);
    compare_two(program, least);
}

static void measure_small(const char *program, const char *least, const struct probe *probe,
                          double spawn)
{
    struct link *link = open_link(program, least);
    const double small = call_us(link, (const uint8_t *)"x", 1, ROUNDS);

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
    build(least, "echo", 64, 4096);
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
