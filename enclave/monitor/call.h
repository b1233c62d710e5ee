#ifndef POBF_ENCLAVE_MONITOR_CALL_H
#define POBF_ENCLAVE_MONITOR_CALL_H

#include "enclave/monitor/monitor.h"
#include "framework/chain/provider.h"

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

  // All of an answer is sealed.
  predicate sealed_or_none{L}(uint8_t *answer, integer size) =
    size == 0 || sealed_answer{L}(answer, size);

  // The task is over. It is forgotten; and either the whole zone was seen golden, and then there is
  // a receipt, or nothing is said. There is an answer only of what went well.
  predicate over{L}(struct pobf_zone *zone, struct pobf_task *task, struct call_end *end) =
    forgotten{L}(task) &&
    (\at(end->status, L) != POBF_E_POISONED ==>
       is_golden{L}(zone) && 0 < \at(end->receipt_size, L) <= POBF_RECEIPT_ROOM) &&
    (\at(end->status, L) == POBF_E_POISONED ==> said_nothing{L}(end)) &&
    (\at(end->status, L) != POBF_OK ==> \at(end->answer_size, L) == 0);

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
 * A task, to its end: bind, load, run, seal, wipe, compare, receipt. `sealed_size` bytes of sealed
 * input stand in the window, says the host. However it goes, the task is spent and the zone is
 * golden when this returns; only then is there a receipt. POBF_E_POISONED: it is not, and the
 * monitor must end. Where the function ended abnormally the status is POBF_E_FUNCTION.
 *
 *   exit  how the task ends unless the function runs: POBF_EXIT_REFUSED, or POBF_EXIT_ABANDONED
 *         where a FRESH task is given up; then nothing is loaded or run, and sealed_size is 0
 */
/*@
  requires callable: callable(monitor, task, end);
  terminates         \true;
  exits              \false;
  assigns            *monitor->vault.chain, *task, *end;
  assigns            monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns            monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  ensures  over:     over(&monitor->zone, task, end);
  ensures  fits:     end->answer_size <= \old(monitor->vault.outbox_room);
  ensures  answer:   sealed_or_none(\old(monitor->vault.outbox), end->answer_size);
  ensures  empty:    end->status == POBF_E_POISONED ==>
                     zeroed(\old(monitor->vault.outbox), \old(monitor->vault.outbox_room));
*/
void call_run(struct call_end *end, const struct monitor *monitor, struct pobf_task *task,
              enum pobf_exit exit, size_t sealed_size);

#endif
