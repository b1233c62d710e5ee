#include "enclave/monitor/vault.h"

#include "enclave/process/registers.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

/* So that a structure of 64-bit members can follow whatever stands before it. */
static size_t aligned(size_t size)
{
    return (size + 63) & ~(size_t)63;
}

static size_t outbox_at(void)
{
    return VAULT_GUARD_BYTES + VAULT_STACK_BYTES + aligned(sizeof(struct pobf_chain)) +
           aligned(VAULT_TASKS * sizeof(struct pobf_task));
}

size_t vault_size(size_t outbox_room)
{
    return outbox_at() + outbox_room;
}

void vault_place(struct vault *vault, uint8_t *bytes, size_t outbox_room)
{
    const size_t chain_at = VAULT_GUARD_BYTES + VAULT_STACK_BYTES;
    const size_t tasks_at = chain_at + aligned(sizeof(struct pobf_chain));

    vault->stack = bytes + VAULT_GUARD_BYTES;
    vault->chain = (struct pobf_chain *)(void *)(bytes + chain_at);
    vault->tasks = (struct pobf_task *)(void *)(bytes + tasks_at);
    vault->outbox = bytes + outbox_at();
    vault->outbox_room = outbox_room;
}

void vault_close(struct vault *vault)
{
    if (vault->stack != NULL) {
        pobf_wipe(vault->stack, vault_size(vault->outbox_room) - VAULT_GUARD_BYTES);
    }
    *vault = (struct vault){0};
}

uint32_t vault_run(const struct vault *vault, void (*step)(void *), void *argument)
{
    return registers_wiped_call(step, argument, vault->stack, VAULT_STACK_BYTES);
}

struct pobf_task *vault_free_task(const struct vault *vault)
{
    for (int i = 0; i < VAULT_TASKS; i++) {
        if (vault->tasks[i].state == POBF_FORGOTTEN) {
            return &vault->tasks[i];
        }
    }
    return NULL;
}

struct pobf_task *vault_fresh_task(const struct vault *vault, const uint8_t id[POBF_TASK_ID_BYTES])
{
    for (int i = 0; i < VAULT_TASKS; i++) {
        if (vault->tasks[i].state == POBF_FRESH &&
            pobf_bytes_equal(vault->tasks[i].id, id, POBF_TASK_ID_BYTES)) {
            return &vault->tasks[i];
        }
    }
    return NULL;
}
