/*
 * Executes what the machine code in its input says: instructions that only an operating system
 * may, each followed by `ret`. The code stands in this file, or W^X would end it before its time.
 */
#include "pobf_function.h"

#define TRIES(X)                                                                                   \
    X("ret") /* the control: code that comes back */                                               \
    X("hlt; ret")                                                                                  \
    X("cli; ret")                                                                                  \
    X("sti; ret")                                                                                  \
    X("in $0x10, %al; ret")                                                                        \
    X("in $0x60, %al; ret")                                                                        \
    X("out %al, $0x10; ret")                                                                       \
    X("out %al, $0x11; ret")                                                                       \
    X("out %al, $0x12; ret")                                                                       \
    X("out %al, $0x30; ret")                                                                       \
    X("out %eax, $0x10; ret")                                                                      \
    X("mov $0x3f8, %edx; out %al, %dx; ret")                                                       \
    X("mov $0xffff, %edx; out %al, %dx; ret")                                                      \
    X("mov $0x10, %edx; mov %rdi, %rsi; outsb; ret")                                               \
    X("mov $0x174, %ecx; rdmsr; ret")                                                              \
    X("mov $0xc0000080, %ecx; rdmsr; ret")                                                         \
    X("mov $0xc0000082, %ecx; xor %eax, %eax; xor %edx, %edx; wrmsr; ret")                         \
    X("mov $0xc0000102, %ecx; mov $0x5ec4, %eax; xor %edx, %edx; wrmsr; ret")                      \
    X("mov $0xc0000103, %ecx; mov $0x5ec4, %eax; xor %edx, %edx; wrmsr; ret")                      \
    X("mov $0x176, %ecx; mov $0x5ec4, %eax; xor %edx, %edx; wrmsr; ret")                           \
    X("mov $0x1d9, %ecx; mov $1, %eax; xor %edx, %edx; wrmsr; ret")                                \
    X("mov $0x277, %ecx; xor %eax, %eax; xor %edx, %edx; wrmsr; ret")                              \
    X("mov $0xda0, %ecx; mov $1, %eax; xor %edx, %edx; wrmsr; ret")                                \
    X("mov $0x10, %ecx; xor %eax, %eax; xor %edx, %edx; wrmsr; ret")                               \
    X("mov %cr0, %rax; ret")                                                                       \
    X("mov %rax, %cr0; ret")                                                                       \
    X("mov %cr2, %rax; ret")                                                                       \
    X("mov %cr3, %rax; ret")                                                                       \
    X("mov $0x1000, %eax; mov %rax, %cr3; ret")                                                    \
    X("mov %cr4, %rax; ret")                                                                       \
    X("mov %rax, %cr4; ret")                                                                       \
    X("mov %cr8, %rax; ret")                                                                       \
    X("mov %rax, %cr8; ret")                                                                       \
    X("mov %dr0, %rax; ret")                                                                       \
    X("mov %rax, %dr0; ret")                                                                       \
    X("mov %rax, %dr3; ret")                                                                       \
    X("mov %rax, %dr6; ret")                                                                       \
    X("mov %rax, %dr7; ret")                                                                       \
    X("clts; ret")                                                                                 \
    X("invd; ret")                                                                                 \
    X("wbinvd; ret")                                                                               \
    X("invlpg (%rdi); ret")                                                                        \
    X("lgdt (%rdi); ret")                                                                          \
    X("lidt (%rdi); ret")                                                                          \
    X("xor %eax, %eax; lldt %ax; ret")                                                             \
    X("mov $0x40, %eax; ltr %ax; ret")                                                             \
    X("lmsw %ax; ret")                                                                             \
    X("swapgs; ret")                                                                               \
    X("sysretq")                                                                                   \
    X("sysexitq")                                                                                  \
    X("rsm")                                                                                       \
    X("xor %ecx, %ecx; mov $3, %eax; xor %edx, %edx; xsetbv; ret")                                 \
    X("xor %ecx, %ecx; mov $1, %eax; xor %edx, %edx; xsetbv; ret")                                 \
    X("mov $0x5ec4e700, %eax; mov (%rax), %eax; ret") /* CR2 */                                    \
    X("vmcall; ud2")                                                                               \
    X("vmlaunch; ud2")                                                                             \
    X("vmxoff; ud2")                                                                               \
    X("vmrun; ud2")                                                                                \
    X("stgi; ud2")                                                                                 \
    X("int3; ret")                                                                                 \
    X("int $0x0e; ret")                                                                            \
    X("int $0x06; ret")                                                                            \
    X("int $0x20; ret")                                                                            \
    X("int $0x80; ret")                                                                            \
    X("int $0xff; ret")                                                                            \
    X("syscall; ret")                                                                              \
    X("sysenter; ret")                                                                             \
    X("pushq $0x10; pushq $0x10000000; lretq")                                                     \
    X("pushq $0x18; pushq $0x20000000; pushq $2; pushq $0x10; pushq $0x10000000; iretq")           \
    X("mov $0x10, %eax; mov %eax, %ss; ret")                                                       \
    X("mov $0x18, %eax; mov %eax, %ds; ret")                                                       \
    X("pushfq; orq $0x100, (%rsp); popfq; nop; nop; ret") /* single steps */                       \
    X("pushfq; orq $0x4000, (%rsp); popfq; ud2")          /* a nested task */                      \
    X("mov $0x7000, %eax; jmp *%rax")                     /* the gate itself */                    \
    X("movabs $0xffff800000000000, %rax; jmp *%rax")                                               \
    X("movabs $0x8000000000000000, %rax; mov (%rax), %rax; ret")                                   \
    X("xor %esp, %esp; push %rax; ret") /* an exception without a stack */

__asm__(".pushsection .text; .balign 64; tries:; .popsection");
#define X(text)                                                                                    \
    __asm__(".pushsection .text; .balign 64, 0xcc; " text "; .balign 64, 0xcc; .popsection");
TRIES(X)
#undef X

enum {
#define X(text) 1 +
    COUNT = TRIES(X) 0
#undef X
};

extern const uint8_t tries[];

int pobf_function(struct pobf_call *call)
{
    const unsigned number = call->input_size == 1 ? call->input[0] : COUNT;

    call->output[0] = COUNT;
    call->output_size = 1;
    if (number < COUNT) {
        const uint8_t *code = tries + 64 * number;

        __asm__ volatile("push %%rbx; push %%rbp; call *%0; pop %%rbp; pop %%rbx"
                         :
                         : "a"(code), "D"(call)
                         : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
    }
    return 0;
}
