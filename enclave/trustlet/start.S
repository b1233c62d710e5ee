/* The monitor's first instructions, and its way into the function and back. */
#include "enclave/trustlet/abi.h"

    .text
    .globl _start
    .type _start, @function
_start:
    xor %ebp, %ebp
    call trustlet_main
1:  out %al, $TRUSTLET_PORT_END
    jmp 1b
    .size _start, . - _start

    /*
     * See cross.h. Into F nothing goes but the entry; out of F comes the vector, and whether it
     * said 0. Everything else that F can have left in a register is cleared before C runs again.
     */
    .globl trustlet_cross
    .type trustlet_cross, @function
trustlet_cross:                 /* rdi: struct crossing */
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    push %rdi
    mov 0(%rdi), %rbx
    call registers_clear
    xor %ebp, %ebp
    xor %r12d, %r12d
    xor %r13d, %r13d
    xor %r14d, %r14d
    xor %r15d, %r15d
    call clear_segments
    xor %eax, %eax
    wrfsbase %rax
    ud2
    xor %ebp, %ebp
    call clear_segments
    mov $TRUSTLET_THREAD, %eax
    wrfsbase %rax
    call registers_clear
    test %r12d, %r12d
    setne %al
    mov %eax, %r12d
    pop %rdi
    mov %ebx, 8(%rdi)
    mov %r12d, 12(%rdi)
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    xor %eax, %eax
    ret
    .size trustlet_cross, . - trustlet_cross

    /* Selectors first: loading one may change a base. */
    .type clear_segments, @function
clear_segments:
    xor %eax, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %fs
    mov %eax, %gs
    wrfsbase %rax
    wrgsbase %rax
    ret
    .size clear_segments, . - clear_segments

    .section .note.GNU-stack, "", @progbits
