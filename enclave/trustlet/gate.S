/*
 * The gate: all code of ring 0, and the landing. Three pages that the host maps, by their order in
 * the program, as the gate of M, the gate of F, and F's landing.
 *
 * A crossing is an exception. The page of the stack differs between the spaces, at one address: so
 * the handler saves into one space's page, changes the root, and returns by the other's. The page
 * of the gate differs too, so the instruction behind the change of roots is the other page's: both
 * have an iretq at that place, in the handler of every vector.
 */
#include "enclave/trustlet/abi.h"

#define PAGE 4096

/* Which exceptions push an error code. Intel SDM, volume 3, table 6-1. */
#define HAS_ERROR ((vector == 8) || ((vector >= 10) && (vector <= 14)) || (vector == 17) || \
                   (vector == 21))

/* A debug exception leaves in DR6 why it came; ring 3 can neither see nor clear it. */
#define DEBUG 1
#define DR6_START 0xffff0ff0

/* Bytes in front of the iretq of a handler; of which `add` is 4, each `mov` 5, to a register 3. */
#define BEFORE 13
#define BEFORE_WITH_ERROR 17
#define BEFORE_OF_DEBUG 21

.macro enter root
    mov $\root, %eax
    mov %rax, %cr3
    iretq
.endm

    .section .gate, "ax", @progbits

    /* M: ud2 crosses to F, and resumes behind itself. Any other exception is the monitor's end. */
    .balign PAGE
gate_m:
    vector = 0
    .rept TRUSTLET_VECTORS
    .if vector == TRUSTLET_UD
    addq $2, (%rsp)
    enter TRUSTLET_ROOT_F
    .else
    mov $vector, %al
    out %al, $TRUSTLET_PORT_FAULT
1:  hlt
    jmp 1b
    .if HAS_ERROR
    .org gate_m + vector * TRUSTLET_HANDLER_BYTES + BEFORE_WITH_ERROR, 0xf4
    .elseif vector == DEBUG
    .org gate_m + vector * TRUSTLET_HANDLER_BYTES + BEFORE_OF_DEBUG, 0xf4
    .else
    .org gate_m + vector * TRUSTLET_HANDLER_BYTES + BEFORE, 0xf4
    .endif
    iretq
    .endif
    vector = vector + 1
    .org gate_m + vector * TRUSTLET_HANDLER_BYTES, 0xf4
    .endr

    /* F: whatever it is, it is M that learns of it, and F never resumes. */
    .org gate_m + PAGE, 0xf4
gate_f:
    vector = 0
    .rept TRUSTLET_VECTORS
    .if HAS_ERROR
    add $8, %rsp
    .elseif vector == DEBUG
    mov $DR6_START, %eax
    mov %rax, %dr6
    .endif
    mov $vector, %ebx
    enter TRUSTLET_ROOT_M
    vector = vector + 1
    .org gate_f + vector * TRUSTLET_HANDLER_BYTES, 0xf4
    .endr

    /* F's start: rbx holds the entry, every other register is zero. */
    .org gate_f + PAGE, 0xf4
landing:
    mov %rbx, %rax
    xor %ebx, %ebx
    mov $0x20000000, %edi       /* IMAGE_ZONE_AT: struct pobf_call */
    call *%rax
    mov %eax, %r12d
landing_end:
    ud2
    .org landing + PAGE, 0xcc

    .globl trustlet_landed
    .set trustlet_landed, TRUSTLET_LANDING + landing_end - landing

    .section .note.GNU-stack, "", @progbits
