#ifndef POBF_ENCLAVE_HOST_METRICS_H
#define POBF_ENCLAVE_HOST_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "enclave/host/courier.h"
#include "framework/wire/receipt.h"

/*
 * Counters in Prometheus' text format. Nothing here is payload, names a client, or is an exact size:
 * sizes and times fall into buckets, and the function's label is the start of its measurement.
 */
enum { METRICS_BUCKETS = 8, METRICS_TEXT_ROOM = 8192 };

struct metrics_histogram {
    uint64_t count[METRICS_BUCKETS]; /* the last bucket has no upper bound */
    uint64_t total;
};

struct metrics {
    char function[17];              /* the first 16 hex digits of the measurement */
    uint64_t ends[POBF_EXIT_COUNT]; /* tasks, by how they ended */
    uint64_t refusals;              /* requests that were refused before they reached the monitor */
    uint64_t starts;                /* monitors that began to serve */
    uint64_t lost;                  /* those that ended, or had to */
    uint64_t poisoned;
    uint64_t hits;          /* monitors that stood ready when one was needed */
    uint64_t misses;        /* those that had to be started then */
    uint64_t receipts_lost; /* receipts that could not be recorded; their answers were withheld */
    uint64_t intents_lost;  /* intents that could not be; their inputs reached no monitor */
    uint64_t crashed;       /* tasks that were stated as forgotten by crash */
    struct courier_counts log;
    struct metrics_histogram input_bytes;
    struct metrics_histogram time_us;
    size_t open; /* tasks, now */
    size_t waiting;
    size_t warm;    /* monitors that are ready, or come up */
    size_t leaving; /* those that have not ended yet */
    size_t up;      /* those that serve */
    size_t idle;    /* machines that have no image yet */
};

void metrics_note_input(struct metrics *metrics, size_t sealed_size);
void metrics_note_receipt(struct metrics *metrics, const struct pobf_receipt *receipt);

/* Print all; returns the size. */
size_t metrics_print(const struct metrics *metrics, char text[METRICS_TEXT_ROOM]);

#endif
