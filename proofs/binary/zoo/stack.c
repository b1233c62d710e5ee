/* What stays on a stack. Mended, each runs on a stack that is wiped: the code is the same. */
#pragma GCC diagnostic ignored "-Wvla" /* one of the animals is one */

#include <alloca.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <ucontext.h>
#include <unistd.h>

#include "framework/core/wipe.h"
#include "proofs/binary/zoo/zoo.h"

/* The author forgot. */
static ZOO_CALL void no_wipe(const uint8_t *secret, int mended)
{
    uint8_t copy[ZOO_SECRET_BYTES];

    (void)mended;
    memcpy(copy, secret, sizeof copy);
    ZOO_USE(copy);
}

/* The compiler sees that nobody reads the zeros. */
static ZOO_CALL void memset_removed(const uint8_t *secret, int mended)
{
    uint8_t copy[ZOO_SECRET_BYTES];

    (void)mended;
    memcpy(copy, secret, sizeof copy);
    ZOO_USE(copy);
    memset(copy, 0, sizeof copy);
}

static ZOO_CALL void loop_removed(const uint8_t *secret, int mended)
{
    uint8_t copy[ZOO_SECRET_BYTES];

    (void)mended;
    memcpy(copy, secret, sizeof copy);
    ZOO_USE(copy);
    for (size_t i = 0; i < sizeof copy; i++) {
        copy[i] = 0;
    }
}

/* The size of the pointer, not of what it points to. */
static ZOO_CALL void wiped_as_a_pointer(const uint8_t *secret, int mended)
{
    uint8_t bytes[ZOO_SECRET_BYTES];
    uint8_t *copy = bytes;

    (void)mended;
    memcpy(copy, secret, ZOO_SECRET_BYTES);
    ZOO_USE(copy);
    pobf_wipe(copy, sizeof copy);
}

/* The extent of the wipe is a parameter, and its caller is wrong. */
static ZOO_CALL void wiped_as_far_as_told(const uint8_t *secret, int mended)
{
    uint8_t copy[ZOO_SECRET_BYTES];
    volatile size_t told = sizeof copy / 2;

    (void)mended;
    memcpy(copy, secret, sizeof copy);
    ZOO_USE(copy);
    pobf_wipe(copy, told);
}

static ZOO_CALL void fill_frame(const uint8_t *secret, unsigned depth)
{
    uint8_t copy[ZOO_SECRET_BYTES];

    memcpy(copy, secret, sizeof copy);
    ZOO_USE(copy);
    if (depth > 0) {
        fill_frame(secret, depth - 1);
    }
    pobf_wipe(copy, depth == 0 ? 0 : sizeof copy);
}

/* Everybody wipes, but the deepest call. */
static ZOO_CALL void deeper_call(const uint8_t *secret, int mended)
{
    (void)mended;
    fill_frame(secret, 5);
}

static ZOO_CALL void alloca_left(const uint8_t *secret, int mended)
{
    volatile size_t size = ZOO_SECRET_BYTES;
    uint8_t *copy = alloca(size);

    (void)mended;
    memcpy(copy, secret, ZOO_SECRET_BYTES);
    ZOO_USE(copy);
}

static ZOO_CALL void variable_array_left(const uint8_t *secret, int mended)
{
    volatile size_t told = ZOO_SECRET_BYTES;
    const size_t size = told;
    uint8_t copy[size];

    (void)mended;
    memcpy(copy, secret, ZOO_SECRET_BYTES);
    ZOO_USE(copy);
}

static jmp_buf back;

_Noreturn static ZOO_CALL void give_up(void)
{
    longjmp(back, 1);
}

static ZOO_CALL void work_and_give_up(const uint8_t *secret)
{
    uint8_t copy[ZOO_SECRET_BYTES];
    volatile int gives_up = 1;

    memcpy(copy, secret, sizeof copy);
    ZOO_USE(copy);
    if (gives_up) {
        give_up();
    }
    pobf_wipe(copy, sizeof copy);
}

static ZOO_CALL void longjmp_past_the_wipe(const uint8_t *secret, int mended)
{
    (void)mended;
    if (setjmp(back) == 0) {
        work_and_give_up(secret);
    }
    pobf_wipe((uint8_t *)&back, sizeof back);
}

/* An error path that leaves before the wipe. */
static ZOO_CALL int check_and_return(const uint8_t *secret)
{
    uint8_t copy[ZOO_SECRET_BYTES];
    volatile int is_bad = 1;

    memcpy(copy, secret, sizeof copy);
    ZOO_USE(copy);
    if (is_bad) {
        return -1;
    }
    pobf_wipe(copy, sizeof copy);
    return 0;
}

static ZOO_CALL void error_past_the_wipe(const uint8_t *secret, int mended)
{
    volatile int ignored;

    (void)mended;
    ignored = check_and_return(secret);
    (void)ignored;
}

static void on_signal(int number)
{
    (void)number;
}

/* The kernel puts all registers on the stack of whoever gets a signal. */
static ZOO_CALL void signal_frame(const uint8_t *secret, int mended)
{
    const pid_t process = getpid();

    (void)mended;
    if (signal(SIGUSR1, on_signal) == SIG_ERR) {
        return;
    }
    __asm__ volatile("mov (%1), %%r12\n"
                     "mov %0, %%edi\n"
                     "mov %2, %%esi\n"
                     "mov $62, %%eax\n" /* kill */
                     "syscall\n"
                     "xor %%r12d, %%r12d\n"
                     :
                     : "r"(process), "r"(secret), "i"(SIGUSR1)
                     : "rax", "rcx", "rdi", "rsi", "r11", "r12", "memory");
}

struct record {
    uint8_t bytes[ZOO_SECRET_BYTES];
    uint64_t number;
};

static ZOO_CALL struct record make_record(const uint8_t *secret)
{
    struct record record = {.number = 1};

    memcpy(record.bytes, secret, sizeof record.bytes);
    return record;
}

static ZOO_CALL uint64_t take_record(struct record record)
{
    ZOO_USE(&record);
    return record.number;
}

/* Structures that are passed by value are copied, and the copies have no name to wipe them by. */
static ZOO_CALL void passed_by_value(const uint8_t *secret, int mended)
{
    struct record record = make_record(secret);
    volatile uint64_t number = take_record(record);

    (void)mended;
    (void)number;
    pobf_wipe((uint8_t *)&record, sizeof record);
}

/* All that has a name is wiped; what the compiler put aside while it ran out of registers is not. */
static ZOO_CALL void spilled_registers(const uint8_t *secret, int mended)
{
    uint64_t words[8];
    uint64_t a, b, c, d, e, f, g, h;

    (void)mended;
    memcpy(words, secret, sizeof words);
    a = words[0], b = words[1], c = words[2], d = words[3];
    e = words[4], f = words[5], g = words[6], h = words[7];
    pobf_wipe((uint8_t *)words, sizeof words);
    for (int i = 0; i < 32; i++) {
        const uint64_t sum = h + (e ^ (e >> 7)) + ((e & f) ^ (~e & g));

        h = g, g = f, f = e, e = d + sum;
        d = c, c = b, b = a, a = sum + ((a & b) ^ (a & c) ^ (b & c));
        __asm__ volatile("" : : : "rbx", "rbp", "r12", "r13", "r14", "r15", "memory");
    }
    __asm__ volatile("" : : "r"(a ^ b ^ c ^ d ^ e ^ f ^ g ^ h));
}

/* A compiler may spell a table of sixteen bytes as one vector, and leave it where it was. */
static ZOO_CALL void reversed_copy(const uint8_t *secret, int mended)
{
    uint8_t copy[ZOO_SECRET_BYTES];

    (void)mended;
    for (size_t i = 0; i < sizeof copy; i++) {
        copy[i] = secret[sizeof copy - 1 - i];
    }
    ZOO_USE(copy);
}

static ZOO_CALL void masked_copy(const uint8_t *secret, int mended)
{
    uint8_t copy[ZOO_SECRET_BYTES];

    (void)mended;
    for (size_t i = 0; i < sizeof copy; i++) {
        copy[i] = secret[i] ^ 0xa5;
    }
    ZOO_USE(copy);
}

#define ON_STACK(name)                                                                             \
    {                                                                                              \
#name, ZOO_STACK, name, 1                                                                  \
    }
const struct animal zoo_stack[] = {
    ON_STACK(no_wipe),
    ON_STACK(memset_removed),
    ON_STACK(loop_removed),
    ON_STACK(wiped_as_a_pointer),
    ON_STACK(wiped_as_far_as_told),
    ON_STACK(deeper_call),
    ON_STACK(alloca_left),
    ON_STACK(variable_array_left),
    ON_STACK(longjmp_past_the_wipe),
    ON_STACK(error_past_the_wipe),
    ON_STACK(signal_frame),
    ON_STACK(passed_by_value),
    ON_STACK(spilled_registers),
    ON_STACK(reversed_copy),
    ON_STACK(masked_copy),
    {NULL, NULL, NULL, 0},
};
