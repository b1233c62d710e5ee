#include "enclave/host/metrics.h"

#include <inttypes.h>

#include "edge/http/exposition.h"
#include "enclave/host/exits.h"

static const uint64_t byte_bounds[METRICS_BUCKETS - 1] = {1 << 10, 1 << 12, 1 << 14, 1 << 16,
                                                          1 << 18, 1 << 20, 1 << 22};
static const uint64_t time_bounds[METRICS_BUCKETS - 1] = {100,     1000,     10000,    100000,
                                                          1000000, 10000000, 100000000};

static void note(struct metrics_histogram *histogram, const uint64_t *bounds, uint64_t value)
{
    size_t bucket = 0;

    while (bucket < METRICS_BUCKETS - 1 && value > bounds[bucket]) {
        bucket++;
    }
    histogram->count[bucket]++;
    histogram->total++;
}

void metrics_note_input(struct metrics *metrics, size_t sealed_size)
{
    note(&metrics->input_bytes, byte_bounds, sealed_size);
}

void metrics_note_receipt(struct metrics *metrics, const struct pobf_receipt *receipt)
{
    if ((unsigned)receipt->exit < POBF_EXIT_COUNT) {
        metrics->ends[receipt->exit]++;
    }
    if (receipt->exit != POBF_EXIT_ABANDONED) {
        note(&metrics->time_us, time_bounds, receipt->time_us);
    }
}

/* Every number that a function has without a further label, in the order of the page. */
static const struct {
    const char *name;
    const char *type;
    const char *help;
    size_t at; /* in struct metrics */
} numbers[] = {
#define NUMBER(name, type, help, member)                                                           \
    {                                                                                              \
        "pobf_" name, type, help, offsetof(struct metrics, member)                                 \
    }
    NUMBER("tasks_open", "gauge", "Offers that wait for their input.", open),
    NUMBER("monitors_serving", "gauge", "Monitors that serve.", up),
    NUMBER("monitors_warm", "gauge", "Monitors kept ready.", warm),
    NUMBER("monitors_leaving", "gauge", "Monitors that have not ended yet.", leaving),
    NUMBER("monitor_starts_total", "counter", "Monitors that began to serve.", starts),
    NUMBER("monitor_losses_total", "counter", "Monitors that ended, or had to.", lost),
    NUMBER("monitor_poisoned_total", "counter", "Monitors that could not show that they forgot.",
           poisoned),
    NUMBER("pool_hits_total", "counter", "Monitors needed that stood ready.", hits),
    NUMBER("pool_misses_total", "counter", "Monitors needed that had to be started.", misses),
    NUMBER("replacements_total", "counter", "Images that took the place of another one.",
           replacements),
    NUMBER("requests_waiting", "gauge", "Requests in line for a monitor.", waiting),
    NUMBER("requests_refused_total", "counter", "Requests that did not reach a monitor.", refusals),
    NUMBER("requests_shed_total", "counter",
           "Those of them that were more than the function's share.", shed),
    NUMBER("receipts_lost_total", "counter",
           "Receipts that could not be recorded; their answers were withheld.", receipts_lost),
    NUMBER("intents_lost_total", "counter",
           "Intents that could not be recorded; their inputs reached no monitor.", intents_lost),
    NUMBER("tasks_crashed_total", "counter",
           "Tasks that were stated as forgotten by crash: their monitor ended.", crashed),
};

/* Of all functions, one metric after another, as the format wants it. */
struct page {
    struct exposition exposition;
    const struct metrics *const *functions;
    size_t count;
};

static void put_number(struct page *page, size_t number)
{
    exposition_head(&page->exposition, numbers[number].name, numbers[number].type,
                    numbers[number].help);
    for (size_t i = 0; i < page->count; i++) {
        const struct metrics *metrics = page->functions[i];

        exposition_put(
            &page->exposition, "%s{function=\"%s\"} %" PRIu64 "\n", numbers[number].name,
            metrics->function,
            *(const uint64_t *)(const void *)((const uint8_t *)metrics + numbers[number].at));
    }
}

static void put_up(struct page *page)
{
    exposition_head(&page->exposition, "pobf_up", "gauge", "1 where a monitor serves.");
    for (size_t i = 0; i < page->count; i++) {
        const struct metrics *metrics = page->functions[i];

        exposition_put(&page->exposition, "pobf_up{function=\"%s\",measurement=\"%s\"} %d\n",
                       metrics->function, metrics->measurement, metrics->up > 0);
    }
}

static void put_ends(struct page *page)
{
    exposition_head(&page->exposition, "pobf_tasks_total", "counter",
                    "Tasks that ended, each with a receipt, by how.");
    for (size_t i = 0; i < page->count; i++) {
        for (int exit = 1; exit < POBF_EXIT_COUNT; exit++) {
            exposition_put(&page->exposition,
                           "pobf_tasks_total{function=\"%s\",exit=\"%s\"} %" PRIu64 "\n",
                           page->functions[i]->function, exits_word((enum pobf_exit)exit),
                           page->functions[i]->ends[exit]);
        }
    }
}

/*
 * Buckets alone, as a counter and not as Prometheus' histogram, whose sum would give exact sizes
 * away.
 */
static void put_histogram(struct exposition *page, const char *name, const char *function,
                          const struct metrics_histogram *histogram, const uint64_t *bounds)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < METRICS_BUCKETS - 1; i++) {
        sum += histogram->count[i];
        exposition_put(page, "%s{function=\"%s\",at_most=\"%" PRIu64 "\"} %" PRIu64 "\n", name,
                       function, bounds[i], sum);
    }
    exposition_put(page, "%s{function=\"%s\",at_most=\"+Inf\"} %" PRIu64 "\n", name, function,
                   histogram->total);
}

static void put_histograms(struct page *page)
{
    static const char bytes[] = "pobf_sealed_input_bytes_total";
    static const char time[] = "pobf_function_time_us_total";

    exposition_head(&page->exposition, bytes, "counter", "Sealed inputs of so many bytes or less.");
    for (size_t i = 0; i < page->count; i++) {
        put_histogram(&page->exposition, bytes, page->functions[i]->function,
                      &page->functions[i]->input_bytes, byte_bounds);
    }
    exposition_head(&page->exposition, time, "counter", "Calls of so many microseconds or less.");
    for (size_t i = 0; i < page->count; i++) {
        put_histogram(&page->exposition, time, page->functions[i]->function,
                      &page->functions[i]->time_us, time_bounds);
    }
}

static void put_host(struct exposition *page, const struct metrics_host *host)
{
    exposition_one(page, "pobf_machines_idle", "gauge", "Machines kept ready without an image.",
                   host->idle);
    exposition_one(page, "pobf_log_backlog", "gauge",
                   "Receipts whose inclusion in the log is not proved yet.", host->log.backlog);
    exposition_one(page, "pobf_log_proofs_total", "counter", "Proofs from the log that were kept.",
                   host->log.proofs);
    exposition_one(page, "pobf_log_failures_total", "counter",
                   "Times that a receipt could not be brought to the log, or its proof not kept.",
                   host->log.failures);
    exposition_one(page, "pobf_log_refusals_total", "counter",
                   "Answers of the log that were no proof of the receipt, or refused it.",
                   host->log.refusals);
    exposition_one(page, "pobf_log_alarms", "gauge",
                   "Alarms in the folder: the log forked, shrank, or did not show that it grew.",
                   host->log.alarms);
}

size_t metrics_print(char *text, const struct metrics *const functions[], size_t count,
                     const struct metrics_host *host)
{
    struct page page = {{text, count * METRICS_TEXT_ROOM, 0}, functions, count};

    put_up(&page);
    put_ends(&page);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        put_number(&page, i);
    }
    put_histograms(&page);
    put_host(&page.exposition, host);
    return page.exposition.size;
}
