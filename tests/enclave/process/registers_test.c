#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "enclave/process/registers.h"

#define MARKER UINT64_C(0x5ec2e75ec2e75ec2)

enum { STACK_BYTES = 16384, STATE_BYTES = 16384, GENERAL = 9 };

/*
 * fill_all puts the marker into every register that a callee may change, and on its stack.
 * dump stores what the registers hold: nine general ones, then the whole state as XSAVE sees it.
 * Both in assembly, for between them no compiler may touch a register.
 */
void fill_all(void *marker);
void call_and_dump(void *marker, uint64_t general[GENERAL], uint8_t *state);
void wiped_call_and_dump(void *marker, uint64_t general[GENERAL], uint8_t *state, void *stack);

extern uint32_t registers_level; /* of the module: which registers it believes there are */
extern uint32_t fill_level;
uint32_t fill_level;

__asm__(".text\n"
        "fill_all:\n"
        "  mov (%rdi), %rax\n"
        "  .rept 64\n push %rax\n .endr\n"
        "  .rept 8\n fldl (%rsp)\n .endr\n" /* as a number: eight registers full of it */
        "  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "  movups (%rsp), %xmm\\n\n .endr\n"
        "  cmpl $1, fill_level(%rip)\n"
        "  jb 1f\n"
        "  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "  vmovups (%rsp), %ymm\\n\n .endr\n"
        "  cmpl $2, fill_level(%rip)\n"
        "  jb 1f\n"
        "  .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
        "  vmovups (%rsp), %zmm\\n\n .endr\n"
        "  .irp n, 0, 1, 2, 3, 4, 5, 6, 7\n"
        "  vmovups (%rsp), %zmm\\n\n kmovw %eax, %k\\n\n .endr\n"
        "1: add $512, %rsp\n"
        "  mov %rax, %rcx\n mov %rax, %rdx\n mov %rax, %rsi\n mov %rax, %rdi\n"
        "  mov %rax, %r8\n mov %rax, %r9\n mov %rax, %r10\n mov %rax, %r11\n"
        "  ret\n"
        "dump:\n" /* r12 general, r13 state */
        "  mov %rcx, (%r12)\n mov %rdx, 8(%r12)\n mov %rsi, 16(%r12)\n mov %rdi, 24(%r12)\n"
        "  mov %r8, 32(%r12)\n mov %r9, 40(%r12)\n mov %r10, 48(%r12)\n mov %r11, 56(%r12)\n"
        "  mov %rax, 64(%r12)\n"
        "  mov $-1, %eax\n mov $-1, %edx\n"
        "  xsave64 (%r13)\n"
        "  ret\n"
        "call_and_dump:\n"
        "  push %r12\n push %r13\n push %r14\n"
        "  mov %rsi, %r12\n mov %rdx, %r13\n"
        "  call fill_all\n"
        "  call dump\n"
        "  pop %r14\n pop %r13\n pop %r12\n fninit\n ret\n"
        "wiped_call_and_dump:\n"
        "  push %r12\n push %r13\n push %r14\n"
        "  mov %rsi, %r12\n mov %rdx, %r13\n"
        "  mov %rdi, %rsi\n"
        "  lea fill_all(%rip), %rdi\n"
        "  mov %rcx, %rdx\n"
        "  mov $16384, %ecx\n"
        "  call registers_wiped_call\n"
        "  call dump\n"
        "  pop %r14\n pop %r13\n pop %r12\n ret\n");

static uint8_t stack[STACK_BYTES] __attribute__((aligned(64)));
static uint8_t state[STATE_BYTES] __attribute__((aligned(64)));
static uint64_t general[GENERAL];

static int start(void **unused)
{
    (void)unused;
    registers_init();
    __builtin_cpu_init();
    fill_level = __builtin_cpu_supports("avx512f") ? 2 : __builtin_cpu_supports("avx") ? 1 : 0;
    return 0;
}

static int has_xsave(void)
{
    if (__builtin_cpu_supports("avx")) {
        return 1; /* the system saves AVX state by XSAVE, or it would not offer AVX */
    }
    print_message("SKIP: this machine has no XSAVE to look at registers with\n");
    return 0;
}

/* How many bytes of some memory begin four bytes of the marker. */
static unsigned found_in(const uint8_t *bytes, size_t size)
{
    const uint64_t marker = MARKER;
    unsigned found = 0;

    for (size_t i = 0; i + 4 <= size; i++) {
        found += memcmp(bytes + i, &marker, 4) == 0;
    }
    return found;
}

static void the_search_finds_what_an_ordinary_call_leaves(void **unused)
{
    uint64_t marker = MARKER;

    (void)unused;
    if (!has_xsave()) {
        skip();
    }
    memset(state, 0, sizeof state);
    call_and_dump(&marker, general, state);
    for (int i = 0; i < GENERAL; i++) {
        assert_int_equal(general[i], MARKER);
    }
    assert_true(found_in(state, sizeof state) >= (fill_level == 2 ? 256U : fill_level ? 64U : 32U));
}

static void a_wiped_call_leaves_nothing_in_registers_or_on_its_stack(void **unused)
{
    enum { XMM_AT = 160, XMM_END = 416, HEADER_AT = 512, HEADER_END = 576, X87_AT = 32 };
    uint64_t marker = MARKER;

    (void)unused;
    if (!has_xsave()) {
        skip();
    }
    memset(state, 0, sizeof state);
    memset(stack, 0x5a, sizeof stack);
    wiped_call_and_dump(&marker, general, state, stack);
    for (int i = 0; i < GENERAL - 1; i++) {
        assert_int_equal(general[i], 0);
    }
    assert_int_equal(general[GENERAL - 1], 1); /* the witness */
    for (int i = X87_AT; i < XMM_END; i++) {
        /* x87 registers are full of 0.0, vectors are zero: all bytes are */
        assert_int_equal(state[i], 0);
    }
    for (int i = HEADER_END; i < STATE_BYTES; i++) {
        assert_int_equal(state[i], 0); /* the upper halves, the masks */
    }
    for (int i = 0; i < STACK_BYTES; i++) {
        assert_int_equal(stack[i], 0);
    }
}

/* A machine without AVX, as far as the clearing knows: what such a machine has is cleared. */
static void an_older_machine_has_less_to_clear_and_clears_it(void **unused)
{
    enum { XMM_AT = 160, XMM_END = 416 };
    uint64_t marker = MARKER;

    (void)unused;
    if (!has_xsave()) {
        skip();
    }
    registers_level = 0;
    fill_level = 0;
    call_and_dump(&marker, general, state);
    assert_true(found_in(state + XMM_AT, XMM_END - XMM_AT) >= 32);
    wiped_call_and_dump(&marker, general, state, stack);
    (void)start(NULL);
    for (int i = XMM_AT; i < XMM_END; i++) {
        assert_int_equal(state[i], 0);
    }
}

static void control_words_are_as_at_the_start(void **unused)
{
    uint64_t marker = MARKER;
    uint32_t mxcsr;

    (void)unused;
    if (!has_xsave()) {
        skip();
    }
    wiped_call_and_dump(&marker, general, state, stack);
    memcpy(&mxcsr, state + 24, sizeof mxcsr);
    assert_int_equal(mxcsr, 0x1f80);
    assert_int_equal(state[0] | state[1] << 8, 0x37f);
}

static uint8_t *stack_seen;

static void note_stack(void *argument)
{
    uint8_t here;

    stack_seen = &here;
    *(int *)argument += 1;
}

static void a_step_runs_once_on_its_own_stack(void **unused)
{
    int runs = 0;

    (void)unused;
    assert_int_equal(registers_wiped_call(note_stack, &runs, stack, sizeof stack), 1);
    assert_int_equal(runs, 1);
    assert_true(stack_seen >= stack && stack_seen < stack + sizeof stack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_search_finds_what_an_ordinary_call_leaves),
        cmocka_unit_test(a_wiped_call_leaves_nothing_in_registers_or_on_its_stack),
        cmocka_unit_test(an_older_machine_has_less_to_clear_and_clears_it),
        cmocka_unit_test(control_words_are_as_at_the_start),
        cmocka_unit_test(a_step_runs_once_on_its_own_stack),
    };

    return cmocka_run_group_tests_name("enclave/process/registers", tests, start, NULL);
}
