/* See html.h: the page, with marks where the style sheet and the files go; the sheet is paper's too. */
    .section .rodata
    .globl html_page_begin
    .globl html_page_end
    .globl html_sheet_begin
    .globl html_sheet_end
html_page_begin:
    .incbin "verifier/report/page.html"
html_page_end:
html_sheet_begin:
    .incbin "verifier/report/sheet.css"
html_sheet_end:

    .section .note.GNU-stack, "", @progbits
