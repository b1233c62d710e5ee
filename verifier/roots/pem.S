/* The vendors' root certificates, as they lie in this folder; roots.h has the table. */
    .macro root name file
    .globl roots_\name
    .globl roots_\name\()_end
roots_\name:
    .incbin "verifier/roots/\file"
roots_\name\()_end:
    .endm

    .section .rodata
    root amd_milan amd_ark_milan.pem
    root amd_genoa amd_ark_genoa.pem
    root amd_turin amd_ark_turin.pem
    root intel_sgx intel_sgx.pem
    root aws_nitro aws_nitro.pem

    .section .note.GNU-stack, "", @progbits
