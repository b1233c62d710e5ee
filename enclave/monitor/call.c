#include "enclave/monitor/call.h"

#include "enclave/function/pobf_function.h"
#include "enclave/monitor/apart.h"
#include "enclave/monitor/ground.h"
#include "framework/chain/provider.h"
#include "framework/core/wipe.h"

/* Write a word to the call page, its lowest byte first. */
static void put_word(uint8_t *to, uint64_t word)
{
    for (size_t i = 0; i < 8; i++) {
        to[i] = (uint8_t)word;
        word >>= 8;
    }
}

/* Fill in the call page, struct pobf_call: what the function is told, in addresses of its own. */
static void tell_function(uint8_t *page, const struct image *image, size_t input_size)
{
    const uint64_t arena = IMAGE_ZONE_AT + image->arena.at;

    put_word(page + offsetof(struct pobf_call, input), IMAGE_ZONE_AT + image->input.at);
    put_word(page + offsetof(struct pobf_call, input_size), input_size);
    put_word(page + offsetof(struct pobf_call, output), IMAGE_ZONE_AT + image->output.at);
    put_word(page + offsetof(struct pobf_call, output_room), image->manifest.output_max);
    put_word(page + offsetof(struct pobf_call, output_size), 0);
    put_word(page + offsetof(struct pobf_call, arena.next), arena);
    put_word(page + offsetof(struct pobf_call, arena.end), arena + image->manifest.arena);
}

/* 1 where the function returned by itself, else 0. */
static int is_return(enum pobf_exit exit)
{
    return exit == POBF_EXIT_RETURNED || exit == POBF_EXIT_FAILED;
}

/* Run the function on the input that is loaded. Unless it returned by itself there is no answer. */
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
    call->status = is_return(call->receipt.exit) ? POBF_OK : POBF_E_FUNCTION;
}

/* What the monitor says and gives where forgetting could not be shown: nothing. */
static void say_poisoned(const struct call *call)
{
    struct call_end *end = call->end;

    pobf_wipe(call->outbox, call->outbox_room);
    pobf_wipe(end->receipt, sizeof end->receipt);
    end->status = POBF_E_POISONED;
    end->answer_size = 0;
    end->receipt_size = 0;
}

/* The end of every task: forget, compare, sign, in this order, in pobf_end. */
static void finish(struct call *call, const struct monitor *monitor)
{
    call->receipt.issued_at_s = ground_now_s(monitor);
    if (call_forget(call) != 1 || call->end->status != POBF_OK || call->status == POBF_E_POISONED) {
        say_poisoned(call);
        return;
    }
    call->end->status = call->status;
}

/* The size is the host's word. */
static enum pobf_status size_defect(size_t size, size_t room)
{
    if (size > room) {
        return POBF_E_SPACE;
    }
    return size < POBF_SEALED_OVERHEAD ? POBF_E_INPUT : POBF_OK;
}

/* Begin a call, or the end of one. Where the size is not one, the status says so. */
static void begin(struct call *call, struct call_end *end, const struct monitor *monitor,
                  struct pobf_task *task, size_t sealed_size)
{
    pobf_wipe(end->receipt, sizeof end->receipt);
    end->status = POBF_E_SYSTEM;
    end->answer_size = 0;
    end->receipt_size = 0;
    pobf_wipe(call->receipt.input_commitment, sizeof call->receipt.input_commitment);
    pobf_wipe(call->receipt.output_commitment, sizeof call->receipt.output_commitment);
    call->receipt.exit = POBF_EXIT_REFUSED;
    call->receipt.registers_cleared = 1;
    call->receipt.time_us = 0;
    call->status = size_defect(sealed_size, monitor->window.input_room);
    call->stack = monitor->vault.stack;
    call->chain = monitor->vault.chain;
    call->task = task;
    call->zone = &monitor->zone;
    call->sealed = monitor->window.bytes + monitor->window.input_at;
    call->sealed_size = call->status == POBF_OK ? sealed_size : 0;
    call->outbox = monitor->vault.outbox;
    call->outbox_room = monitor->vault.outbox_room;
    call->output_max = monitor->image.manifest.output_max;
    call->loaded.task = NULL;
    call->end = end;
}

/* Load, run, seal: what comes before the end. */
static void work(struct call *call, const struct monitor *monitor)
{
    call->receipt.registers_cleared &= call_load(call);
    if (call->status == POBF_OK) {
        run_function(call, monitor);
    }
    if (call->status == POBF_OK) {
        call->receipt.registers_cleared &= call_seal(call);
    }
}

void call_run(struct call_end *end, const struct monitor *monitor, struct pobf_task *task,
              size_t sealed_size)
{
    struct call call;

    begin(&call, end, monitor, task, sealed_size);
    if (call.status == POBF_OK) {
        work(&call, monitor);
    }
    finish(&call, monitor);
}

void call_abandon(struct call_end *end, const struct monitor *monitor, struct pobf_task *task)
{
    struct call call;

    begin(&call, end, monitor, task, 0);
    call.status = POBF_OK;
    call.receipt.exit = POBF_EXIT_ABANDONED;
    finish(&call, monitor);
}
