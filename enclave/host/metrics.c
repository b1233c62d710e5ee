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

/*
 * Buckets alone, as a counter and not as Prometheus' histogram, whose sum would give exact sizes
 * away.
 */
static void put_histogram(struct exposition *page, const char *name, const char *help,
                          const struct metrics_histogram *histogram, const uint64_t *bounds)
{
    uint64_t sum = 0;

    exposition_head(page, name, "counter", help);
    for (size_t i = 0; i < METRICS_BUCKETS - 1; i++) {
        sum += histogram->count[i];
        exposition_put(page, "%s{at_most=\"%" PRIu64 "\"} %" PRIu64 "\n", name, bounds[i], sum);
    }
    exposition_put(page, "%s{at_most=\"+Inf\"} %" PRIu64 "\n", name, histogram->total);
}

static void put_ends(struct exposition *page, const struct metrics *metrics)
{
    exposition_head(page, "pobf_tasks_total", "counter",
                    "Tasks that ended, each with a receipt, by how.");
    for (int i = 1; i < POBF_EXIT_COUNT; i++) {
        exposition_put(page, "pobf_tasks_total{function=\"%s\",exit=\"%s\"} %" PRIu64 "\n",
                       metrics->function, exits_word((enum pobf_exit)i), metrics->ends[i]);
    }
}

static void put_pool(struct exposition *page, const struct metrics *metrics)
{
    exposition_one(page, "pobf_monitors_serving", "gauge", "Monitors that serve.", metrics->up);
    exposition_one(page, "pobf_monitors_warm", "gauge", "Monitors kept ready.", metrics->warm);
    exposition_one(page, "pobf_machines_idle", "gauge", "Machines kept ready without an image.",
                   metrics->idle);
    exposition_one(page, "pobf_monitors_leaving", "gauge", "Monitors that have not ended yet.",
                   metrics->leaving);
    exposition_one(page, "pobf_monitor_starts_total", "counter", "Monitors that began to serve.",
                   metrics->starts);
    exposition_one(page, "pobf_monitor_losses_total", "counter", "Monitors that ended, or had to.",
                   metrics->lost);
    exposition_one(page, "pobf_monitor_poisoned_total", "counter",
                   "Monitors that could not show that they forgot.", metrics->poisoned);
    exposition_one(page, "pobf_pool_hits_total", "counter", "Monitors needed that stood ready.",
                   metrics->hits);
    exposition_one(page, "pobf_pool_misses_total", "counter",
                   "Monitors needed that had to be started.", metrics->misses);
}

static void put_log(struct exposition *page, const struct courier_counts *log)
{
    exposition_one(page, "pobf_log_backlog", "gauge",
                   "Receipts whose inclusion in the log is not proved yet.", log->backlog);
    exposition_one(page, "pobf_log_proofs_total", "counter", "Proofs from the log that were kept.",
                   log->proofs);
    exposition_one(page, "pobf_log_failures_total", "counter",
                   "Times that a receipt could not be brought to the log, or its proof not kept.",
                   log->failures);
    exposition_one(page, "pobf_log_refusals_total", "counter",
                   "Answers of the log that were no proof of the receipt, or refused it.",
                   log->refusals);
}

size_t metrics_print(const struct metrics *metrics, char text[METRICS_TEXT_ROOM])
{
    struct exposition page = {text, METRICS_TEXT_ROOM, 0};

    exposition_one(&page, "pobf_up", "gauge", "1 where a monitor serves.", metrics->up > 0);
    put_ends(&page, metrics);
    exposition_one(&page, "pobf_tasks_open", "gauge", "Offers that wait for their input.",
                   metrics->open);
    put_pool(&page, metrics);
    exposition_one(&page, "pobf_requests_waiting", "gauge", "Requests in line for a monitor.",
                   metrics->waiting);
    exposition_one(&page, "pobf_requests_refused_total", "counter",
                   "Requests that did not reach a monitor.", metrics->refusals);
    exposition_one(&page, "pobf_receipts_lost_total", "counter",
                   "Receipts that could not be recorded; their answers were withheld.",
                   metrics->receipts_lost);
    exposition_one(&page, "pobf_intents_lost_total", "counter",
                   "Intents that could not be recorded; their inputs reached no monitor.",
                   metrics->intents_lost);
    exposition_one(&page, "pobf_tasks_crashed_total", "counter",
                   "Tasks that were stated as forgotten by crash: their monitor ended.",
                   metrics->crashed);
    put_log(&page, &metrics->log);
    put_histogram(&page, "pobf_sealed_input_bytes_total", "Sealed inputs of so many bytes or less.",
                  &metrics->input_bytes, byte_bounds);
    put_histogram(&page, "pobf_function_time_us_total", "Calls of so many microseconds or less.",
                  &metrics->time_us, time_bounds);
    return page.size;
}
