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

/*@
  // There is neither answer nor receipt.
  predicate said_nothing{L}(struct call_end *end) =
    zeroed{L}(&end->receipt[0], POBF_RECEIPT_ROOM) && \at(end->receipt_size, L) == 0 &&
    \at(end->answer_size, L) == 0;

  // A task is there, and so is where its end is told; both are apart from all else.
  predicate callable{L}(struct monitor *monitor, struct pobf_task *task, struct call_end *end) =
    valid_monitor(monitor) && apart_monitor(monitor) && valid_task(task) && \valid(end) &&
    \separated(end, monitor, task, monitor->vault.chain,
               monitor->vault.outbox + (0 .. monitor->vault.outbox_room - 1),
               monitor->zone.base + (0 .. monitor->zone.size - 1),
               monitor->zone.golden + (0 .. monitor->zone.golden_size - 1),
               monitor->window.bytes + (0 .. monitor->window.size - 1)) &&
    \separated(task, monitor, monitor->vault.chain,
               monitor->vault.outbox + (0 .. monitor->vault.outbox_room - 1),
               monitor->zone.base + (0 .. monitor->zone.size - 1),
               monitor->zone.golden + (0 .. monitor->zone.golden_size - 1),
               monitor->window.bytes + (0 .. monitor->window.size - 1));
*/

/*
 * One call, whole: bind, load, run, seal, wipe, compare, receipt. `sealed_size` bytes of sealed
 * input stand in the window, says the host. However it goes, the task is spent and the zone is
 * golden when this returns; only then is there a receipt. POBF_E_POISONED: it is not, and the
 * monitor must end. Where the function ended abnormally the status is POBF_E_FUNCTION.
 */
/*@
  requires callable:  callable(monitor, task, end);
  terminates          \true;
  exits               \false;
  assigns             *monitor->vault.chain, *task, *end;
  assigns             monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns             monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  ensures  forgotten: forgotten(task);
  ensures  golden:    end->status != POBF_E_POISONED ==> is_golden(&monitor->zone);
  ensures  said:      end->status != POBF_E_POISONED ==>
                      0 < end->receipt_size <= POBF_RECEIPT_ROOM;
  ensures  fits:      end->answer_size <= \old(monitor->vault.outbox_room);
  ensures  answer:    end->status != POBF_OK ==> end->answer_size == 0;
  ensures  nothing:   end->status == POBF_E_POISONED ==> said_nothing(end);
*/
void call_run(struct call_end *end, const struct monitor *monitor, struct pobf_task *task,
              size_t sealed_size);

/* Give a FRESH task up. */
/*@
  requires callable:  callable(monitor, task, end);
  terminates          \true;
  exits               \false;
  assigns             *monitor->vault.chain, *task, *end;
  assigns             monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns             monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  ensures  forgotten: forgotten(task);
  ensures  golden:    end->status != POBF_E_POISONED ==> is_golden(&monitor->zone);
  ensures  said:      end->status != POBF_E_POISONED ==>
                      0 < end->receipt_size <= POBF_RECEIPT_ROOM;
  ensures  fits:      end->answer_size <= \old(monitor->vault.outbox_room);
  ensures  answer:    end->status != POBF_OK ==> end->answer_size == 0;
  ensures  nothing:   end->status == POBF_E_POISONED ==> said_nothing(end);
*/
void call_abandon(struct call_end *end, const struct monitor *monitor, struct pobf_task *task);

#endif
