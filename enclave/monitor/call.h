#ifndef POBF_ENCLAVE_MONITOR_CALL_H
#define POBF_ENCLAVE_MONITOR_CALL_H

#include "enclave/monitor/monitor.h"

/* What is left of a task when it is over: all of it public. */
struct call_end {
    enum pobf_status status;
    size_t answer_size; /* bytes in the outbox, 0 where there is no answer */
    size_t receipt_size;
    uint8_t receipt[POBF_RECEIPT_ROOM];
};

/*
 * One call, whole: bind, load, run, seal, wipe, compare, receipt. `sealed_size` bytes of sealed
 * input stand in the window, says the host. However it goes, the task is spent and the zone is
 * golden when this returns; only then is there a receipt. POBF_E_POISONED: it is not, and the
 * monitor must end. Where the function ended abnormally the status is POBF_E_FUNCTION.
 */
void call_run(struct call_end *end, const struct monitor *monitor, struct pobf_task *task,
              size_t sealed_size);

/* Give a FRESH task up. */
void call_abandon(struct call_end *end, const struct monitor *monitor, struct pobf_task *task);

#endif
