# The texts of a script's image: ours, and the developer's. Both are looked for in the folders of -I.
    .section .rodata.pobf_texts, "a", @progbits
    .globl pobf_prelude, pobf_prelude_end, pobf_script, pobf_script_end
pobf_prelude:
    .incbin "prelude.js"
pobf_prelude_end:
pobf_script:
    .incbin "script"
pobf_script_end:
    .section .note.GNU-stack, "", @progbits
