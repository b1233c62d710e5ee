#ifndef POBF_ENCLAVE_MONITOR_APART_H
#define POBF_ENCLAVE_MONITOR_APART_H

#include "enclave/monitor/boot.h"
#include "enclave/monitor/steps.h"

/*
 * Who includes this and calls a step calls a few instructions of apart.S: they run the step on the
 * vault's stack, then clear that stack and every register, and say 1.
 */

_Static_assert(VAULT_STACK_BYTES == 16384, "apart.S says it too");

uint32_t boot_begin(struct boot *boot) __asm__("apart_boot_begin");
uint32_t boot_evidence(struct boot *boot) __asm__("apart_boot_evidence");
uint32_t boot_offer(struct boot *boot) __asm__("apart_boot_offer");

uint32_t call_load(struct call *call) __asm__("apart_call_load");
uint32_t call_take_size(struct call *call) __asm__("apart_call_take_size");
uint32_t call_take_steps(struct call *call) __asm__("apart_call_take_steps");
uint32_t call_seal(struct call *call) __asm__("apart_call_seal");
uint32_t call_forget(struct call *call) __asm__("apart_call_forget");

#endif
