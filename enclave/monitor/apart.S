/* See apart.h. The first member of a call is the stack. */
#define VAULT_STACK_BYTES 16384 /* as in vault.h: apart.h compares */

    .text

    .macro apart step
    .globl apart_\step
    .type apart_\step, @function
apart_\step:                    /* rdi: the call */
    mov %rdi, %rsi
    mov (%rdi), %rdx
    mov $VAULT_STACK_BYTES, %ecx
    lea \step(%rip), %rdi
    jmp registers_wiped_call
    .size apart_\step, . - apart_\step
    .endm

    apart call_load
    apart call_take_size
    apart call_take_steps
    apart call_seal
    apart call_forget

    .section .note.GNU-stack, "", @progbits
