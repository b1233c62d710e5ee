/* See html.h: the page, with a mark where the files go. */
    .section .rodata
    .globl html_page_begin
    .globl html_page_end
html_page_begin:
    .incbin "verifier/report/page.html"
html_page_end:

    .section .note.GNU-stack, "", @progbits
