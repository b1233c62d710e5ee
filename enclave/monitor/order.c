#include "enclave/monitor/order.h"

#include "enclave/function/pobf_function.h"
#include "enclave/monitor/apart.h"
#include "enclave/monitor/ground.h"
#include "framework/core/wipe.h"

/* Write a word to the call page, its lowest byte first. */
/*@
  requires to: \valid(to + (0 .. 7));
  terminates   \true;
  exits        \false;
  assigns      to[0 .. 7];
*/
static void put_word(uint8_t *to, uint64_t word)
{
    /*@
      loop invariant bound: 0 <= i <= 8;
      loop assigns i, word, to[0 .. 7];
      loop variant 8 - i;
    */
    for (size_t i = 0; i < 8; i++) {
        to[i] = (uint8_t)word;
        word >>= 8;
    }
}

/* Fill in the call page, struct pobf_call: what the function is told, in addresses of its own. */
/*@
  requires page:  \valid(page + (0 .. IMAGE_PAGE - 1));
  requires image: \valid_read(image);
  requires apart: \separated(page + (0 .. IMAGE_PAGE - 1), image);
  terminates      \true;
  exits           \false;
  assigns         page[0 .. IMAGE_PAGE - 1];
*/
static void tell_function(uint8_t *page, const struct image *image, size_t input_size)
{
    const uint64_t arena = IMAGE_ZONE_AT + image->arena.at;

    put_word(page + offsetof(struct pobf_call, input), IMAGE_ZONE_AT + image->input.at);
    put_word(page + offsetof(struct pobf_call, input_size), input_size);
    put_word(page + offsetof(struct pobf_call, output), IMAGE_ZONE_AT + image->output.at);
    put_word(page + offsetof(struct pobf_call, output_room), image->manifest.output_max);
    put_word(page + offsetof(struct pobf_call, output_size), 0);
    put_word(page + offsetof(struct pobf_call, steps), 0);
    put_word(page + offsetof(struct pobf_call, arena.next), arena);
    put_word(page + offsetof(struct pobf_call, arena.end), arena + image->manifest.arena);
}

/* 1 where the function returned by itself, so that there is an answer; else 0. */
/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static int is_return(enum pobf_exit exit)
{
    return exit == POBF_EXIT_RETURNED || exit == POBF_EXIT_FAILED || exit == POBF_EXIT_FUEL;
}

/*
 * What it used of its fuel, where that is counted. What did not end by itself cannot tell, and is
 * charged all of it.
 */
/*@
  requires valid:   valid_call(call);
  requires apart:   apart_call(call);
  requires fuel:    call->fuel <= IMAGE_FUEL_MAX;
  terminates        \true;
  exits             \false;
  assigns           call->receipt.registers_cleared, call->receipt.exit, call->receipt.steps;
  ensures  valid:   valid_call(call);
*/
static void take_steps(struct call *call)
{
    if (!is_return(call->receipt.exit)) {
        call->receipt.steps = call->fuel;
    } else if (call->fuel > 0) {
        call->receipt.registers_cleared &= call_take_steps(call);
        if (call->receipt.steps > call->fuel) {
            call->receipt.steps = call->fuel;
            call->receipt.exit = POBF_EXIT_FUEL;
        }
    }
}

/* Run the function on the input that is loaded. Unless it returned by itself there is no answer. */
/*@
  requires valid:   valid_call(call);
  requires apart:   apart_call(call);
  requires monitor: \valid_read(monitor) && call->zone == &monitor->zone;
  requires alone:   \separated(monitor, call, call->zone->base + (0 .. call->zone->size - 1));
  requires room:    call->output_max < SIZE_MAX;
  requires fuel:    call->fuel <= IMAGE_FUEL_MAX;
  terminates        \true;
  exits             \false;
  assigns           call->zone->base[0 .. call->zone->size - 1];
  assigns           call->output_size, call->status;
  assigns           call->receipt.registers_cleared, call->receipt.exit, call->receipt.time_us;
  assigns           call->receipt.steps;
  ensures  valid:   valid_call(call);
  ensures  apart:   apart_call(call);
  ensures  room:    call->outbox_room == \old(call->outbox_room);
*/
static void run_function(struct call *call, const struct monitor *monitor)
{
    struct ground_result result = {.exit = POBF_EXIT_NONE};

    tell_function(monitor->zone.base, &monitor->image, call->input_size);
    if (ground_run(monitor, &result) != POBF_OK) {
        /* Nobody saw the function end: no receipt can be had from here. */
        call->receipt.registers_cleared = 0;
        call->status = POBF_E_POISONED;
        return;
    }
    call->receipt.exit = result.exit;
    call->receipt.time_us = result.time_us;
    if (is_return(result.exit)) {
        call->receipt.registers_cleared &= call_take_size(call);
        if (call->output_size > call->output_max) {
            call->receipt.exit = POBF_EXIT_OUTPUT;
        }
    }
    take_steps(call);
    call->status = is_return(call->receipt.exit) ? POBF_OK : POBF_E_FUNCTION;
}

void order_say_nothing(struct call_end *end, enum pobf_status status)
{
    pobf_wipe(end->receipt, sizeof end->receipt);
    end->receipt_size = 0;
    end->answer_size = 0;
    end->status = status;
}

/* What the monitor says and gives where forgetting could not be shown: nothing. */
/*@
  requires end:     \valid(end);
  requires outbox:  \valid(outbox + (0 .. room - 1));
  requires apart:   \separated(end, outbox + (0 .. room - 1));
  terminates        \true;
  exits             \false;
  assigns           *end, outbox[0 .. room - 1];
  ensures  nothing: said_nothing(end);
  ensures  empty:   zeroed(outbox, room);
  ensures  status:  end->status == POBF_E_POISONED;
*/
static void say_poisoned(struct call_end *end, uint8_t *outbox, size_t room)
{
    order_say_nothing(end, POBF_E_POISONED);
    pobf_wipe(outbox, room);
    //@ assert nothing: zeroed(&end->receipt[0], POBF_RECEIPT_ROOM);
}

/* Forget, compare, sign, in this order, in pobf_end. 1 where all of it was shown, else 0. */
/*@
  requires valid:     valid_call(call);
  requires apart:     apart_call(call);
  requires fits:      call->end->answer_size <= call->outbox_room;
  terminates          \true;
  exits               \false;
  assigns             *call->chain, *call->task, call->zone->base[0 .. call->zone->size - 1];
  assigns             call->receipt, call->end->status;
  assigns             call->end->receipt[0 .. POBF_RECEIPT_ROOM - 1], call->end->receipt_size;
  ensures  range:     \result == 0 || \result == 1;
  ensures  forgotten: forgotten(call->task);
  ensures  golden:    \result == 1 ==> is_golden(call->zone);
  ensures  said:      \result == 1 ==> 0 < call->end->receipt_size <= POBF_RECEIPT_ROOM;
  ensures  call:      \result == 1 ==> call->status != POBF_E_POISONED;
  ensures  size:      call->end->answer_size == \old(call->end->answer_size);
  ensures  answer:    unchanged{Pre,Post}(call->outbox, call->end->answer_size);
  ensures  status:    call->status == \old(call->status);
  ensures  room:      call->outbox_room == \old(call->outbox_room);
*/
static int forget(struct call *call)
{
    /* For the solver, which loses this among everything that the next call writes. */
    //@ assert answer: \separated(&call->end->answer_size, call->chain, &call->receipt);
    //@ assert room: \separated(&call->outbox_room, call->chain, &call->end->receipt_size);
    /*@ assert outbox: \separated(call->outbox + (0 .. call->end->answer_size - 1), call->chain,
                                  call->task, call, call->end,
                                  call->zone->base + (0 .. call->zone->size - 1)); */
    const uint32_t cleared = call_forget(call);

    return cleared == 1 && call->end->status == POBF_OK && call->status != POBF_E_POISONED;
}

/* What is said in the end: what became of the call where forgetting was shown, else nothing. */
/*@
  requires call:      \valid_read(call) && \valid_read(call->task);
  requires end:       \valid(call->end);
  requires outbox:    \valid(call->outbox + (0 .. call->outbox_room - 1));
  requires apart:     \separated(call, call->task, call->end,
                                 call->outbox + (0 .. call->outbox_room - 1));
  requires forgotten: forgotten(call->task);
  requires golden:    shown ==> is_golden(call->zone);
  requires said:      shown ==> 0 < call->end->receipt_size <= POBF_RECEIPT_ROOM;
  requires status:    shown ==> call->status != POBF_E_POISONED;
  requires fits:      call->end->answer_size <= call->outbox_room;
  requires nothing:   call->status != POBF_OK ==> call->end->answer_size == 0;
  requires answer:    sealed_or_none(call->outbox, call->end->answer_size);
  terminates          \true;
  exits               \false;
  assigns             *call->end, call->outbox[0 .. call->outbox_room - 1];
  ensures  over:      over(call->zone, call->task, call->end);
  ensures  fits:      call->end->answer_size <= call->outbox_room;
  ensures  answer:    sealed_or_none(call->outbox, call->end->answer_size);
  ensures  empty:     call->end->status == POBF_E_POISONED ==>
                      zeroed(call->outbox, call->outbox_room);
*/
static void conclude(const struct call *call, int shown)
{
    if (shown) {
        call->end->status = call->status;
    } else {
        say_poisoned(call->end, call->outbox, call->outbox_room);
    }
}

/* The end of every task. */
/*@
  requires valid:     valid_call(call);
  requires apart:     apart_call(call);
  requires monitor:   \valid_read(monitor);
  requires fits:      call->end->answer_size <= call->outbox_room;
  requires nothing:   call->status != POBF_OK ==> call->end->answer_size == 0;
  requires answer:    sealed_or_none(call->outbox, call->end->answer_size);
  terminates          \true;
  exits               \false;
  assigns             *call->chain, *call->task, call->zone->base[0 .. call->zone->size - 1];
  assigns             call->receipt, *call->end, call->outbox[0 .. call->outbox_room - 1];
  ensures  over:      over(call->zone, call->task, call->end);
  ensures  fits:      call->end->answer_size <= call->outbox_room;
  ensures  answer:    sealed_or_none(call->outbox, call->end->answer_size);
  ensures  empty:     call->end->status == POBF_E_POISONED ==>
                      zeroed(call->outbox, call->outbox_room);
  ensures  room:      call->outbox_room == \old(call->outbox_room);
*/
static void end(struct call *call, const struct monitor *monitor)
{
    int shown;

    call->receipt.issued_at_s = ground_now_s(monitor);
    shown = forget(call);
    conclude(call, shown);
}

/* Bind, and open the input. */
/*@
  requires valid:   valid_call(call);
  requires apart:   apart_call(call);
  requires size:    POBF_SEALED_OVERHEAD <= call->sealed_size;
  terminates        \true;
  exits             \false;
  assigns           *call->task, call->zone->base[0 .. call->zone->size - 1];
  assigns           call->loaded, call->input_size, call->status;
  assigns           call->receipt.input_commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  assigns           call->receipt.registers_cleared;
  ensures  valid:   valid_call(call);
  ensures  apart:   apart_call(call);
  ensures  room:    call->outbox_room == \old(call->outbox_room);
*/
static void load(struct call *call)
{
    const uint32_t cleared = call_load(call);

    call->receipt.registers_cleared &= cleared;
}

/* Seal the output. */
/*@
  requires valid:   valid_call(call);
  requires apart:   apart_call(call);
  terminates        \true;
  exits             \false;
  assigns           *call->task, call->zone->base[0 .. call->zone->size - 1];
  assigns           call->outbox[0 .. call->outbox_room - 1];
  assigns           call->loaded, call->end->answer_size, call->status;
  assigns           call->receipt.output_commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  assigns           call->receipt.registers_cleared;
  ensures  valid:   valid_call(call);
  ensures  apart:   apart_call(call);
  ensures  fits:    call->end->answer_size <= call->outbox_room;
  ensures  nothing: call->status != POBF_OK ==> call->end->answer_size == 0;
  ensures  answer:  sealed_or_none(call->outbox, call->end->answer_size);
  ensures  room:    call->outbox_room == \old(call->outbox_room);
*/
static void seal(struct call *call)
{
    const uint32_t cleared = call_seal(call);

    call->receipt.registers_cleared &= cleared;
}

/* Load, run, seal: what comes before the end. */
/*@
  requires valid:   valid_call(call);
  requires apart:   apart_call(call);
  requires monitor: \valid_read(monitor) && call->zone == &monitor->zone;
  requires alone:   \separated(monitor, call, call->zone->base + (0 .. call->zone->size - 1));
  requires room:    call->output_max < SIZE_MAX;
  requires fuel:    call->fuel <= IMAGE_FUEL_MAX;
  requires size:    POBF_SEALED_OVERHEAD <= call->sealed_size;
  requires nothing: call->end->answer_size == 0;
  terminates        \true;
  exits             \false;
  assigns           *call->task, call->zone->base[0 .. call->zone->size - 1];
  assigns           call->outbox[0 .. call->outbox_room - 1], call->end->answer_size;
  assigns           call->loaded, call->input_size, call->output_size, call->status;
  assigns           call->receipt;
  ensures  valid:   valid_call(call);
  ensures  fits:    call->end->answer_size <= call->outbox_room;
  ensures  nothing: call->status != POBF_OK ==> call->end->answer_size == 0;
  ensures  answer:  sealed_or_none(call->outbox, call->end->answer_size);
  ensures  room:    call->outbox_room == \old(call->outbox_room);
*/
static void work(struct call *call, const struct monitor *monitor)
{
    load(call);
    if (call->status == POBF_OK) {
        run_function(call, monitor);
    }
    if (call->status == POBF_OK) {
        seal(call);
    }
}

void order_run(struct call *call, const struct monitor *monitor)
{
    if (call->status == POBF_OK && call->receipt.exit != POBF_EXIT_ABANDONED) {
        work(call, monitor);
    }
    end(call, monitor);
}
