/* See program.h: the monitor's program, which the build made just before this file. */
    .section .rodata
    .balign 16
    .globl program_bytes
    .globl program_end
program_bytes:
    .incbin "trustlet.elf"
program_end:

    .section .note.GNU-stack, "", @progbits
