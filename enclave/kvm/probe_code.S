/* See probe.c: two programs of a few instructions, one for each address space. */
#include "enclave/trustlet/abi.h"

/* The addresses and the count are of probe.c too. */
#define PROBE_CROSSINGS 10
#define PROBE_TEXT 0x10000000
#define PROBE_STACK 0x20002000

#define FRAME TRUSTLET_STACK0_F + TRUSTLET_FRAME

    .section .rodata
    .balign 4096
    .globl probe_monitor
    .globl probe_monitor_end
    .globl probe_function
    .globl probe_function_end

    /* M: make F's frame, cross and come back, some times; stop the machine twice; all over again. */
probe_monitor:
    mov $PROBE_CROSSINGS, %ebp
1:  movq $TRUSTLET_LANDING, FRAME
    movq $TRUSTLET_CODE3, FRAME + 8
    movq $2, FRAME + 16
    movq $PROBE_STACK, FRAME + 24
    movq $TRUSTLET_DATA3, FRAME + 32
    mov $PROBE_TEXT, %ebx
    mov %ebp, TRUSTLET_BOOT
    ud2
    mov TRUSTLET_BOOT, %ebp
    dec %ebp
    jnz 1b
    out %al, $TRUSTLET_PORT_READY
    out %al, $TRUSTLET_PORT_READY
    jmp probe_monitor
probe_monitor_end:

    /* F: return 0. */
    .balign 4096
probe_function:
    xor %eax, %eax
    ret
probe_function_end:
    .balign 4096

    .section .note.GNU-stack, "", @progbits
