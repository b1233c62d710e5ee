#include "enclave/monitor/vault.h"

#include "enclave/process/registers.h"

uint32_t vault_run(const struct vault *vault, void (*step)(void *), void *argument)
{
    return registers_wiped_call(step, argument, vault->stack, VAULT_STACK_BYTES);
}
