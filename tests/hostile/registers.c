/*
 * Leaves a marker in every register that it can reach. It first puts what it began with into its
 * output; the input's first byte then says what: 'l' that was all; 'p' plant and return; 't' plant
 * and trap; 'd' plant, and run past the deadline; 'f' plant, and fault at an address that is the
 * marker; 'b' plant and begin again, which shows that looking finds. All of it is assembly: a
 * compiler would use the registers itself.
 *
 *   output    0  rax rbx rcx rdx rsi rdi rbp r8 .. r15, flags
 *           128  FS base, GS base; DS, ES, FS, GS as 16 bits each
 *           256  the XSAVE area: x87, MMX, SSE, AVX, AVX-512, masks, MXCSR
 */
#include <stddef.h>

#include "pobf_function.h"

_Static_assert(offsetof(struct pobf_call, output) == 16, "16(%rdi) below");
_Static_assert(offsetof(struct pobf_call, output_size) == 32, "32(%rdi) below");
_Static_assert(offsetof(struct pobf_call, arena) == 40, "40(%rdi) below");

__asm__(".globl pobf_function\n"
        "pobf_function:\n"
        "  push %rax\n"
        "  mov 16(%rdi), %rax\n"
        "  mov %rbx, 8(%rax); mov %rcx, 16(%rax); mov %rdx, 24(%rax); mov %rsi, 32(%rax)\n"
        "  mov %rdi, 40(%rax); mov %rbp, 48(%rax); mov %r8, 56(%rax); mov %r9, 64(%rax)\n"
        "  mov %r10, 72(%rax); mov %r11, 80(%rax); mov %r12, 88(%rax); mov %r13, 96(%rax)\n"
        "  mov %r14, 104(%rax); mov %r15, 112(%rax)\n"
        "  pop %rbx; mov %rbx, (%rax)\n"
        "  pushfq; pop %rbx; mov %rbx, 120(%rax)\n"
        "  cld\n"
        "  rdfsbase %rbx; mov %rbx, 128(%rax)\n"
        "  rdgsbase %rbx; mov %rbx, 136(%rax)\n"
        "  mov %ds, 144(%rax); mov %es, 146(%rax); mov %fs, 148(%rax); mov %gs, 150(%rax)\n"
        "  mov %rax, %rcx\n"
        "  mov $-1, %eax; mov %eax, %edx; xsave64 256(%rcx)\n"
        "  movq $4096, 32(%rdi)\n"
        "  mov (%rdi), %rsi\n"
        "  movzbl (%rsi), %ebp\n"
        "  cmp $'l', %ebp; jne plant\n"
        "  xor %eax, %eax\n"
        "  ret\n"
        /* An area full of markers, but for what XRSTOR looks at: MXCSR and the header. */
        "plant:\n"
        "  mov %rdi, %rbx\n"
        "  mov 40(%rbx), %rdi; mov %rdi, %r8\n"
        "  movabs $0x5ec4e75ec4e75ec4, %rax; mov $512, %ecx; rep stosq\n"
        "  movw $0x027f, (%r8); movl $0x9fc0, 24(%r8); movl $0, 28(%r8)\n"
        "  lea 512(%r8), %rdi; xor %eax, %eax; mov $8, %ecx; rep stosq\n"
        "  xor %ecx, %ecx; xgetbv; mov %eax, 512(%r8); mov %edx, 516(%r8)\n"
        "  mov $-1, %eax; mov %eax, %edx; xrstor64 (%r8)\n"
        "  mov $0x2b, %eax; mov %eax, %ds; mov %eax, %es; mov %eax, %fs; mov %eax, %gs\n"
        "  movabs $0x5ec4e75ec4e7, %rax; wrfsbase %rax; wrgsbase %rax\n"
        "  movb $'l', (%rsi)\n"
        "  cmp $'t', %ebp; je traps\n"
        "  cmp $'f', %ebp; je faults\n"
        "  cmp $'b', %ebp; je begins_again\n"
        "  cmp $'d', %ebp; je never_ends\n"
        "  call spread\n"
        "  mov $0, %eax\n"
        "  ret\n"
        "traps:\n"
        "  call spread\n"
        "  ud2\n"
        "faults:\n"
        "  call spread\n"
        "  movabs $0x5ec4e75ec4e7, %rax; mov (%rax), %rax\n"
        "never_ends:\n"
        "  call spread\n"
        "  jmp .\n"
        "begins_again:\n"
        "  call spread\n"
        "  mov $0x20000000, %edi\n"
        "  jmp pobf_function\n"
        "spread:\n"
        "  movabs $0x5ec4e75ec4e75ec4, %rax\n"
        "  mov %rax, %rbx; mov %rax, %rcx; mov %rax, %rdx; mov %rax, %rsi; mov %rax, %rdi\n"
        "  mov %rax, %rbp; mov %rax, %r8; mov %rax, %r9; mov %rax, %r10; mov %rax, %r11\n"
        "  mov %rax, %r12; mov %rax, %r13; mov %rax, %r14; mov %rax, %r15\n"
        "  std\n"
        "  ret\n");
