#include "enclave/monitor/call.h"

#include "enclave/function/pobf_function.h"
#include "framework/chain/provider.h"
#include "framework/chain/steps.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

/*
 * A call on its way. It stands on the monitor's ordinary stack, so nothing in it is secret: sizes,
 * the receipt, and handles that point into the vault.
 */
struct call {
    struct monitor *monitor;
    struct pobf_task *task;
    size_t sealed_size;
    size_t input_size;
    size_t output_size;
    struct pobf_loaded loaded;
    struct pobf_receipt receipt;
    uint32_t cleared; /* 1: after every step so far, stack and registers were clear */
    enum pobf_status status;
    struct call_end *end;
};

static void run_step(struct call *call, void (*step)(void *))
{
    call->cleared &= vault_run(&call->monitor->vault, step, call);
}

/* The size is the host's word. */
static enum pobf_status size_defect(const struct call *call)
{
    if (call->sealed_size > call->monitor->window.input_room) {
        return POBF_E_SPACE;
    }
    return call->sealed_size < POBF_SEALED_OVERHEAD ? POBF_E_INPUT : POBF_OK;
}

static void load(void *argument)
{
    struct call *call = argument;
    const struct monitor *monitor = call->monitor;
    const volatile uint8_t *sealed = monitor->window.bytes + monitor->window.input_at;
    struct pobf_fresh fresh = {.task = call->task};
    struct pobf_bound bound;
    uint8_t encapsulated[POBF_X25519_BYTES];

    call->status = size_defect(call);
    if (call->status != POBF_OK) {
        return;
    }
    pobf_bytes_copy_in(encapsulated, sealed, sizeof encapsulated);
    call->status = pobf_bind(&bound, &fresh, monitor->vault.chain, encapsulated);
    if (call->status == POBF_OK) {
        call->status = pobf_load(&call->loaded, &bound, &call->receipt, monitor->vault.chain,
                                 &monitor->zone, sealed + sizeof encapsulated,
                                 call->sealed_size - sizeof encapsulated, &call->input_size);
    }
}

/* An address as the function sees it. */
static uint8_t *function_address(const struct image_part *part, uint64_t offset)
{
    return (uint8_t *)(uintptr_t)(IMAGE_ZONE_AT + part->at + offset);
}

/* Fill in the call page: what the function is told. */
static void tell_function(const struct call *call)
{
    const struct image *image = &call->monitor->image;
    const struct pobf_call told = {
        .input = function_address(&image->input, 0),
        .input_size = call->input_size,
        .output = function_address(&image->output, 0),
        .output_room = image->manifest.output_max,
        .arena = {.next = function_address(&image->arena, 0),
                  .end = function_address(&image->arena, image->manifest.arena)},
    };

    pobf_bytes_copy(call->monitor->zone.base, (const uint8_t *)&told, sizeof told);
}

/*
 * How much output is there? The word is the function's, and so eight bytes of its own choosing,
 * its secret perhaps: it is read once, and only a size within the room leaves this step. Any other
 * becomes the same one byte too many.
 */
static void take_output_size(void *argument)
{
    struct call *call = argument;
    const size_t most = call->monitor->image.manifest.output_max;
    const uint8_t *page = call->monitor->zone.base;
    size_t size;

    pobf_bytes_copy_in((uint8_t *)&size, page + offsetof(struct pobf_call, output_size),
                       sizeof size);
    call->output_size = size <= most ? size : most + 1;
}

static int is_return(enum pobf_exit exit)
{
    return exit == POBF_EXIT_RETURNED || exit == POBF_EXIT_FAILED;
}

static void run_function(struct call *call)
{
    struct monitor *monitor = call->monitor;
    struct ground_result result;

    tell_function(call);
    if (monitor->ground->run(monitor->below, &result, monitor->image.manifest.deadline_ms) !=
        POBF_OK) {
        call->cleared = 0; /* nobody saw the function end: no receipt can be had from here */
        call->status = POBF_E_POISONED;
        return;
    }
    call->receipt.exit = result.exit;
    call->receipt.time_us = result.time_us;
    if (is_return(result.exit)) {
        run_step(call, take_output_size);
        if (call->output_size > monitor->image.manifest.output_max) {
            call->receipt.exit = POBF_EXIT_OUTPUT;
        }
    }
    call->status = is_return(call->receipt.exit) ? POBF_OK : POBF_E_FUNCTION;
}

static void seal(void *argument)
{
    struct call *call = argument;
    const struct monitor *monitor = call->monitor;
    struct pobf_computed computed;
    struct pobf_sealed sealed;

    call->status = pobf_compute(&computed, &call->loaded, monitor->vault.chain, &monitor->zone,
                                call->output_size);
    if (call->status == POBF_OK) {
        call->status = pobf_seal(&sealed, &computed, &call->receipt, monitor->vault.chain,
                                 &monitor->zone, call->output_size, monitor->vault.outbox,
                                 monitor->vault.outbox_room, &call->end->answer_size);
    }
}

static void forget(void *argument)
{
    struct call *call = argument;
    struct monitor *monitor = call->monitor;
    struct call_end *end = call->end;

    end->status = pobf_end(monitor->vault.chain, call->task, &monitor->zone, &call->receipt,
                           end->receipt, sizeof end->receipt, &end->receipt_size);
}

/* The end of every task: forget, compare, sign, in this order, in pobf_end. */
static void finish(struct call *call)
{
    struct call_end *end = call->end;
    const struct monitor *monitor = call->monitor;

    call->receipt.issued_at_s = monitor->ground->now_s(monitor->below);
    call->receipt.registers_cleared = call->cleared;
    call->receipt.memory_peak = call->monitor->zone.size;
    run_step(call, forget);
    if (end->status != POBF_OK) {
        pobf_wipe(call->monitor->vault.outbox, call->monitor->vault.outbox_room);
        end->answer_size = 0;
        end->status = POBF_E_POISONED;
        return;
    }
    end->status = call->status;
}

static void start(struct call *call, struct call_end *end, struct monitor *monitor,
                  struct pobf_task *task)
{
    *end = (struct call_end){.status = POBF_E_SYSTEM};
    *call = (struct call){
        .monitor = monitor,
        .task = task,
        .end = end,
        .cleared = 1,
        .status = POBF_E_SYSTEM,
    };
}

void call_run(struct call_end *end, struct monitor *monitor, struct pobf_task *task,
              size_t sealed_size)
{
    struct call call;

    start(&call, end, monitor, task);
    call.sealed_size = sealed_size;
    call.receipt.exit = POBF_EXIT_REFUSED;
    run_step(&call, load);
    if (call.status == POBF_OK) {
        run_function(&call);
    }
    if (call.status == POBF_OK) {
        run_step(&call, seal);
    }
    finish(&call);
}

void call_abandon(struct call_end *end, struct monitor *monitor, struct pobf_task *task)
{
    struct call call;

    start(&call, end, monitor, task);
    call.receipt.exit = POBF_EXIT_ABANDONED;
    call.status = POBF_OK;
    finish(&call);
}
