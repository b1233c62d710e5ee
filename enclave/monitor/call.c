#include "enclave/monitor/call.h"

#include "enclave/monitor/order.h"
#include "framework/chain/provider.h"
#include "framework/core/wipe.h"

/* The size is the host's word. */
static enum pobf_status size_defect(size_t size, size_t room)
{
    if (size > room) {
        return POBF_E_SPACE;
    }
    return size < POBF_SEALED_OVERHEAD ? POBF_E_INPUT : POBF_OK;
}

/* Where a call finds what it works on. */
static void place(struct call *call, const struct monitor *monitor)
{
    call->stack = monitor->vault.stack;
    call->chain = monitor->vault.chain;
    call->zone = &monitor->zone;
    call->sealed = monitor->window.bytes + monitor->window.input_at;
    call->outbox = monitor->vault.outbox;
    call->outbox_room = monitor->vault.outbox_room;
    call->output_max = monitor->image.manifest.output_max;
}

/* The receipt of a call that has not gone anywhere yet. */
static void begin_receipt(struct pobf_receipt *receipt, enum pobf_exit exit)
{
    pobf_wipe(receipt->input_commitment, sizeof receipt->input_commitment);
    pobf_wipe(receipt->output_commitment, sizeof receipt->output_commitment);
    receipt->exit = exit;
    receipt->registers_cleared = 1;
    receipt->time_us = 0;
}

/* Begin a call, or the end of one. */
static void begin(struct call *call, struct call_end *end, const struct monitor *monitor,
                  struct pobf_task *task, enum pobf_exit exit)
{
    place(call, monitor);
    begin_receipt(&call->receipt, exit);
    call->task = task;
    call->sealed_size = 0;
    call->loaded.task = NULL;
    call->status = POBF_OK;
    call->end = end;
    order_say_nothing(end, POBF_E_SYSTEM);
}

void call_run(struct call_end *end, const struct monitor *monitor, struct pobf_task *task,
              size_t sealed_size)
{
    struct call call;

    begin(&call, end, monitor, task, POBF_EXIT_REFUSED);
    call.status = size_defect(sealed_size, monitor->window.input_room);
    if (call.status == POBF_OK) {
        call.sealed_size = sealed_size;
    }
    order_run(&call, monitor);
}

void call_abandon(struct call_end *end, const struct monitor *monitor, struct pobf_task *task)
{
    struct call call;

    begin(&call, end, monitor, task, POBF_EXIT_ABANDONED);
    order_end(&call, monitor);
}
