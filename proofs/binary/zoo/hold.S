/*
 * Each of these takes some of a secret into one register, wipes the 64 bytes that it came from, and
 * wants to read from descriptor 3, which is where the tool looks; mended, the register is clear by
 * then. None of them comes back.
 */
#include <asm/unistd_64.h>

    .text

    .type wipe, @function
wipe:                           /* rdi: the secret */
    cld
    mov $64, %ecx
    xor %eax, %eax
    rep stosb
    ret

    .type look, @function
look:                           /* only moves: the flags stay as they are */
    mov $__NR_recvfrom, %eax
    mov $3, %edi
    mov $0, %esi
    mov $0, %edx
    mov $0, %r10d
    mov $0, %r8d
    mov $0, %r9d
    syscall
    hlt

.macro begin name
    .globl zoo_hold_\name
    .type zoo_hold_\name, @function
zoo_hold_\name:                 /* rdi: the secret; esi: is it mended? */
.endm

    /* A general register, which a callee would have to bring back. */
.macro general name
    begin \name
    mov (%rdi), %\name
    test %esi, %esi
    jz 1f
    mov $0, %\name
1:  call wipe
    jmp look
.endm

    /* A few bits of control: taken from r12d, which is `mended` if nothing is to be told. */
.macro control name, mask, shift, mended
    begin \name
    mov (%rdi), %r12d
    and $\mask, %r12d
    shl $\shift, %r12d
    or $\mended, %r12d
    test %esi, %esi
    jz 1f
    mov $\mended, %r12d
1:  call wipe
    push %r12
    set_\name
    movq $0, (%rsp)
    mov $0, %r12d
    jmp look
.endm

    general rbx
    general rbp
    general r12
    general r13
    general r14
    general r15

    /* Registers that registers_clear sees to; of the wide ones the upper halves alone. */
    begin xmm0
    movdqu (%rdi), %xmm0
    jmp held
    begin xmm15
    movdqu (%rdi), %xmm15
    jmp held
    begin mm3
    movq (%rdi), %mm3
    jmp held
    begin x87
    fildll (%rdi)
    jmp held
    begin ymm7
    vmovdqu (%rdi), %ymm7
    vinserti128 $0, zeros(%rip), %ymm7, %ymm7
    jmp held
    begin zmm5
    vmovdqu64 (%rdi), %zmm5
    vinserti64x4 $0, zeros(%rip), %zmm5, %zmm5
    jmp held
    begin zmm20
    vmovdqu64 (%rdi), %zmm20
    jmp held
    begin zmm31
    vmovdqu64 (%rdi), %zmm31
    jmp held
    begin k1
    kmovw (%rdi), %k1
    jmp held
    begin k7
    kmovw (%rdi), %k7
held:
    push %rdi
    test %esi, %esi
    jz 1f
    call registers_clear
1:  pop %rdi
    call wipe
    jmp look

.macro set_mxcsr
    ldmxcsr (%rsp)
.endm
    control mxcsr, 0x3f, 0, 0x1f80
.macro set_x87_control
    fldcw (%rsp)
.endm
    control x87_control, 3, 10, 0x37f
.macro set_flags
    popfq                       /* the bit that only says whether there is CPUID */
    push $0
.endm
    control flags, 1, 21, 2
.macro set_gs_base
    wrgsbase %r12
.endm
    control gs_base, 0xffff, 4, 0
.macro set_fs_base
    wrfsbase %r12
.endm
    control fs_base, 0xffff, 4, 0
.macro set_selector
    mov %r12d, %ds              /* the null selectors 0 to 3 */
.endm
    control selector, 3, 0, 0

    .globl zoo_with_r12
    .type zoo_with_r12, @function
zoo_with_r12:                   /* rdi: the secret; rsi: what to call */
    push %r12
    mov (%rdi), %r12
    call *%rsi
    pop %r12
    ret

    .section .rodata
    .balign 32
zeros:
    .zero 32

    .section .note.GNU-stack, "", @progbits
