#ifndef POBF_ENCLAVE_MONITOR_STEPS_H
#define POBF_ENCLAVE_MONITOR_STEPS_H

#include "enclave/image/image.h"
#include "enclave/monitor/call.h"
#include "framework/chain/steps.h"

/*
 * The steps of a call that touch a key or clear text. They are called by way of apart.h, on the
 * vault's stack; a step returns 1 once that stack and every register are clear. The body says 0:
 * were it called in another way, no receipt could be had.
 */

/*
 * A call on its way. It stands on the monitor's ordinary stack, so nothing in it is secret: sizes,
 * the receipt, and where in the vault things are.
 */
struct call {
    uint8_t *stack; /* the steps': apart.S takes it from here */
    struct pobf_chain *chain;
    struct pobf_task *task;
    const struct pobf_zone *zone;
    const volatile uint8_t *sealed; /* sealed_size bytes in the window */
    size_t sealed_size;
    uint8_t *outbox;
    size_t outbox_room;
    size_t output_max;
    uint64_t fuel; /* 0: it is not counted */
    size_t input_size;
    size_t output_size;
    struct pobf_loaded loaded;
    struct pobf_receipt receipt;
    enum pobf_status status; /* of the call so far */
    struct call_end *end;
};

_Static_assert(offsetof(struct call, stack) == 0, "where apart.S looks");

/*@
  predicate valid_call{L}(struct call *call) =
    \valid{L}(call) && \valid{L}(call->chain) && valid_task{L}(call->task) &&
    (call->loaded.task == \null || call->loaded.task == call->task) &&
    valid_zone{L}(call->zone) && IMAGE_PAGE <= call->zone->size && \valid{L}(call->end) &&
    \valid{L}(call->outbox + (0 .. call->outbox_room - 1)) &&
    \valid_read{L}(call->sealed + (0 .. call->sealed_size - 1));

  // No two things of a call overlap.
  predicate apart_call{L}(struct call *call) =
    \separated(call, call->chain, call->task, call->zone, call->end,
               call->outbox + (0 .. call->outbox_room - 1),
               call->zone->base + (0 .. call->zone->size - 1)) &&
    \separated(call->zone->golden + (0 .. call->zone->golden_size - 1), call, call->chain,
               call->task, call->end, call->outbox + (0 .. call->outbox_room - 1)) &&
    \separated(call->sealed + (0 .. call->sealed_size - 1), call, call->task,
               call->zone->base + (0 .. call->zone->size - 1));
*/

/* Bind the task's keys, and open the sealed input in the zone. */
/*@
  requires valid:  valid_call(call);
  requires apart:  apart_call(call);
  requires size:   POBF_SEALED_OVERHEAD <= call->sealed_size;
  terminates       \true;
  exits            \false;
  assigns          *call->task, call->zone->base[0 .. call->zone->size - 1];
  assigns          call->loaded, call->input_size, call->status;
  assigns          call->receipt.input_commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  ensures  task:   valid_task(call->task);
  ensures  handle: call->loaded.task == \null || call->loaded.task == call->task;
  ensures  loaded: call->status == POBF_OK ==> owns(call->task, POBF_LOADED);
*/
POBF_MUST_CHECK uint32_t call_load(struct call *call);

/*
 * How much output is there? The word is the function's, and so eight bytes of its own choosing,
 * its secret perhaps: it is read once, and only a size within the room leaves this step. Any other
 * becomes the same one byte too many.
 */
/*@
  requires valid: valid_call(call);
  requires apart: apart_call(call);
  requires room:  call->output_max < SIZE_MAX;
  terminates      \true;
  exits           \false;
  assigns         call->output_size;
  ensures  fits:  call->output_size <= call->output_max + 1;
*/
POBF_MUST_CHECK uint32_t call_take_size(struct call *call);

/*
 * How much fuel was used? The word is as secret as the input is, for it says which way the function
 * went: only its highest four bits leave this step, rounded up; or, where all of it was used, one
 * more than there was.
 */
/*@
  requires valid: valid_call(call);
  requires apart: apart_call(call);
  requires fuel:  call->fuel <= IMAGE_FUEL_MAX;
  terminates      \true;
  exits           \false;
  assigns         call->receipt.steps;
  ensures  most:  call->receipt.steps <= call->fuel + 1;
*/
POBF_MUST_CHECK uint32_t call_take_steps(struct call *call);

/* Seal the output into the outbox; every key of the task is gone then. */
/*@
  requires valid:   valid_call(call);
  requires apart:   apart_call(call);
  terminates        \true;
  exits             \false;
  assigns           *call->task, call->zone->base[0 .. call->zone->size - 1];
  assigns           call->outbox[0 .. call->outbox_room - 1];
  assigns           call->loaded, call->end->answer_size, call->status;
  assigns           call->receipt.output_commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  ensures  task:    valid_task(call->task);
  ensures  spent:   call->loaded.task == \null;
  ensures  sealed:  call->status == POBF_OK ==> owns(call->task, POBF_SEALED);
  ensures  keyless: call->status == POBF_OK ==> keyless(call->task);
  ensures  fits:    call->end->answer_size <= call->outbox_room;
  ensures  answer:  sealed_or_none(call->outbox, call->end->answer_size);
  ensures  nothing: call->status != POBF_OK ==> call->end->answer_size == 0;
*/
POBF_MUST_CHECK uint32_t call_seal(struct call *call);

/* Forget, compare, sign. Where there is no receipt, the status is not POBF_OK. */
/*@
  requires valid:     valid_call(call);
  requires apart:     apart_call(call);
  terminates          \true;
  exits               \false;
  assigns             *call->chain, *call->task, call->zone->base[0 .. call->zone->size - 1];
  assigns             call->receipt, call->end->status;
  assigns             call->end->receipt[0 .. POBF_RECEIPT_ROOM - 1], call->end->receipt_size;
  ensures  forgotten: forgotten(call->task);
  ensures  golden:    call->end->status == POBF_OK ==> is_golden(call->zone);
  ensures  receipt:   call->end->status == POBF_OK ==>
                      0 < call->end->receipt_size <= POBF_RECEIPT_ROOM;
  ensures  said:      call->end->status == POBF_OK ==> forgotten_receipt(&call->receipt);
  ensures  cleared:   \old(call->receipt.registers_cleared) != 1 ==>
                      call->end->status != POBF_OK;
*/
POBF_MUST_CHECK uint32_t call_forget(struct call *call);

#endif
