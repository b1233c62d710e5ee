#ifndef POBF_ENCLAVE_PROCESS_REGISTERS_H
#define POBF_ENCLAVE_PROCESS_REGISTERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Clearing registers, and running a step so that nothing of it stays behind. A compiler spills
 * where it likes, and libsodium works in vector registers: wiping named buffers is not enough.
 */

/* Learn once which vector registers there are. Before this, only the baseline's are cleared. */
void registers_init(void);

/*
 * Zero every register that a callee may change: general, vector (XMM, YMM, ZMM), mask, x87 and
 * MMX; and bring MXCSR, the x87 control words and the direction flag to their start values.
 */
void registers_clear(void);

/*
 * Run step(argument) on the stack of `size` bytes at `stack`, then zero that whole stack and clear
 * the registers. Returns 1, and only after both: the witness that goes into a receipt.
 */
uint32_t registers_wiped_call(void (*step)(void *), void *argument, void *stack, size_t size);

#endif
