#include "enclave/process/cradle.h"

#include <asm/prctl.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave/process/confine.h"
#include "enclave/process/gate.h"

#define USER_END UINT64_C(0x7ffffffff000)

/* The gate's code says it in assembly. */
_Static_assert(IMAGE_ZONE_AT == 0x20000000, "the call's address in gate.S");
_Static_assert(GATE_AT + 2 * GATE_BYTES <= IMAGE_TEXT_AT, "a free page between gate and text");

/* An address of the function's address space, which is laid out by number. */
static void *at(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

static uint64_t page_end(uint64_t address)
{
    return (address + IMAGE_PAGE - 1) & ~(uint64_t)(IMAGE_PAGE - 1);
}

/* Private memory with the measured bytes: a file could change behind our back. */
static int place(uint64_t address, uint64_t size, const uint8_t *bytes, int protection)
{
    void *memory;

    if (size == 0) {
        return 0;
    }
    memory = mmap(at(address), page_end(size), PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory != at(address)) {
        return -1;
    }
    memcpy(memory, bytes, size);
    return mprotect(memory, page_end(size), protection);
}

static int place_segment(const struct image *image, const struct image_segment *segment,
                         int protection)
{
    return place(segment->address, segment->memory_size, image->bytes + segment->file_at,
                 protection);
}

/* Map one part of the zone, and touch each page now, or the function would wait for it. */
static int place_part(const struct image_part *part, int zone)
{
    const volatile uint8_t *memory;

    if (part->size == 0) {
        return 0;
    }
    memory = mmap(at(IMAGE_ZONE_AT + part->at), part->size, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_FIXED_NOREPLACE, zone, (off_t)part->at);
    if (memory != at(IMAGE_ZONE_AT + part->at)) {
        return -1;
    }
    for (uint64_t i = 0; i < part->size; i += IMAGE_PAGE) {
        (void)memory[i];
    }
    return 0;
}

static int place_zone(const struct image *image, int zone)
{
    const struct image_part *const parts[] = {&image->call,  &image->variables, &image->stack,
                                              &image->arena, &image->input,     &image->output};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (place_part(parts[i], zone) != 0) {
            return -1;
        }
    }
    return 0;
}

static int place_all(const struct image *image, int zone)
{
    return place(GATE_AT, GATE_BYTES, gate_page, PROT_READ | PROT_EXEC) != 0 ||
                   place_segment(image, &image->text, PROT_READ | PROT_EXEC) != 0 ||
                   place_segment(image, &image->constants, PROT_READ) != 0 ||
                   place_zone(image, zone) != 0
               ? -1
               : 0;
}

/* Keep two descriptors, at the numbers that the gate knows. */
static int keep_descriptors(int go, int orders)
{
    const int high_go = fcntl(go, F_DUPFD, 16);
    const int high_orders = fcntl(orders, F_DUPFD, 16);

    return high_go < 0 || high_orders < 0 || dup2(high_go, GATE_GO) < 0 ||
                   dup2(high_orders, GATE_ORDERS) < 0 || close_range(GATE_ORDERS + 1, ~0U, 0) != 0
               ? -1
               : 0;
}

/* The C library lets the kernel write to its thread's memory, which is about to go. */
static int leave_rseq(void)
{
    enum { RSEQ_BYTES = 32 };
    const uintptr_t area = (uintptr_t)__builtin_thread_pointer() + (uintptr_t)__rseq_offset;

    if (__rseq_size == 0) {
        return 0;
    }
    return (int)syscall(SYS_rseq, area, RSEQ_BYTES, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
}

static void never_called(int number)
{
    (void)number;
}

/*
 * Where a fault ends a process that has no handler for it, the kernel logs address and registers:
 * a function could write there what it was given. With a handler set and its signal blocked, the
 * kernel logs nothing, calls no handler, and ends the process by the signal all the same.
 */
static int silence_signals(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
    sigset_t all;

    for (int i = 1; i < NSIG; i++) {
        (void)signal(i, SIG_DFL); /* two of them cannot be caught anyway */
    }
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (signal(faults[i], never_called) == SIG_ERR) {
            return -1;
        }
    }
    sigfillset(&all);
    return sigprocmask(SIG_SETMASK, &all, NULL);
}

/* What the gate needs, before a process of one call gives up all of it but two. */
static enum pobf_status confine(void)
{
    static const struct confine_call calls[] = {
        {SYS_munmap, -1, 0},
        {SYS_arch_prctl, 0, ARCH_SET_FS},
        {SYS_clone, 0, CLONE_VM | CLONE_PARENT | SIGCHLD},
        {SYS_write, 0, GATE_ORDERS},
        {SYS_recvfrom, -1, 0},
        {SYS_prctl, 0, PR_SET_PDEATHSIG},
        {SYS_getppid, -1, 0},
        {SYS_prctl, 0, PR_SET_SECCOMP},
        {SYS_close, 0, GATE_ORDERS},
        {SYS_exit_group, -1, 0},
    };

    /* Without a clock a function cannot time its neighbours' caches, nor depend on when it ran. */
    if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV) != 0 || confine_process() != POBF_OK ||
        confine_files(0) != POBF_OK) {
        return POBF_E_SYSTEM;
    }
    return confine_calls(calls, sizeof calls / sizeof calls[0]);
}

void cradle_enter(const struct image *image, int zone, int go, int orders, pid_t monitor)
{
    const uint64_t zone_end = IMAGE_ZONE_AT + image->zone_size;
    const struct gate_plan plan = {
        .rest_at = zone_end,
        .rest_size = USER_END - zone_end,
        .entry = image->entry,
        .stack = IMAGE_ZONE_AT + image->stack.at + image->stack.size,
        .monitor = (uint64_t)monitor,
    };

    if (silence_signals() != 0 || place_all(image, zone) != 0 ||
        keep_descriptors(go, orders) != 0 || leave_rseq() != 0 || confine() != POBF_OK) {
        _exit(GATE_BROKEN);
    }
    gate_enter(&plan);
}
