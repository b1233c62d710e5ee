/* See registers.h. Assembly, so that no compiler can leave a clearing out, or spill after it. */
    .text

    .globl registers_wiped_call
    .type registers_wiped_call, @function
registers_wiped_call:           /* rdi step, rsi argument, rdx stack, rcx size */
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    mov %rdx, %rbx
    mov %rcx, %r12
    mov %rsp, %r13
    lea (%rdx, %rcx), %rsp
    and $-16, %rsp
    mov %rdi, %rax
    mov %rsi, %rdi
    call *%rax
    mov %r13, %rsp              /* the step's stack is dead from here */
    mov %rbx, %rdi
    mov %r12, %rcx
    xor %eax, %eax
    cld
    rep stosb
    call registers_clear
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    mov $1, %eax
    ret
    .size registers_wiped_call, . - registers_wiped_call

    .globl registers_clear
    .type registers_clear, @function
registers_clear:
    cmpl $1, registers_level(%rip)
    jb 1f
    je 2f

    /* AVX-512: the upper sixteen, and the masks. */
    .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    vpxorq %zmm\n, %zmm\n, %zmm\n
    .endr
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    kxorw %k\n, %k\n, %k\n
    .endr
2:  /* AVX: the lower sixteen, to their full width. */
    vzeroall
    jmp 3f
1:  /* Baseline. */
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    pxor %xmm\n, %xmm\n
    .endr
3:  /* x87 and MMX: fninit resets the words but leaves the eight registers, so fill them first. */
    fninit
    .rept 8
    fldz
    .endr
    fninit
    ldmxcsr start_mxcsr(%rip)
    xor %eax, %eax
    xor %ecx, %ecx
    xor %edx, %edx
    xor %esi, %esi
    xor %edi, %edi
    .irp n, 8, 9, 10, 11
    xor %r\n, %r\n
    .endr
    cld
    ret
    .size registers_clear, . - registers_clear

    .section .rodata
    .balign 4
start_mxcsr:
    .long 0x1f80

    .section .note.GNU-stack, "", @progbits
