#ifndef POBF_ENCLAVE_MONITOR_ORDER_H
#define POBF_ENCLAVE_MONITOR_ORDER_H

#include "enclave/monitor/steps.h"

/*
 * The order of the steps of a call: load, run, seal, forget, compare, sign; and only then is
 * something said. What order_run ensures holds on every return, whatever host and function do.
 */

/* There is neither answer nor receipt. */
/*@
  requires end:     \valid(end);
  terminates        \true;
  exits             \false;
  assigns           *end;
  ensures  nothing: said_nothing(end);
  ensures  status:  end->status == status;
*/
void order_say_nothing(struct call_end *end, enum pobf_status status);

/*
 * The work, where there is some, and then the end, always. There is none of a call that is refused
 * already, nor where the receipt is to say that the task was given up.
 */
/*@
  requires valid:   valid_call(call);
  requires apart:   apart_call(call);
  requires monitor: \valid_read(monitor) && call->zone == &monitor->zone;
  requires alone:   \separated(monitor, call, call->zone->base + (0 .. call->zone->size - 1));
  requires room:    call->output_max < SIZE_MAX;
  requires fuel:    call->fuel <= IMAGE_FUEL_MAX;
  requires size:    call->status == POBF_OK && call->receipt.exit != POBF_EXIT_ABANDONED ==>
                    POBF_SEALED_OVERHEAD <= call->sealed_size;
  requires nothing: call->end->answer_size == 0;
  terminates        \true;
  exits             \false;
  assigns           *call->chain, *call->task, call->zone->base[0 .. call->zone->size - 1];
  assigns           call->loaded, call->input_size, call->output_size, call->status;
  assigns           call->receipt, *call->end, call->outbox[0 .. call->outbox_room - 1];
  ensures  over:    over(call->zone, call->task, call->end);
  ensures  fits:    call->end->answer_size <= call->outbox_room;
  ensures  answer:  sealed_or_none(call->outbox, call->end->answer_size);
  ensures  empty:   call->end->status == POBF_E_POISONED ==>
                    zeroed(call->outbox, call->outbox_room);
  ensures  room:    call->outbox_room == \old(call->outbox_room);
*/
void order_run(struct call *call, const struct monitor *monitor);

#endif
