#include "enclave/monitor/call.h"

#include "enclave/monitor/order.h"
#include "framework/chain/provider.h"
#include "framework/core/wipe.h"

/* The size is the host's word. What is given up has no input. */
/*@
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  room:  \result == POBF_OK ==> size <= room;
  ensures  whole: \result == POBF_OK && exit != POBF_EXIT_ABANDONED ==>
                  POBF_SEALED_OVERHEAD <= size;
  ensures  alive: \result != POBF_E_POISONED;
*/
static enum pobf_status size_defect(enum pobf_exit exit, size_t size, size_t room)
{
    if (size > room) {
        return POBF_E_SPACE;
    }
    return size < POBF_SEALED_OVERHEAD && exit != POBF_EXIT_ABANDONED ? POBF_E_INPUT : POBF_OK;
}

/* The receipt of a call that has not gone anywhere yet. */
/*@
  requires receipt: \valid(receipt);
  terminates        \true;
  exits             \false;
  assigns           receipt->input_commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  assigns           receipt->output_commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  assigns           receipt->exit, receipt->registers_cleared, receipt->time_us, receipt->steps;
  ensures  exit:    receipt->exit == exit;
*/
static void begin_receipt(struct pobf_receipt *receipt, enum pobf_exit exit)
{
    pobf_wipe(receipt->input_commitment, sizeof receipt->input_commitment);
    pobf_wipe(receipt->output_commitment, sizeof receipt->output_commitment);
    receipt->exit = exit;
    receipt->registers_cleared = 1;
    receipt->time_us = 0;
    receipt->steps = 0;
}

/* Tell a call what it works on: what is the monitor's. Nothing is said yet. */
/*@
  requires call:    \valid(call);
  requires end:     \valid(end);
  requires monitor: \valid_read(monitor) && valid_zone(&monitor->zone);
  requires task:    valid_task(task);
  requires apart:   \separated(call, end, monitor, task);
  terminates        \true;
  exits             \false;
  assigns           *call, *end;
  ensures  chain:   call->chain == \old(monitor->vault.chain);
  ensures  zone:    call->zone == &monitor->zone;
  ensures  sealed:  call->sealed == \old(monitor->window.bytes + monitor->window.input_at);
  ensures  outbox:  call->outbox == \old(monitor->vault.outbox);
  ensures  room:    call->outbox_room == \old(monitor->vault.outbox_room);
  ensures  max:     call->output_max == \old(monitor->image.manifest.output_max);
  ensures  fuel:    call->fuel == \old(monitor->image.manifest.fuel);
  ensures  task:    call->task == task && call->loaded.task == \null;
  ensures  given:   call->sealed_size == sealed_size;
  ensures  exit:    call->receipt.exit == exit;
  ensures  status:  call->status == POBF_OK;
  ensures  end:     call->end == end;
  ensures  nothing: end->answer_size == 0;
  ensures  valid:   valid_zone(&monitor->zone) && valid_task(task);
  ensures  vault:   monitor->vault.outbox == \old(monitor->vault.outbox);
  ensures  size:    monitor->vault.outbox_room == \old(monitor->vault.outbox_room);
  ensures  base:    monitor->zone.base == \old(monitor->zone.base);
  ensures  whole:   monitor->zone.size == \old(monitor->zone.size);
  ensures  golden:  monitor->zone.golden == \old(monitor->zone.golden);
  ensures  image:   monitor->zone.golden_size == \old(monitor->zone.golden_size);
*/
static void place(struct call *call, struct call_end *end, const struct monitor *monitor,
                  struct pobf_task *task, enum pobf_exit exit, size_t sealed_size)
{
    order_say_nothing(end, POBF_E_SYSTEM);
    begin_receipt(&call->receipt, exit);
    call->stack = monitor->vault.stack;
    call->chain = monitor->vault.chain;
    call->zone = &monitor->zone;
    call->sealed = monitor->window.bytes + monitor->window.input_at;
    call->outbox = monitor->vault.outbox;
    call->outbox_room = monitor->vault.outbox_room;
    call->output_max = monitor->image.manifest.output_max;
    call->fuel = monitor->image.manifest.fuel;
    call->task = task;
    call->sealed_size = sealed_size;
    call->loaded.task = NULL;
    call->status = POBF_OK;
    call->end = end;
}

/* Begin a call: all that it works on is there, and apart. */
/*@
  requires call:     \valid(call);
  requires callable: callable(monitor, task, end);
  requires apart:    \separated(call, end, monitor, task, monitor->vault.chain,
                                monitor->vault.outbox + (0 .. monitor->vault.outbox_room - 1));
  requires alone:    \separated(call, monitor->zone.base + (0 .. monitor->zone.size - 1),
                                monitor->zone.golden + (0 .. monitor->zone.golden_size - 1),
                                monitor->window.bytes + (0 .. monitor->window.size - 1));
  requires size:     sealed_size <= monitor->window.input_room;
  terminates         \true;
  exits              \false;
  assigns            *call, *end;
  ensures  valid:    valid_call(call);
  ensures  apart:    apart_call(call);
  ensures  alone:    \separated(monitor, call, call->zone->base + (0 .. call->zone->size - 1));
  ensures  chain:    call->chain == \old(monitor->vault.chain);
  ensures  zone:     call->zone == &monitor->zone;
  ensures  outbox:   call->outbox == \old(monitor->vault.outbox);
  ensures  room:     call->outbox_room == \old(monitor->vault.outbox_room);
  ensures  max:      call->output_max == \old(monitor->image.manifest.output_max);
  ensures  fuel:     call->fuel == \old(monitor->image.manifest.fuel);
  ensures  task:     call->task == task;
  ensures  given:    call->sealed_size == sealed_size;
  ensures  exit:     call->receipt.exit == exit;
  ensures  status:   call->status == POBF_OK;
  ensures  end:      call->end == end;
  ensures  nothing:  call->end->answer_size == 0;
  ensures  vault:    monitor->vault.outbox == \old(monitor->vault.outbox);
  ensures  size:     monitor->vault.outbox_room == \old(monitor->vault.outbox_room);
  ensures  base:     monitor->zone.base == \old(monitor->zone.base);
  ensures  whole:    monitor->zone.size == \old(monitor->zone.size);
*/
static void begin(struct call *call, struct call_end *end, const struct monitor *monitor,
                  struct pobf_task *task, enum pobf_exit exit, size_t sealed_size)
{
    place(call, end, monitor, task, exit, sealed_size);
    /* For the solver, which does not see all of valid_call and apart_call at once. */
    //@ assert zone: valid_zone(call->zone) && IMAGE_PAGE <= call->zone->size;
    //@ assert task: valid_task(call->task);
    //@ assert room: \valid(call->outbox + (0 .. call->outbox_room - 1));
    //@ assert input: \valid_read(call->sealed + (0 .. call->sealed_size - 1));
    /*@ assert things: \separated(call, call->chain, call->task, call->zone, call->end); */
    /*@ assert bytes:  \separated(call, call->outbox + (0 .. call->outbox_room - 1),
                                  call->zone->base + (0 .. call->zone->size - 1)); */
    /*@ assert outbox: \separated(call->outbox + (0 .. call->outbox_room - 1), call->chain,
                                  call->task, call->zone, call->end); */
    /*@ assert base:   \separated(call->zone->base + (0 .. call->zone->size - 1), call->chain,
                                  call->task, call->zone, call->end); */
    /*@ assert golden: \separated(call->zone->golden + (0 .. call->zone->golden_size - 1), call,
                                  call->chain, call->task, call->end,
                                  call->outbox + (0 .. call->outbox_room - 1)); */
    /*@ assert sealed: \separated(call->sealed + (0 .. call->sealed_size - 1), call, call->task,
                                  call->zone->base + (0 .. call->zone->size - 1)); */
    /*@ assert all:    \separated(call, call->chain, call->task, call->zone, call->end,
                                  call->outbox + (0 .. call->outbox_room - 1),
                                  call->zone->base + (0 .. call->zone->size - 1)); */
}

void call_run(struct call_end *end, const struct monitor *monitor, struct pobf_task *task,
              enum pobf_exit exit, size_t sealed_size)
{
    const enum pobf_status defect = size_defect(exit, sealed_size, monitor->window.input_room);
    struct call call;

    begin(&call, end, monitor, task, exit, defect == POBF_OK ? sealed_size : 0);
    call.status = defect;
    order_run(&call, monitor);
    //@ assert end: call.end == end;
}
