/*
 * How a machine stops: programs of a few instructions in the place of the monitor. Whatever is not one
 * of its two words to the host is its end.
 */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/harness.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "enclave/kvm/machine.h"
#include "enclave/kvm/plan.h"
#include "enclave/kvm/watchdog.h"

enum { SHORT_US = 20000 };

/* A program in assembly, and a function that never ends. */
#define CODE(name, text)                                                                           \
    extern const uint8_t name[];                                                                   \
    extern const uint8_t name##_end[];                                                             \
    __asm__(".pushsection .rodata\n.balign 4096\n" #name ":\n" text "\n" #name                     \
            "_end:\n.balign 4096\n.popsection\n")

CODE(says_ready, "out %al, $0x10; jmp says_ready");
CODE(says_end, "out %al, $0x11; jmp says_end");
CODE(says_another, "out %al, $0x12; jmp .");
CODE(says_more, "out %eax, $0x10; jmp .");
CODE(says_wide, "mov $0x1234, %edx; out %al, %dx; jmp .");
CODE(asks, "in $0x10, %al; jmp .");
CODE(halts, "hlt; jmp .");
CODE(faults, "mov %eax, 0; jmp .");
CODE(divides, "xor %ecx, %ecx; div %ecx; jmp .");
CODE(interrupts, "int $0x21; jmp .");
CODE(calls_host, "vmcall; hlt; jmp .");
CODE(crosses_without_a_frame, "ud2; jmp .");
CODE(loops, "jmp .");
CODE(counts, "1: incl 0x01ffff00; mov 0x01ffff00, %eax; out %al, $0x10; jmp 1b");
CODE(enters_function,
     "movq $0x0fff0000, 0x02007fd8; movq $0x33, 0x02007fe0; movq $2, 0x02007fe8;"
     "movq $0x20002000, 0x02007ff0; movq $0x2b, 0x02007ff8; mov $0x10000000, %ebx; ud2;"
     "cmp $0x100, %ebx; jne 1f; out %al, $0x11; 1: out %al, $0x10; jmp 1b");

static struct window window;
static struct guest guest;
static struct plan plan;
static struct machine machine;
static struct program program;

static struct image make_image(void)
{
    const size_t size = (size_t)(loops_end - loops);

    return (struct image){
        .bytes = loops,
        .size = size,
        .text = {.address = IMAGE_TEXT_AT, .file_size = size, .memory_size = size},
        .entry = IMAGE_TEXT_AT,
        .stack = {.at = IMAGE_PAGE, .size = IMAGE_PAGE},
        .zone_size = 2 * IMAGE_PAGE,
    };
}

/* A machine over a guest of zeros, and the plan of what is to stand there. */
static void make(const uint8_t *code, const uint8_t *end)
{
    static struct image image;
    const int descriptor = memfd_create("window", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const uint64_t size = (uint64_t)(end - code);
    const char *why = NULL;

    image = make_image();
    window = (struct window){.size = IMAGE_PAGE};
    assert_int_equal(ftruncate(descriptor, IMAGE_PAGE), 0);
    assert_int_equal(fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK), 0);
    assert_int_equal(program_parse(&program, program_bytes, (size_t)(program_end - program_bytes)),
                     POBF_OK);
    program.text = (struct program_segment){TRUSTLET_MONITOR, code, size, size};
    plan_make(&plan, &image, &program, &window);
    assert_int_equal(guest_open(&guest, plan_private_size(&plan), &window, descriptor), POBF_OK);
    close(descriptor);
    assert_int_equal(machine_open(&machine, &guest, TRUSTLET_MONITOR, &why), POBF_OK);
    assert_int_equal(watchdog_open(machine.run), POBF_OK);
}

static void start(const uint8_t *code, const uint8_t *end)
{
    make(code, end);
    assert_int_equal(plan_build(&plan, &guest), POBF_OK);
    watchdog_arm(SHORT_US);
}

static void stop(void)
{
    watchdog_disarm();
    watchdog_close();
    machine_close(&machine);
    guest_close(&guest);
}

#define assert_stops(code, expected)                                                               \
    do {                                                                                           \
        start(code, code##_end);                                                                   \
        assert_int_equal(machine_run(&machine), expected);                                         \
        stop();                                                                                    \
    } while (0)

static void its_two_words_are_heard(void **state)
{
    (void)state;
    assert_stops(says_ready, MACHINE_READY);
    assert_stops(says_end, MACHINE_END);
}

static void every_other_port_is_its_end(void **state)
{
    (void)state;
    assert_stops(says_another, MACHINE_BROKEN);
    assert_stops(says_more, MACHINE_BROKEN);
    assert_stops(says_wide, MACHINE_BROKEN);
    assert_stops(asks, MACHINE_BROKEN);
}

static void every_exception_of_the_monitor_is_its_end(void **state)
{
    (void)state;
    assert_stops(halts, MACHINE_BROKEN);
    assert_stops(faults, MACHINE_BROKEN);
    assert_stops(divides, MACHINE_BROKEN);
    assert_stops(calls_host, MACHINE_BROKEN);
}

/* An interrupt of its own making, and a crossing to nowhere: whichever way, it says nothing good. */
static void what_makes_no_sense_says_nothing(void **state)
{
    enum machine_stop seen;

    (void)state;
    start(interrupts, interrupts_end);
    seen = machine_run(&machine);
    assert_true(seen == MACHINE_BROKEN || seen == MACHINE_INTERRUPT);
    stop();
    start(crosses_without_a_frame, crosses_without_a_frame_end);
    seen = machine_run(&machine);
    assert_true(seen == MACHINE_BROKEN || seen == MACHINE_INTERRUPT);
    stop();
}

static void a_monitor_that_loops_is_interrupted_and_its_turn_is_its_own(void **state)
{
    (void)state;
    start(loops, loops_end);
    assert_int_equal(machine_run(&machine), MACHINE_INTERRUPT);
    assert_int_equal(machine_take_turn(&machine, &guest, plan.at[PLAN_STACK0_M]), 0);
    stop();
}

/* The monitor learns that it was the deadline: then, and only then, this one says END. */
static void a_function_that_loops_loses_its_turn(void **state)
{
    (void)state;
    start(enters_function, enters_function_end);
    assert_int_equal(machine_run(&machine), MACHINE_INTERRUPT);
    assert_int_equal(machine_take_turn(&machine, &guest, plan.at[PLAN_STACK0_M]), 1);
    assert_int_equal(machine_run(&machine), MACHINE_END);
    stop();
}

/* Over zeros its first instruction is its end, and what KVM had read of them would be stale. */
static void a_machine_that_settles_has_not_run_and_knows_nothing_of_its_memory(void **state)
{
    (void)state;
    make(says_ready, says_ready_end);
    assert_int_equal(machine_settle(&machine), 1);
    assert_int_equal(machine.run->s.regs.regs.rip, TRUSTLET_MONITOR);
    assert_int_equal(plan_build(&plan, &guest), POBF_OK);
    watchdog_arm(SHORT_US);
    assert_int_equal(machine_run(&machine), MACHINE_READY);
    stop();
    make(says_ready, says_ready_end);
    assert_int_equal(machine_run(&machine), MACHINE_BROKEN);
    stop();
}

/* A figure that KVM keeps of the machine, by its name; one that it does not know is 0. */
static uint64_t figure(const char *name)
{
    const int stats = ioctl(machine.vm, KVM_GET_STATS_FD, NULL);
    struct kvm_stats_header header = {.num_desc = 0};
    char its_name[64] = "";
    uint64_t value = 0;

    assert_true(stats >= 0);
    assert_int_equal(pread(stats, &header, sizeof header, 0), sizeof header);
    assert_true(header.name_size < sizeof its_name);
    for (uint32_t i = 0; i < header.num_desc; i++) {
        const off_t size = (off_t)sizeof(struct kvm_stats_desc) + header.name_size;
        struct kvm_stats_desc about;

        assert_int_equal(pread(stats, &about, sizeof about, header.desc_offset + i * size),
                         sizeof about);
        assert_int_equal(pread(stats, its_name, header.name_size,
                               header.desc_offset + i * size + (off_t)sizeof about),
                         header.name_size);
        if (strcmp(its_name, name) == 0) {
            (void)!pread(stats, &value, sizeof value, header.data_offset + about.offset);
        }
    }
    close(stats);
    return value;
}

static uint8_t byte_said(void)
{
    return ((const uint8_t *)machine.run)[machine.run->io.data_offset];
}

static void a_machine_that_was_parked_goes_on_where_it_stood(void **state)
{
    enum { ROUNDS = 100 };

    (void)state;
    start(counts, counts_end);
    watchdog_disarm();
    for (uint8_t i = 1; i <= ROUNDS; i++) {
        assert_int_equal(machine_run(&machine), MACHINE_READY);
        assert_int_equal(byte_said(), i);
        assert_true(figure("pages_4k") > 0);
        assert_int_equal(machine_park(&machine, &guest), 1);
        assert_int_equal(figure("pages_4k"), 0);
    }
    stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_two_words_are_heard),
        cmocka_unit_test(every_other_port_is_its_end),
        cmocka_unit_test(every_exception_of_the_monitor_is_its_end),
        cmocka_unit_test(what_makes_no_sense_says_nothing),
        cmocka_unit_test(a_monitor_that_loops_is_interrupted_and_its_turn_is_its_own),
        cmocka_unit_test(a_function_that_loops_loses_its_turn),
        cmocka_unit_test(a_machine_that_settles_has_not_run_and_knows_nothing_of_its_memory),
        cmocka_unit_test(a_machine_that_was_parked_goes_on_where_it_stood),
    };

    return harness_skips() ? 0
                           : cmocka_run_group_tests_name("enclave/kvm/machine", tests, NULL, NULL);
}
