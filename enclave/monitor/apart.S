/* See apart.h. The first member of a call, and of a boot, is the stack. */
#define VAULT_STACK_BYTES 16384 /* as in vault.h: apart.h compares */

    .text

    .macro apart step
    .globl apart_\step
    .type apart_\step, @function
apart_\step:                    /* rdi: what the step works on */
    mov %rdi, %rsi
    mov (%rdi), %rdx
    mov $VAULT_STACK_BYTES, %ecx
    lea \step(%rip), %rdi
    jmp registers_wiped_call
    .size apart_\step, . - apart_\step
    .endm

    apart boot_begin
    apart boot_evidence
    apart boot_offer
    apart call_load
    apart call_take_size
    apart call_take_steps
    apart call_seal
    apart call_forget

    .section .note.GNU-stack, "", @progbits
