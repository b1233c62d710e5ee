# The texts of a script's image: ours, the developer's, and what his file is called. All are looked
# for in the folders of -I.
    .section .rodata.pobf_texts, "a", @progbits
    .globl pobf_prelude, pobf_prelude_end, pobf_script, pobf_script_end, pobf_script_name
pobf_prelude:
    .incbin "prelude.js"
pobf_prelude_end:
pobf_script:
    .incbin "script"
pobf_script_end:
pobf_script_name:
    .incbin "script-name"
    .byte 0
    .section .note.GNU-stack, "", @progbits
