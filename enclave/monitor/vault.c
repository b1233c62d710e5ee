#include "enclave/monitor/vault.h"

#include <sys/mman.h>

#include "enclave/process/registers.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

enum { GUARD_BYTES = 4096 };

/* So that a structure of 64-bit members can follow whatever stands before it. */
static size_t aligned(size_t size)
{
    return (size + 63) & ~(size_t)63;
}

enum pobf_status vault_open(struct vault *vault, size_t outbox_room)
{
    const size_t stack_at = GUARD_BYTES;
    const size_t chain_at = stack_at + VAULT_STACK_BYTES;
    const size_t tasks_at = chain_at + aligned(sizeof(struct pobf_chain));
    const size_t outbox_at = tasks_at + aligned(VAULT_TASKS * sizeof(struct pobf_task));
    uint8_t *bytes;

    *vault = (struct vault){.memory.descriptor = -1};
    if (secret_open(&vault->memory, outbox_at + outbox_room) != POBF_OK) {
        return POBF_E_SYSTEM;
    }
    secret_seclude(&vault->memory);
    bytes = vault->memory.bytes;
    vault->stack = bytes + stack_at;
    vault->chain = (struct pobf_chain *)(void *)(bytes + chain_at);
    vault->tasks = (struct pobf_task *)(void *)(bytes + tasks_at);
    vault->outbox = bytes + outbox_at;
    vault->outbox_room = outbox_room;
    return mprotect(bytes, GUARD_BYTES, PROT_NONE) == 0 ? POBF_OK : POBF_E_SYSTEM;
}

void vault_close(struct vault *vault)
{
    if (vault->memory.bytes != NULL) {
        pobf_wipe(vault->stack, vault->memory.size - GUARD_BYTES);
    }
    *vault = (struct vault){.memory.descriptor = -1};
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
