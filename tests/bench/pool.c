/*
 * What it takes to have a trustlet: to start one, in every way that there is, to keep a thousand idle,
 * and what two do beside one. All figures and ratios are of one run.
 */
#include "tests/bench/echo.h"

#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>

#include "enclave/kvm/probe.h"
#include "enclave/pool/pool.h"

enum { FEW = 101, IDLE = 1000, READY_US = 300000, IDLE_FOR_US = 8000000 };

/* The smallest function: what is measured is what is around it. */
static const struct harness_limits least = {
    .deadline_ms = 10000, .input_max = 64, .output_max = 64, .arena = 4096, .stack = 16384};

static uint8_t *image;
static size_t image_size;
static struct mold mold;

/* One way to have a trustlet. */
struct way {
    const char *program;
    const char *name;
    int has_zygote;
    int has_idle; /* a machine stands idle, which has never run */
};

static const struct way ways[] = {
    {"pobf-monitor", "process: the program is started", 0, 0},
    {"pobf-trustlet", "kvm: the program is started", 0, 0},
    {"pobf-trustlet", "kvm: the zygote makes a machine", 1, 0},
    {"pobf-trustlet", "kvm: an image into an idle machine", 1, 1},
};

extern char **environ;

static void spawn(struct bench_series *series)
{
    static char name[] = "true";
    char *const arguments[] = {name, NULL};
    const double start = bench_now_us();
    int status;
    pid_t process;

    bench_need(posix_spawn(&process, "/bin/true", NULL, NULL, arguments, environ) == 0 &&
                   waitpid(process, &status, 0) == process && status == 0,
               "posix_spawn");
    bench_add(series, start);
}

static const char *path_of(const char *program)
{
    static char path[HARNESS_PATH_ROOM];

    snprintf(path, sizeof path, "%s/%s", harness_folder(), program);
    return path;
}

static struct link_options options_of(const struct way *way, struct zygote *zygote)
{
    struct link_options options = {
        .monitor_path = path_of(way->program), .image = image, .image_size = image_size};

    if (way->has_zygote) {
        bench_need(zygote_open(zygote, options.monitor_path, mold.room) == POBF_OK, "a zygote");
        options.zygote = zygote;
        options.mold = &mold;
    }
    return options;
}

/*
 * From nothing, or from an idle machine, to the hello. The end is not timed, nor in the way. Each has
 * its posix_spawn beside it, so that whoever else uses the processors slows both.
 */
static void measure_start(const struct way *way)
{
    enum { SETTLE_US = 5000 };
    static struct bench_series starts;
    static struct bench_series spawns;
    struct zygote zygote = {.process = 0};
    const struct link_options options = options_of(way, &zygote);

    starts.count = spawns.count = 0;
    for (int i = 0; i < FEW; i++) {
        struct link *link;
        double start;

        if (way->has_idle) {
            bench_need(zygote_refill(&zygote, 1) == POBF_OK, "an idle machine");
        }
        usleep(SETTLE_US);
        spawn(&spawns);
        usleep(SETTLE_US);
        start = bench_now_us();
        bench_need(link_open(&link, &options) == POBF_OK, way->name);
        bench_add(&starts, start);
        link_close(link);
    }
    zygote_close(&zygote);
    printf("  %-36s %9.1f us   %5.2f x posix_spawn, %.1f us\n", way->name, bench_median(&starts),
           bench_median(&starts) / bench_median(&spawns), bench_median(&spawns));
}

/* Each has said hello, and nobody has heard it yet. */
static void fill(struct pool *pool)
{
    bench_need(pool_refill(pool) == POBF_OK, "a refill");
    for (size_t i = 0; i < pool_warm(pool); i++) {
        struct pollfd hello = {.fd = link_descriptor(pool->shelves[0].warm[i]), .events = POLLIN};

        bench_need(poll(&hello, 1, -1) == 1, "one that is ready");
    }
}

/* To take one that was made ready. */
static void measure_hit(const struct way *way)
{
    enum { WARM = 8, ROUNDS_OF_ALL = 8 };
    static struct bench_series hits;
    static struct bench_series spawns;
    struct zygote zygote = {.process = 0};
    const struct link_options options = options_of(way, &zygote);
    struct pool pool;

    pool_init(&pool, &options, WARM, 1);
    hits.count = spawns.count = 0;
    for (int i = 0; i < ROUNDS_OF_ALL * WARM; i++) {
        struct link *link;
        double start;

        if (pool_warm(&pool) == 0) {
            fill(&pool);
        }
        spawn(&spawns);
        start = bench_now_us();
        bench_need(pool_take(&pool, &link, 0) == POBF_OK && link_state(link) == LINK_UP,
                   "taking one");
        bench_add(&hits, start);
        pool_give(&pool, link);
    }
    pool_close(&pool);
    zygote_close(&zygote);
    printf("  %-36s %9.1f us   %5.2f x posix_spawn\n", "taken from the pool", bench_median(&hits),
           bench_median(&hits) / bench_median(&spawns));
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

/* Until nothing is given back any more of what was there before: the kernel takes its time. */
static double settled_kib(void)
{
    enum { WAITS = 30, WAIT_US = 1000000, STILL_KIB = 2048 };
    double seen = available_kib();

    for (int i = 0; i < WAITS; i++) {
        double now;

        usleep(WAIT_US);
        now = available_kib();
        if (now - seen < STILL_KIB) {
            return now;
        }
        seen = now;
    }
    return seen;
}

/*
 * What each of many takes of the machine's memory, at once and when it has been idle. Whoever else
 * runs at the same time is counted too.
 */
struct taken {
    double at_once_kib;
    double idle_kib;
};

static struct taken taken_by(void (*make)(void *context), void (*end)(void *context), void *context)
{
    const double before = settled_kib();
    struct taken taken;

    make(context);
    usleep(READY_US);
    taken.at_once_kib = (before - available_kib()) / IDLE;
    usleep(IDLE_FOR_US);
    taken.idle_kib = (before - available_kib()) / IDLE;
    end(context);
    return taken;
}

static struct link *links[IDLE];

static void make_links(void *context)
{
    const struct link_options *options = context;

    for (int i = 0; i < IDLE; i++) {
        bench_need(link_open(&links[i], options) == POBF_OK, "a link");
        (void)echo_call_us(links[i], (const uint8_t *)"x", 1, 1);
    }
}

static void end_links(void *context)
{
    (void)context;
    for (int i = 0; i < IDLE; i++) {
        link_hang_up(links[i]);
    }
    for (int i = 0; i < IDLE; i++) {
        while (!link_bury(links[i])) {
            usleep(1000);
        }
    }
}

static void measure_idle(const struct way *way)
{
    struct zygote zygote = {.process = 0};
    struct link_options options = options_of(way, &zygote);
    struct taken taken;

    taken = taken_by(make_links, end_links, &options);
    printf("  %-36s %9.0f KiB each, %d after a call, host included; %.0f just after it\n",
           way->name, taken.idle_kib, IDLE, taken.at_once_kib);
    zygote_close(&zygote);
}

static struct mold molds[IDLE];

static void make_molds(void *context)
{
    (void)context;
    for (int i = 0; i < IDLE; i++) {
        bench_need(mold_open(&molds[i], image, image_size) == POBF_OK, "a mold");
    }
}

static void end_molds(void *context)
{
    (void)context;
    for (int i = 0; i < IDLE; i++) {
        mold_close(&molds[i]);
    }
}

/* What each of many images takes that wait for a machine: what their guests begin with. */
static void measure_images(void)
{
    printf("  %-36s %9.0f KiB each, %d of them\n", "kvm: an image, for an idle machine",
           taken_by(make_molds, end_molds, NULL).idle_kib, IDLE);
}

/* One client on a processor, with a monitor of its own there: it calls until the time is over. */
static void call_for(struct link_options options, int core, int ready, int calls)
{
    const double until = 1e6;
    cpu_set_t cores;
    struct link *link;
    double start;
    int count = 0;
    char go;

    CPU_ZERO(&cores);
    CPU_SET((size_t)core, &cores);
    bench_need(sched_setaffinity(0, sizeof cores, &cores) == 0, "a processor");
    options.core = (uint32_t)core + 1;
    bench_need(link_open(&link, &options) == POBF_OK, "a link");
    (void)echo_call_us(link, (const uint8_t *)"x", 1, 10);
    bench_need(read(ready, &go, 1) == 1, "the start");
    for (start = bench_now_us(); bench_now_us() - start < until; count++) {
        (void)echo_call_us(link, (const uint8_t *)"x", 1, 1);
    }
    bench_need(write(calls, &count, sizeof count) == sizeof count, "the end");
    link_close(link);
    _exit(0);
}

/* Calls in the same second of one client for each of these processors. */
static double calls_per_second(const struct link_options *options, int clients)
{
    int ready[2];
    int calls[2];
    int count;
    int sum = 0;

    bench_need(pipe(ready) == 0 && pipe(calls) == 0, "pipes");
    for (int i = 0; i < clients; i++) {
        if (fork() == 0) {
            call_for(*options, i, ready[0], calls[1]);
        }
    }
    usleep(READY_US);
    bench_need(write(ready[1], "gogo", (size_t)clients) == clients, "the start");
    for (int i = 0; i < clients; i++) {
        bench_need(read(calls[0], &count, sizeof count) == sizeof count, "a client");
        sum += count;
    }
    for (int i = 0; i < clients; i++) {
        (void)wait(NULL);
    }
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(calls[i]);
    }
    return sum;
}

/* Turn by turn, so that whoever else uses the processors slows both. */
static void measure_two(const char *program)
{
    enum { TURNS = 7 };
    static struct bench_series one;
    static struct bench_series two;
    static struct bench_series ratio;
    const struct link_options options = {
        .monitor_path = path_of(program), .image = image, .image_size = image_size};

    one.count = two.count = ratio.count = 0;
    for (int i = 0; i < TURNS; i++) {
        one.us[one.count++] = calls_per_second(&options, 1);
        two.us[two.count++] = calls_per_second(&options, 2);
        ratio.us[ratio.count++] = two.us[i] / one.us[i];
    }
    printf("  %-36s %9.0f, %.0f calls/s   %5.2f x\n", program, bench_median(&one),
           bench_median(&two), bench_median(&ratio));
}

int main(void)
{
    char path[HARNESS_PATH_ROOM];
    struct probe probe;
    size_t count = sizeof ways / sizeof ways[0];

    bench_need(sodium_init() >= 0, "sodium_init");
    bench_need(harness_build(path, "echo", &least) == 0, "echo");
    bench_need(file_read(&image, &image_size, path, IMAGE_FILE_MAX) == POBF_OK &&
                   mold_open(&mold, image, image_size) == POBF_OK,
               path);
    if (probe_run(&probe) != POBF_OK) {
        printf("SKIP: kvm: %s\n", probe.missing);
        count = 1;
    }
    printf("start, to the hello, beside posix_spawn of /bin/true\n");
    for (size_t i = 0; i < count; i++) {
        measure_start(&ways[i]);
    }
    measure_hit(&ways[0]);
    if (count > 1) {
        measure_hit(&ways[count - 1]);
    }
    printf("one client, and two\n");
    measure_two("pobf-monitor");
    if (count > 1) {
        measure_two("pobf-trustlet");
    }
    printf("idle\n");
    measure_idle(&ways[0]);
    if (count > 1) {
        measure_images();
        measure_idle(&ways[2]);
    }
    return 0;
}
