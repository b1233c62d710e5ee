#include "enclave/host/courier.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "edge/loop/beside.h"
#include "enclave/host/flights.h"

struct courier {
    struct flights *flights;
    pthread_t thread;
    int runs;
    atomic_int stops;
};

static void *work(void *context)
{
    struct courier *courier = context;

    while (!courier->stops) {
        flights_go_on(courier->flights);
    }
    return NULL;
}

enum pobf_status courier_open(struct courier **courier, const struct courier_options *options)
{
    struct courier *made = calloc(1, sizeof *made);
    enum pobf_status status = made == NULL ? POBF_E_SYSTEM : flights_open(&made->flights, options);

    if (status != POBF_OK) {
        free(made);
        made = NULL;
    }
    *courier = made;
    return status;
}

enum pobf_status courier_start(struct courier *courier)
{
    courier->runs = beside_begin(&courier->thread, work, courier);
    return courier->runs ? POBF_OK : POBF_E_SYSTEM;
}

void courier_bring(struct courier *courier, const struct backlog_item *item)
{
    flights_add(courier->flights, item);
}

void courier_count(struct courier *courier, struct courier_counts *counts)
{
    flights_count(courier->flights, counts);
}

void courier_close(struct courier *courier)
{
    if (courier == NULL) {
        return;
    }
    courier->stops = 1;
    if (courier->runs) {
        flights_wake(courier->flights);
        pthread_join(courier->thread, NULL);
    }
    flights_close(courier->flights);
    free(courier);
}
