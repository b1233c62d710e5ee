#ifndef POBF_ENCLAVE_HOST_VOUCHER_H
#define POBF_ENCLAVE_HOST_VOUCHER_H

#include <event2/event.h>

#include "enclave/tee/envelope.h"

/*
 * Has a platform vouch for evidence, beside the event loop: a TPM takes its time, one after another is
 * asked, and nobody else waits for it. One that does not answer in time is told of as such; what it
 * says later is dropped.
 */
struct voucher;

/* Called once, in the loop: POBF_E_STATE, and NULL, where there was no answer in time; POBF_E_SYSTEM where
 * the platform does not vouch. */
typedef void voucher_done(void *context, enum pobf_status status, const char *envelope);

/* Takes over what the source holds, which then is empty, also where it fails. */
POBF_MUST_CHECK enum pobf_status voucher_open(struct voucher **voucher, struct event_base *base,
                                              struct envelope_source *source);

/* Ask; the evidence is copied. */
void voucher_ask(struct voucher *voucher, const uint8_t *evidence, size_t size, voucher_done *done,
                 void *context);

/*
 * Who still waits is told that the platform does not vouch. One that keeps its thread for longer than a
 * second is left at it, with all that it works on: the process ends now. NULL is fine.
 */
void voucher_close(struct voucher *voucher);

#endif
