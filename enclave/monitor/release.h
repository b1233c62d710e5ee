#ifndef POBF_ENCLAVE_MONITOR_RELEASE_H
#define POBF_ENCLAVE_MONITOR_RELEASE_H

#include "enclave/monitor/call.h"

/*
 * What the host gets of a task, here and nowhere else: once it is over and forgotten, and that was
 * shown, its receipt and its sealed answer, in the window. Where it was not shown, nothing.
 */

/*@
  // The monitor can run the task, and its answer fits in the window.
  predicate ready{L}(struct monitor *monitor, struct pobf_task *task) =
    valid_monitor(monitor) && apart_monitor(monitor) && valid_task(task) &&
    monitor->vault.outbox_room <= monitor->window.body_room &&
    \separated(task, monitor, monitor->vault.chain,
               monitor->vault.outbox + (0 .. monitor->vault.outbox_room - 1),
               monitor->zone.base + (0 .. monitor->zone.size - 1),
               monitor->zone.golden + (0 .. monitor->zone.golden_size - 1),
               monitor->window.bytes + (0 .. monitor->window.size - 1));

  // Where a reply is told is apart from all that a task touches.
  predicate apart_reply{L}(struct message_reply *reply, struct monitor *monitor,
                           struct pobf_task *task) =
    \separated(reply, monitor, task, monitor->vault.chain,
               monitor->vault.outbox + (0 .. monitor->vault.outbox_room - 1)) &&
    \separated(reply, monitor->zone.base + (0 .. monitor->zone.size - 1),
               monitor->zone.golden + (0 .. monitor->zone.golden_size - 1),
               monitor->window.bytes + (0 .. monitor->window.size - 1));
*/

/* A whole call on `sealed_size` bytes in the window, which is the host's word, and its answer. */
/*@
  requires reply:     \valid(reply);
  requires ready:     ready(monitor, task);
  requires apart:     apart_reply(reply, monitor, task);
  terminates          \true;
  exits               \false;
  assigns             *reply, *monitor->vault.chain, *task;
  assigns             monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns             monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  assigns             monitor->window.bytes[0 .. monitor->window.input_at - 1];
  ensures  forgotten: forgotten(task);
  ensures  golden:    reply->status != POBF_E_POISONED ==> is_golden(&monitor->zone);
  ensures  nothing:   reply->status == POBF_E_POISONED ==>
                      reply->receipt_size == 0 && reply->body_size == 0;
  ensures  unseen:    reply->status == POBF_E_POISONED ==>
                      unchanged{Pre,Post}(\old(monitor->window.bytes), \old(monitor->window.size));
*/
void release_call(struct message_reply *reply, const struct monitor *monitor,
                  struct pobf_task *task, size_t sealed_size);

/* The end of a FRESH task that is given up: a receipt, and no answer. */
/*@
  requires reply:     \valid(reply);
  requires ready:     ready(monitor, task);
  requires apart:     apart_reply(reply, monitor, task);
  terminates          \true;
  exits               \false;
  assigns             *reply, *monitor->vault.chain, *task;
  assigns             monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns             monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  assigns             monitor->window.bytes[0 .. monitor->window.input_at - 1];
  ensures  forgotten: forgotten(task);
  ensures  golden:    reply->status != POBF_E_POISONED ==> is_golden(&monitor->zone);
  ensures  nothing:   reply->status == POBF_E_POISONED ==>
                      reply->receipt_size == 0 && reply->body_size == 0;
  ensures  unseen:    reply->status == POBF_E_POISONED ==>
                      unchanged{Pre,Post}(\old(monitor->window.bytes), \old(monitor->window.size));
*/
void release_abandon(struct message_reply *reply, const struct monitor *monitor,
                     struct pobf_task *task);

#endif
