/*
 * What a call costs beside the same steps and the same function in one process, on each backend.
 * LINK: -O2 -Ienclave/function tests/hostile/echo.c
 */
#include "tests/bench/echo.h"

#include <sched.h>
#include <sys/sysinfo.h>

#include "enclave/function/pobf_function.h"
#include "enclave/kvm/probe.h"
#include "enclave/process/registers.h"
#include "framework/chain/steps.h"

enum { KIB = 1 << 10, ROUNDS = 301, FEW = 51, TURNS = 11 };
enum { DIRECT_MAX = 512 * KIB, DIRECT_ROOM = DIRECT_MAX + IMAGE_PAGE };

/* The same steps as of a call, in this process: no second address space, no window, no socket. */
struct direct {
    struct pobf_chain chain;
    struct pobf_task task;
    struct pobf_zone zone;
    _Alignas(IMAGE_PAGE) uint8_t zone_bytes[2 * DIRECT_ROOM];
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
    struct pobf_call call = {.input = zone->base + zone->input_at,
                             .input_size = size,
                             .output = zone->base + zone->output_at,
                             .output_room = size};
    size_t used;

    bench_need(pobf_bind(&bound, fresh, chain, direct->sealed) == POBF_OK &&
                   pobf_load(&loaded, &bound, &receipt, chain, zone, direct->sealed + 32, size + 16,
                             &used) == POBF_OK,
               "opening");
    bench_need(pobf_function(&call) == 0 && call.output_size == size, "the function");
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
    const size_t room = size + POBF_AEAD_TAG_BYTES;
    const size_t output_at = (room + IMAGE_PAGE - 1) / IMAGE_PAGE * IMAGE_PAGE; /* as in an image */
    uint8_t bytes[POBF_OFFER_ROOM];
    size_t used;

    direct.zone = (struct pobf_zone){.base = direct.zone_bytes,
                                     .golden = direct.zone_bytes,
                                     .size = output_at + room,
                                     .input_room = room,
                                     .output_at = output_at,
                                     .output_room = room};
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

/* Both are measured turn by turn, so that whoever else uses the processor slows both. */
static void compare_direct(const char *program, uint32_t core, size_t size, int rounds)
{
    static uint8_t input[DIRECT_MAX];
    static struct bench_series calls;
    static struct bench_series ratios;
    char image[HARNESS_PATH_ROOM];
    struct link *link;

    echo_build(image, (unsigned)size);
    link = echo_open_on(core, program, image);
    calls.count = ratios.count = 0;
    for (int i = 0; i < TURNS; i++) {
        const double direct = direct_us(size, rounds / TURNS);
        const double call = echo_call_us(link, input, size, rounds / TURNS);

        calls.us[calls.count++] = call;
        ratios.us[ratios.count++] = call / direct;
    }
    link_close(link);
    printf("  call of %6zu bytes           %9.1f us   %5.2f x the same steps in one process\n",
           size, bench_median(&calls), bench_median(&ratios));
}

/* What a call clears of registers: on both ways of the crossing, and after each of five steps. */
static void compare_registers(void)
{
    enum { CLEARINGS = 2 + 5, MANY = 1000 };
    struct probe probe;
    double start;
    double clear_us;

    if (probe_run(&probe) != POBF_OK) {
        printf("SKIP: kvm: %s\n", probe.missing);
        return;
    }
    registers_init();
    start = bench_now_us();
    for (int i = 0; i < MANY; i++) {
        registers_clear();
    }
    clear_us = (bench_now_us() - start) / MANY * CLEARINGS;
    printf("out of a machine and in          %9.1f us   %5.2f x with every register cleared %d "
           "times\n",
           probe.round_trip_us, (probe.round_trip_us + clear_us) / probe.round_trip_us, CLEARINGS);
}

/* We stay on the first processor; the enclave on the n-th. */
static void compare_on(const char *program, uint32_t core)
{
    printf("%s, %s\n", program,
           core == 1 ? "host and enclave on one processor" : "each on its own processor");
    compare_direct(program, core, 64, ROUNDS);
    compare_direct(program, core, 64 * KIB, ROUNDS);
    compare_direct(program, core, 512 * KIB, FEW);
}

int main(void)
{
    static const char *const programs[] = {"pobf-monitor", "pobf-trustlet"};
    cpu_set_t first;

    CPU_ZERO(&first);
    CPU_SET(0, &first);
    bench_need(sodium_init() >= 0 && sched_setaffinity(0, sizeof first, &first) == 0, "starting");
    compare_registers();
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (strcmp(programs[i], "pobf-trustlet") == 0 && access("/dev/kvm", R_OK | W_OK) != 0) {
            printf("SKIP: no /dev/kvm\n");
            continue;
        }
        for (uint32_t core = 1; core <= 2 && core <= (uint32_t)get_nprocs_conf(); core++) {
            compare_on(programs[i], core);
        }
    }
    return 0;
}
