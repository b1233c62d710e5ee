#ifndef POBF_ENCLAVE_HOST_METRICS_H
#define POBF_ENCLAVE_HOST_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "enclave/host/courier.h"
#include "enclave/image/image.h"
#include "framework/wire/receipt.h"

/*
 * Counters in Prometheus' text format, a set for each function. Nothing here is payload, names a client,
 * or is an exact size: sizes and times fall into buckets.
 */
enum { METRICS_BUCKETS = 8, METRICS_TEXT_ROOM = 16384 };

struct metrics_histogram {
    uint64_t count[METRICS_BUCKETS]; /* the last bucket has no upper bound */
    uint64_t total;
};

struct metrics {
    const char *function;           /* its name */
    char measurement[17];           /* the first 16 hex digits of what new tasks run on */
    uint64_t ends[POBF_EXIT_COUNT]; /* tasks, by how they ended */
    uint64_t refusals;              /* requests that were refused before they reached the monitor */
    uint64_t shed;                  /* those of them that were more than the function's share */
    uint64_t replacements;          /* times that another image took the place of one */
    uint64_t starts;                /* monitors that began to serve */
    uint64_t lost;                  /* those that ended, or had to */
    uint64_t poisoned;
    uint64_t hits;          /* monitors that stood ready when one was needed */
    uint64_t misses;        /* those that had to be started then */
    uint64_t receipts_lost; /* receipts that could not be recorded; their answers were withheld */
    uint64_t intents_lost;  /* intents that could not be; their inputs reached no monitor */
    uint64_t crashed;       /* tasks that were stated as forgotten by crash */
    struct metrics_histogram input_bytes;
    struct metrics_histogram time_us;
    uint64_t open; /* tasks, now */
    uint64_t waiting;
    uint64_t warm;    /* monitors that are ready, or come up */
    uint64_t leaving; /* those that have not ended yet */
    uint64_t up;      /* those that serve */
};

/* What all functions share. */
struct metrics_host {
    uint64_t idle; /* machines that have no image yet */
    struct courier_counts log;
};

void metrics_note_input(struct metrics *metrics, size_t sealed_size);
void metrics_note_receipt(struct metrics *metrics, const struct pobf_receipt *receipt);

/* Print all, in METRICS_TEXT_ROOM for each function; returns the size. */
size_t metrics_print(char *text, const struct metrics *const functions[], size_t count,
                     const struct metrics_host *host);

#endif
