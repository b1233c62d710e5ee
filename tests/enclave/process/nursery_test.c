#include "tests/enclave/process/code.h"

#include <dirent.h>
#include <sys/auxv.h>

enum { SHORT_MS = 50 };

CODE(returns_zero, "xor %eax, %eax; ret");
CODE(returns_one, "mov $1, %eax; ret");
CODE(returns_many, "mov $256, %eax; ret");
CODE(illegal, "ud2");
CODE(breakpoint, "int3");
CODE(divides, "xor %eax, %eax; xor %ecx, %ecx; xor %edx, %edx; div %ecx");
CODE(privileged, "hlt");
CODE(asks_pid, "mov $39, %eax; syscall; xor %eax, %eax; ret");
CODE(asks_pid_32, "mov $20, %eax; int $0x80; xor %eax, %eax; ret");
CODE(asks_pid_x32, "mov $0x40000027, %eax; syscall; xor %eax, %eax; ret");
CODE(forks, "mov $57, %eax; syscall; xor %eax, %eax; ret");
CODE(opens, "mov $2, %eax; mov $0x10000000, %edi; xor %esi, %esi; syscall; ret");
CODE(reads_word,
     "xor %eax, %eax; xor %edi, %edi; mov $0x20000000, %esi; mov $1, %edx; syscall; ret");
CODE(maps,
     "mov $9, %eax; xor %edi, %edi; mov $4096, %esi; mov $3, %edx; mov $34, %r10d; syscall; ret");
CODE(exits, "mov $231, %eax; xor %edi, %edi; syscall");
CODE(reads_clock, "rdtsc; xor %eax, %eax; ret");
CODE(reads_clock_and_core, "rdtscp; xor %eax, %eax; ret");
CODE(loops, "jmp .");
CODE(writes_guard, "movb $1, 0x20001000; xor %eax, %eax; ret");
CODE(writes_text, "movb $1, 0x10000000; xor %eax, %eax; ret");
CODE(writes_gate, "movb $1, 0x0fff0000; xor %eax, %eax; ret");
CODE(writes_null, "movb $1, 0; xor %eax, %eax; ret");
CODE(runs_zone, "movw $0xc3f4, 0x2000a000; mov $0x2000a000, %eax; jmp *%rax");
CODE(recurses, "call returns_nothing; returns_nothing: push %rax; call returns_nothing");
CODE(writes_output, "movb $0x5a, 0x2000a000; xor %eax, %eax; ret");
CODE(starts_gate_again, "mov $0x0fff0000, %eax; jmp *%rax");
CODE(dumps_registers,
     "mov %rax, 0x2000a000; mov %rbx, 0x2000a008; mov %rcx, 0x2000a010; mov %rdx, 0x2000a018;"
     "mov %rsi, 0x2000a020; mov %rbp, 0x2000a028; mov %r8, 0x2000a030; mov %r9, 0x2000a038;"
     "mov %r10, 0x2000a040; mov %r11, 0x2000a048; mov %r12, 0x2000a050; mov %r13, 0x2000a058;"
     "mov %r14, 0x2000a060; mov %r15, 0x2000a068; mov %rdi, 0x2000a070; mov %rsp, 0x2000a078;"
     "movups %xmm0, 0x2000a080; movups %xmm7, 0x2000a090; movups %xmm15, 0x2000a0a0;"
     "fstpt 0x2000a0b0;"
     "xor %eax, %eax; ret");

CODE(shows_thread_base, "rdfsbase %rax; not %rax; mov %rax, 0x2000a000; xor %eax, %eax; ret");

/* Run some code twice: what it does must not depend on the run before. */
#define assert_exit(code, expected)                                                                \
    do {                                                                                           \
        start(code, code##_end);                                                                   \
        assert_int_equal(run_within(DEADLINE_MS), expected);                                       \
        assert_int_equal(run_within(DEADLINE_MS), expected);                                       \
        stop();                                                                                    \
    } while (0)

static void a_return_is_a_return(void **state)
{
    (void)state;
    assert_exit(returns_zero, POBF_EXIT_RETURNED);
    assert_exit(returns_one, POBF_EXIT_FAILED);
    assert_exit(returns_many, POBF_EXIT_FAILED);
}

static void a_trap_is_a_trap(void **state)
{
    (void)state;
    assert_exit(illegal, POBF_EXIT_TRAP);
    assert_exit(breakpoint, POBF_EXIT_TRAP);
    assert_exit(divides, POBF_EXIT_TRAP);
}

static void a_system_call_ends_it(void **state)
{
    (void)state;
    assert_exit(asks_pid, POBF_EXIT_SYSTEM_CALL);
    assert_exit(asks_pid_32, POBF_EXIT_SYSTEM_CALL);
    assert_exit(asks_pid_x32, POBF_EXIT_SYSTEM_CALL);
    assert_exit(forks, POBF_EXIT_SYSTEM_CALL);
    assert_exit(opens, POBF_EXIT_SYSTEM_CALL);
    assert_exit(reads_word, POBF_EXIT_SYSTEM_CALL);
    assert_exit(maps, POBF_EXIT_SYSTEM_CALL);
    assert_exit(exits, POBF_EXIT_SYSTEM_CALL);
    assert_exit(starts_gate_again, POBF_EXIT_SYSTEM_CALL);
}

static void memory_that_it_does_not_own_ends_it(void **state)
{
    (void)state;
    assert_exit(writes_guard, POBF_EXIT_MEMORY);
    assert_exit(writes_text, POBF_EXIT_MEMORY);
    assert_exit(writes_gate, POBF_EXIT_MEMORY);
    assert_exit(writes_null, POBF_EXIT_MEMORY);
    assert_exit(runs_zone, POBF_EXIT_MEMORY);
    assert_exit(recurses, POBF_EXIT_MEMORY);
    assert_exit(privileged, POBF_EXIT_MEMORY);
}

static void a_look_at_the_clock_ends_it(void **state)
{
    (void)state;
    assert_exit(reads_clock, POBF_EXIT_MEMORY);
    assert_exit(reads_clock_and_core, POBF_EXIT_MEMORY);
}

static void a_loop_ends_at_the_deadline(void **state)
{
    (void)state;
    start(loops, loops_end);
    assert_int_equal(run_within(SHORT_MS), POBF_EXIT_DEADLINE);
    assert_int_equal(run_within(SHORT_MS), POBF_EXIT_DEADLINE);
    stop();
}

static void it_writes_the_zone_that_we_see(void **state)
{
    (void)state;
    start(writes_output, writes_output_end);
    assert_int_equal(zone.bytes[OUTPUT_AT], 0);
    assert_int_equal(run_within(DEADLINE_MS), POBF_EXIT_RETURNED);
    assert_int_equal(zone.bytes[OUTPUT_AT], 0x5a);
    stop();
}

static void it_starts_with_clear_registers(void **state)
{
    enum { RAX = 0, RDI = 14, RSP = 15, WORDS = 24 };
    uint64_t registers[WORDS];

    (void)state;
    start(dumps_registers, dumps_registers_end);
    assert_int_equal(run_within(DEADLINE_MS), POBF_EXIT_RETURNED);
    memcpy(registers, zone.bytes + OUTPUT_AT, sizeof registers);
    assert_int_equal(registers[RAX], IMAGE_TEXT_AT); /* shows that the dump sees registers at all */
    assert_int_equal(registers[RDI], IMAGE_ZONE_AT);
    assert_int_equal(registers[RSP], IMAGE_ZONE_AT + 5 * PAGE - 8);
    for (int i = 0; i < WORDS - 2; i++) {
        if (i != RAX && i != RDI && i != RSP) {
            assert_int_equal(registers[i], 0);
        }
    }
    stop();
}

static void it_does_not_learn_where_the_monitors_thread_is(void **state)
{
    enum { FSGSBASE = 2 };
    uint64_t inverted;

    (void)state;
    if ((getauxval(AT_HWCAP2) & FSGSBASE) == 0) {
        print_message("SKIP: this machine has no RDFSBASE\n");
        skip();
    }
    start(shows_thread_base, shows_thread_base_end);
    assert_int_equal(run_within(DEADLINE_MS), POBF_EXIT_RETURNED);
    memcpy(&inverted, zone.bytes + OUTPUT_AT, sizeof inverted);
    assert_int_equal(inverted, UINT64_MAX);
    stop();
}

static void a_process_killed_while_it_waits_leaves_no_word_behind(void **state)
{
    struct ground_result result;

    (void)state;
    start(writes_output, writes_output_end);
    assert_int_equal(kill(nursery.next, SIGKILL), 0);
    assert_int_equal(nursery_run(&nursery, &result, DEADLINE_MS), POBF_OK);
    assert_int_equal(result.exit, POBF_EXIT_KILLED);
    assert_int_equal(nursery_renew(&nursery), POBF_OK);
    usleep(20 * 1000);
    assert_int_equal(zone.bytes[OUTPUT_AT], 0); /* the next one did not start by itself .. */
    assert_int_equal(run_within(DEADLINE_MS), POBF_EXIT_RETURNED);
    assert_int_equal(zone.bytes[OUTPUT_AT], 0x5a); /* .. and does when it is told to */
    stop();
}

static void a_lost_nursery_is_noticed(void **state)
{
    struct ground_result result;

    (void)state;
    start(returns_zero, returns_zero_end);
    kill(nursery.process, SIGKILL);
    assert_int_equal(waitpid(nursery.process, NULL, 0), nursery.process);
    assert_int_equal(nursery_run(&nursery, &result, DEADLINE_MS), POBF_OK); /* made before */
    assert_int_equal(nursery_renew(&nursery), POBF_E_SYSTEM);
    assert_int_equal(nursery_run(&nursery, &result, DEADLINE_MS), POBF_E_SYSTEM);
    close(nursery.go);
    close(nursery.heard);
    close(nursery.orders);
}

/* Count the lines of /proc/ID/maps; `writable` of them may be written. */
static int count_maps(pid_t process, int *writable)
{
    char path[64];
    char line[256];
    FILE *file;
    int count = 0;

    snprintf(path, sizeof path, "/proc/%d/maps", (int)process);
    file = fopen(path, "r");
    *writable = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strstr(line, "vsyscall") == NULL) {
            count++;
            *writable += strstr(line, " rw") != NULL;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return count;
}

static int count_descriptors(pid_t process)
{
    char path[64];
    DIR *folder;
    int count = 0;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)process);
    folder = opendir(path);
    while (folder != NULL && readdir(folder) != NULL) {
        count++;
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return count - 2;
}

/* It closes its second channel on its own time. */
static void wait_for_descriptors(pid_t process, int count)
{
    for (int i = 0; i < PAUSES && count_descriptors(process) != count; i++) {
        usleep(PAUSE_US);
    }
}

static void its_process_holds_the_function_and_nothing_else(void **state)
{
    int writable;

    (void)state;
    if (geteuid() != 0) {
        print_message("SKIP: only root may look into these processes\n");
        skip();
    }
    start(returns_zero, returns_zero_end);
    wait_for_descriptors(nursery.next, 1);
    assert_int_equal(count_maps(nursery.next, &writable), 8); /* gate, text, six parts */
    assert_int_equal(writable, 6);
    assert_int_equal(count_descriptors(nursery.next), 1);
    assert_int_equal(count_descriptors(nursery.process), 2);
    assert_true(count_maps(getpid(), &writable) > 8); /* shows that the count counts */
    assert_true(count_descriptors(getpid()) > 2);
    stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_return_is_a_return),
        cmocka_unit_test(a_trap_is_a_trap),
        cmocka_unit_test(a_system_call_ends_it),
        cmocka_unit_test(memory_that_it_does_not_own_ends_it),
        cmocka_unit_test(a_look_at_the_clock_ends_it),
        cmocka_unit_test(a_loop_ends_at_the_deadline),
        cmocka_unit_test(it_writes_the_zone_that_we_see),
        cmocka_unit_test(it_starts_with_clear_registers),
        cmocka_unit_test(it_does_not_learn_where_the_monitors_thread_is),
        cmocka_unit_test(a_process_killed_while_it_waits_leaves_no_word_behind),
        cmocka_unit_test(a_lost_nursery_is_noticed),
        cmocka_unit_test(its_process_holds_the_function_and_nothing_else),
    };

    return cmocka_run_group_tests_name("enclave/process/nursery", tests, make_zone, drop_zone);
}
