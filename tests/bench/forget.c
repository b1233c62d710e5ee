/*
 * What forgetting costs: wipe, rewind, compare and the signed receipt, for a zone of 1 MiB; and
 * rewind and comparison alone, for larger ones.
 */
#include <stdint.h>
#include <string.h>

#include <sodium.h>

#include "framework/chain/steps.h"
#include "tests/bench/bench.h"

enum { ZONE_BYTES = 1 << 20, GOLDEN_BYTES = 64 << 10, ROUNDS = 1001, REWINDS = 101 };

static uint8_t zone_bytes[ZONE_BYTES];
static uint8_t golden[GOLDEN_BYTES];
static uint8_t copy[ZONE_BYTES];

static struct pobf_chain chain;
static struct pobf_task task;
static const struct pobf_zone zone = {
    .base = zone_bytes,
    .golden = golden,
    .size = ZONE_BYTES,
    .golden_size = GOLDEN_BYTES,
    .input_at = GOLDEN_BYTES,
    .input_room = 64 << 10,
    .output_at = 512 << 10,
    .output_room = 64 << 10,
};

static void end_one_task(struct bench_series *series)
{
    uint8_t offer[POBF_OFFER_ROOM];
    uint8_t out[POBF_RECEIPT_ROOM];
    struct pobf_receipt receipt = {.exit = POBF_EXIT_TRAP, .registers_cleared = 1};
    struct pobf_fresh fresh;
    size_t size;
    double start;

    bench_need(pobf_start(&fresh, &task, &chain, offer, sizeof offer, &size) == POBF_OK, "start");
    memset(zone_bytes, 0xa5, sizeof zone_bytes);
    start = bench_now_us();
    bench_need(pobf_end(&chain, &task, &zone, &receipt, out, sizeof out, &size) == POBF_OK, "end");
    bench_add(series, start);
}

static void copy_zone(struct bench_series *series)
{
    const double start = bench_now_us();

    memcpy(copy, zone_bytes, sizeof copy);
    __asm__ volatile("" : : "r"(copy) : "memory");
    bench_add(series, start);
}

/* One round: what each step of the end of a call took, and what memcpy takes for the same bytes. */
struct rewind {
    struct bench_series alone;   /* the rewind, and what the next call takes longer after one */
    struct bench_series compare; /* the comparison                                             */
    struct bench_series plain;   /* memcpy                                                     */
    struct bench_series alone_ratio;
    struct bench_series all_ratio;
};

static double since_us(double *start)
{
    const double before = *start;

    *start = bench_now_us();
    return *start - before;
}

/* A function that writes to all of its zone. */
static void use(const struct pobf_zone *large)
{
    memset(large->base, 0xa5, large->size);
    __asm__ volatile("" : : "r"(large->base) : "memory");
}

static void add(struct bench_series *series, double us)
{
    series->us[series->count++] = us;
}

static void rewind_once(struct rewind *rewind, const struct pobf_zone *large, const uint8_t *other)
{
    double start;
    double used_us;
    double alone_us;
    double compare_us;
    double plain_us;

    use(large);
    start = bench_now_us();
    use(large);
    used_us = since_us(&start);
    pobf_zone_rewind(large);
    alone_us = since_us(&start);
    use(large);
    alone_us += since_us(&start) - used_us;
    pobf_zone_rewind(large);
    start = bench_now_us();
    bench_need(pobf_zone_compare(large), "the comparison");
    compare_us = since_us(&start);
    memcpy(large->base, other, large->size);
    __asm__ volatile("" : : "r"(large->base) : "memory");
    plain_us = since_us(&start);
    add(&rewind->alone, alone_us);
    add(&rewind->compare, compare_us);
    add(&rewind->plain, plain_us);
    add(&rewind->alone_ratio, alone_us / plain_us);
    add(&rewind->all_ratio, (alone_us + compare_us) / plain_us);
}

/* Rewind and compare a zone of so many MiB, by the code that every call ends with. */
static void measure_rewind(size_t mib)
{
    const size_t size = mib << 20;
    uint8_t *bytes = malloc(2 * size);
    const struct pobf_zone large = {
        .base = bytes, .golden = golden, .size = size, .golden_size = GOLDEN_BYTES};
    struct rewind *rewind = calloc(1, sizeof *rewind);

    bench_need(bytes != NULL && rewind != NULL, "malloc");
    memset(bytes, 0xa5, 2 * size);
    for (int i = 0; i < REWINDS; i++) {
        rewind_once(rewind, &large, bytes + size);
    }
    printf("rewind + excess of next, %2zu MiB   %8.1f us   %.2f x memcpy of it\n", mib,
           bench_median(&rewind->alone), bench_median(&rewind->alone_ratio));
    printf("  and the comparison of all       %8.1f us   %.2f x\n",
           bench_median(&rewind->alone) + bench_median(&rewind->compare),
           bench_median(&rewind->all_ratio));
    free(rewind);
    free(bytes);
}

int main(void)
{
    static const uint8_t digest[POBF_DIGEST_BYTES];
    static struct bench_series forget;
    static struct bench_series plain;
    double forget_us;

    bench_need(sodium_init() >= 0, "sodium_init");
    memset(golden, 0x5a, sizeof golden);
    memcpy(zone_bytes, golden, sizeof golden);
    bench_need(pobf_chain_begin(&chain, digest, digest, &zone) == POBF_OK, "begin");
    for (int i = 0; i < ROUNDS; i++) {
        end_one_task(&forget);
        copy_zone(&plain);
    }
    forget_us = bench_median(&forget);
    printf("forget + receipt, 1 MiB zone      %8.1f us   %.2f x memcpy of 1 MiB\n", forget_us,
           forget_us / bench_median(&plain));
    measure_rewind(1);
    measure_rewind(4);
    measure_rewind(16);
    return 0;
}
