#ifndef POBF_ENCLAVE_MONITOR_RELEASE_H
#define POBF_ENCLAVE_MONITOR_RELEASE_H

#include "enclave/monitor/call.h"

/*
 * What the host gets of a task, here and nowhere else: once it is over and forgotten, and that was
 * shown, its receipt and its sealed answer, in the window. Where it was not shown, nothing.
 */

/*@
  // Where the monitor has things is the same at both points of the program.
  predicate kept_window{L1,L2}(struct window *window) =
    \at(window->bytes, L1) == \at(window->bytes, L2) &&
    \at(window->size, L1) == \at(window->size, L2);

  predicate kept_layout{L1,L2}(struct window *window) =
    \at(window->body_at, L1) == \at(window->body_at, L2) &&
    \at(window->body_room, L1) == \at(window->body_room, L2) &&
    \at(window->input_at, L1) == \at(window->input_at, L2) &&
    \at(window->input_room, L1) == \at(window->input_room, L2);

  predicate kept_zone{L1,L2}(struct pobf_zone *zone) =
    \at(zone->base, L1) == \at(zone->base, L2) && \at(zone->size, L1) == \at(zone->size, L2) &&
    \at(zone->golden, L1) == \at(zone->golden, L2) &&
    \at(zone->golden_size, L1) == \at(zone->golden_size, L2);

  predicate kept_outbox{L1,L2}(struct vault *vault) =
    \at(vault->outbox, L1) == \at(vault->outbox, L2) &&
    \at(vault->outbox_room, L1) == \at(vault->outbox_room, L2);
*/

/*@
  // What stands in the window is the receipt, if there is one, and after it the answer, sealed.
  predicate released{L}(struct window *window, struct call_end *end) =
    same_bytes{L}(window->bytes, &end->receipt[0], \at(end->receipt_size, L)) &&
    sealed_or_none{L}(window->bytes + \at(window->body_at, L), \at(end->answer_size, L));

  // And everything else in it is as it was: all of it, where there is neither.
  predicate unseen{L1,L2}(struct window *window, struct call_end *end) =
    \forall integer k; (\at(end->receipt_size, L2) <= k < \at(window->body_at, L2) ||
                        \at(window->body_at + end->answer_size, L2) <= k < \at(window->size, L2)) ==>
                       \at(window->bytes[k], L1) == \at(window->bytes[k], L2);
*/

/*
 * A task, to its end (call_run says how), and then its release. This is the theorem of the project as
 * the host sees it: on every return the task is forgotten, the zone is golden, and all that was
 * written to the window is the receipt and the sealed answer. Where forgetting could not be shown
 * (POBF_E_POISONED), nothing was.
 */
/*@
  requires callable: callable(monitor, task, end);
  terminates         \true;
  exits              \false;
  assigns            *monitor->vault.chain, *task, *end;
  assigns            monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns            monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  assigns            monitor->window.bytes[0 .. monitor->window.input_at - 1];
  ensures  over:     over(&monitor->zone, task, end);
  ensures  fits:     end->answer_size <= monitor->window.body_room;
  ensures  released: released(&monitor->window, end);
  ensures  unseen:   unseen{Pre,Post}(&monitor->window, end);
  ensures  gone:     zeroed(monitor->vault.outbox, end->answer_size);
*/
void release_task(struct call_end *end, const struct monitor *monitor, struct pobf_task *task,
                  enum pobf_exit exit, size_t sealed_size);

#endif
