#ifndef POBF_ENCLAVE_HOST_FLIGHTS_H
#define POBF_ENCLAVE_HOST_FLIGHTS_H

#include "enclave/host/courier.h"

/*
 * A courier's work: receipts on their way to the log, several at once, and what becomes of each. One
 * thread goes on with them; flights_add, flights_wake and flights_count are for any.
 */
struct flights;

POBF_MUST_CHECK enum pobf_status flights_open(struct flights **flights,
                                              const struct courier_options *options);
void flights_close(struct flights *flights); /* NULL is fine */

/* One round: whatever is due, or a wait until something is. */
void flights_go_on(struct flights *flights);

void flights_add(struct flights *flights, const struct backlog_item *item);
void flights_wake(struct flights *flights);
void flights_count(struct flights *flights, struct courier_counts *counts);

#endif
