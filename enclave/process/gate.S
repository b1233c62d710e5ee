/* See gate.h. Position-independent by having one position: GATE_AT. */
#include <asm/unistd_64.h>

#include "enclave/process/gate.h"

#define CALL_AT 0x20000000     /* IMAGE_ZONE_AT: struct pobf_call */
#define CLONE_VM_PARENT 0x8100 /* CLONE_VM | CLONE_PARENT */
#define SIGCHLD 17
#define SIGKILL 9
#define MSG_TRUNC 0x20
#define ARCH_SET_FS 0x1002
#define PR_SET_PDEATHSIG 1
#define PR_SET_SECCOMP 22
#define SECCOMP_MODE_FILTER 2
#define SECCOMP_RET_TRAP 0x30000
#define SECCOMP_RET_ALLOW 0x7fff0000
#define AUDIT_ARCH_X86_64 0xc000003e

/* The address that a label of the page has after the copy. */
#define AT(label) (GATE_AT + (label) - gate_page)

/* struct sock_filter: operation, jump if true, jump if false, operand */
.macro filter operation, if_true, if_false, operand
    .short \operation
    .byte \if_true, \if_false
    .long \operand
.endm
#define LOAD 0x20
#define EQUAL 0x15
#define GREATER 0x25
#define RETURN 0x06

/* Offsets in struct seccomp_data. */
#define NUMBER 0
#define ARCH 4
#define ADDRESS_LOW 8
#define ADDRESS_HIGH 12
#define ARGUMENT_LOW 16

    .text
    .globl gate_enter
    .type gate_enter, @function
gate_enter:                     /* rdi: struct gate_plan */
    mov 0(%rdi), %rbx
    mov 8(%rdi), %rbp
    mov 16(%rdi), %r14
    mov 24(%rdi), %r15
    mov 32(%rdi), %r12
    call registers_clear
    xor %r13d, %r13d
    mov $GATE_AT, %eax
    jmp *%rax
    .size gate_enter, . - gate_enter

    .section .rodata
    .balign 4096
    .globl gate_page
    .type gate_page, @object
gate_page:
    /* The nursery. rbx, rbp: what to unmap; r12 the monitor's id; r14 entry; r15 stack. */
    mov $__NR_munmap, %eax
    mov %rbx, %rdi
    mov %rbp, %rsi
    syscall
    test %rax, %rax
    jnz broken
    mov $__NR_arch_prctl, %eax  /* the address of the monitor's thread is not for it to know */
    mov $ARCH_SET_FS, %edi
    xor %esi, %esi
    syscall
    test %rax, %rax
    jnz broken
    mov %r12d, %ebx             /* kept: the monitor's id */
    xor %r12d, %r12d
    xor %ebp, %ebp
    xor %esp, %esp

next:
    /* The monitor becomes the parent: it alone learns how the process ends. */
    mov $__NR_clone, %eax
    mov $(CLONE_VM_PARENT | SIGCHLD), %edi
    xor %esi, %esi
    xor %edx, %edx
    xor %r10d, %r10d
    xor %r8d, %r8d
    syscall
    test %eax, %eax
    js broken
    jz child

    /* Tell its id: no memory to write it to, so each byte points at its own constant. */
    mov %eax, %r12d
    mov $4, %r13d
tell:
    movzbl %r12b, %esi
    add $AT(bytes), %esi
    mov $GATE_ORDERS, %edi
    mov $1, %edx
    mov $__NR_write, %eax
    syscall
    cmp $1, %rax
    jne broken
    shr $8, %r12d
    dec %r13d
    jnz tell

    mov $GATE_ORDERS, %edi
    mov $__NR_recvfrom, %eax
    xor %esi, %esi
    xor %edx, %edx
    mov $MSG_TRUNC, %r10d
    xor %r8d, %r8d
    xor %r9d, %r9d
    syscall
    cmp $1, %rax                /* 0: the monitor is gone */
    je next

broken:
    mov $GATE_BROKEN, %edi
    mov $__NR_exit_group, %eax
    syscall
    hlt

child:
    /* A process of one call. First what confines it, all of it, or none of it runs. */
    mov $__NR_prctl, %eax
    mov $PR_SET_PDEATHSIG, %edi
    mov $SIGKILL, %esi
    syscall
    test %eax, %eax
    jnz broken
    mov $__NR_getppid, %eax     /* a monitor that died before that call ends nobody */
    syscall
    cmp %ebx, %eax
    jne broken
    xor %ebx, %ebx
    mov $__NR_close, %eax
    mov $GATE_ORDERS, %edi
    syscall
    test %eax, %eax
    jnz broken
    mov $__NR_prctl, %eax
    mov $PR_SET_SECCOMP, %edi
    mov $SECCOMP_MODE_FILTER, %esi
    mov $AT(program), %edx
    xor %r10d, %r10d
    xor %r8d, %r8d
    syscall
    test %eax, %eax
    jnz broken

    /* Wait for the word. Until here no instruction of the function ran. */
    mov $GATE_GO, %edi
    mov $__NR_recvfrom, %eax
    xor %esi, %esi
    xor %edx, %edx
    mov $MSG_TRUNC, %r10d
    xor %r8d, %r8d
    xor %r9d, %r9d
    syscall
received:
    cmp $1, %rax
    jne finish                  /* the monitor is gone, and so is who would ask how */

    mov %r14, %rax
    mov %r15, %rsp
    mov $CALL_AT, %edi
    xor %ecx, %ecx
    xor %edx, %edx
    xor %r10d, %r10d
    xor %r11d, %r11d
    xor %r14d, %r14d
    xor %r15d, %r15d
    call *%rax
finish:
    xor %edi, %edi
    test %eax, %eax
    setnz %dil
    mov $__NR_exit_group, %eax
    syscall
ended:
    hlt

    /*
     * What a function's process may ask of the kernel: nothing. The two calls left are the gate's
     * own, and are known by the address that they come from; a function that jumps there can
     * wait for a word that never comes, or end. For any other there is a trap, and its signal is
     * blocked, so that the process ends (see cradle.c); a kill would put the call into the log.
     */
    .balign 8
instructions:
    filter LOAD, 0, 0, ARCH
    filter EQUAL, 0, 11, AUDIT_ARCH_X86_64
    filter LOAD, 0, 0, ADDRESS_HIGH
    filter EQUAL, 0, 9, 0
    filter LOAD, 0, 0, NUMBER
    filter EQUAL, 0, 2, __NR_recvfrom
    filter LOAD, 0, 0, ADDRESS_LOW
    filter EQUAL, 6, 5, AT(received)
    filter EQUAL, 0, 4, __NR_exit_group
    filter LOAD, 0, 0, ADDRESS_LOW
    filter EQUAL, 0, 2, AT(ended)
    filter LOAD, 0, 0, ARGUMENT_LOW
    filter GREATER, 0, 1, 1
    filter RETURN, 0, 0, SECCOMP_RET_TRAP
    filter RETURN, 0, 0, SECCOMP_RET_ALLOW
instructions_end:

    .balign 8
program:                        /* struct sock_fprog */
    .quad (instructions_end - instructions) / 8
    .quad AT(instructions)

bytes:
    value = 0
    .rept 256
    .byte value
    value = value + 1
    .endr

    .org gate_page + GATE_BYTES, 0xcc /* an error where the gate is more than a page */
    .size gate_page, . - gate_page

    .section .note.GNU-stack, "", @progbits
