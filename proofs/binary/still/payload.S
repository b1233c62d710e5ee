/* In place of enclave/kvm/payload.S: the same monitor, with the headers of this folder. */
    .section .rodata
    .balign 16
    .globl program_bytes
    .globl program_end
program_bytes:
    .incbin "still.elf"
program_end:

    .section .note.GNU-stack, "", @progbits
