/*
 * What a function can leave in registers, looked for from inside of the next call: every channel by
 * its name. The same test runs on each backend.
 */
#include "tests/enclave/harness.h"

enum { OUTPUT = 4096, XSAVE_AT = 256 };

static const struct harness_limits limits = {
    .deadline_ms = 300, .input_max = 64, .output_max = OUTPUT, .arena = 8192, .stack = 65536};

static char image[HARNESS_PATH_ROOM];
static struct harness_result result;
static struct link *peer;

static int open_registers(void **state)
{
    (void)state;
    if (sodium_init() < 0 || harness_build(image, "registers", &limits) != 0) {
        return -1;
    }
    peer = harness_open(image);
    return 0;
}

static int close_registers(void **state)
{
    (void)state;
    link_close(peer);
    return 0;
}

/* One stretch of the output, and what it must hold at a start: bytes, or zeros where NULL. */
struct channel {
    const char *name;
    size_t at;
    size_t size;
    const void *start;
};

/* The gate tells F where its call is: that is public; rax is the entry's address. */
static const uint64_t call_at = 0x20000000;
static const uint16_t control = 0x037f;
static const uint32_t mxcsr = 0x1f80;

static const struct channel channels[] = {
    {"rbx", 8, 8, NULL},
    {"rcx", 16, 8, NULL},
    {"rdx", 24, 8, NULL},
    {"rsi", 32, 8, NULL},
    {"rdi", 40, 8, &call_at},
    {"rbp", 48, 8, NULL},
    {"r8", 56, 8, NULL},
    {"r9", 64, 8, NULL},
    {"r10", 72, 8, NULL},
    {"r11", 80, 8, NULL},
    {"r12", 88, 8, NULL},
    {"r13", 96, 8, NULL},
    {"r14", 104, 8, NULL},
    {"r15", 112, 8, NULL},
    {"FS base", 128, 8, NULL},
    {"GS base", 136, 8, NULL},
    {"DS, ES, FS, GS", 144, 8, NULL},
    {"x87 control", XSAVE_AT + 0, 2, &control},
    {"x87 status, tags, opcode", XSAVE_AT + 2, 4, NULL},
    {"x87 instruction and data pointers", XSAVE_AT + 8, 16, NULL},
    {"MXCSR", XSAVE_AT + 24, 4, &mxcsr},
    {"x87 and MMX registers", XSAVE_AT + 32, 128, NULL},
    {"xmm0 to xmm15", XSAVE_AT + 160, 256, NULL},
    /* 512 to 575: the header; behind it AVX, masks and AVX-512, wherever this processor has them. */
    {"ymm, zmm and masks", XSAVE_AT + 576, OUTPUT - XSAVE_AT - 576, NULL},
};
enum { CHANNELS = sizeof channels / sizeof channels[0] };

static int is_open(const struct channel *channel)
{
    static const uint8_t zeros[OUTPUT];
    const void *start = channel->start == NULL ? zeros : channel->start;

    return memcmp(result.output + channel->at, start, channel->size) != 0;
}

static uint64_t flags(void)
{
    uint64_t value;

    memcpy(&value, result.output + 120, sizeof value);
    return value;
}

enum { DIRECTION = 0x400 };

static int count_open(int tell)
{
    int open = (flags() & DIRECTION) != 0;

    for (size_t i = 0; i < CHANNELS; i++) {
        if (is_open(&channels[i])) {
            open++;
            if (tell) {
                print_message("open: %s\n", channels[i].name);
            }
        }
    }
    return open;
}

static void call(const char *what)
{
    harness_call(&result, peer, (const uint8_t *)what, 1);
}

static void look(void)
{
    call("l");
    assert_int_equal(result.status, POBF_OK);
    assert_int_equal(result.output_size, OUTPUT);
    assert_int_equal(count_open(1), 0);
}

/* Shows that every channel of the table is one: what is planted is found there. */
static void what_is_planted_is_found_in_the_same_call(void **state)
{
    (void)state;
    call("b");
    assert_int_equal(result.status, POBF_OK);
    /* rdi has to say where the call is, and fewer tags than all may be the marker's. */
    print_message("%d of %d channels found\n", count_open(0), CHANNELS + 1);
    assert_true(count_open(0) >= CHANNELS - 1);
}

static void a_first_call_finds_nothing(void **state)
{
    (void)state;
    look();
}

static void after_a_return_nothing_is_found(void **state)
{
    (void)state;
    call("p");
    assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
    look();
}

static void after_a_trap_nothing_is_found(void **state)
{
    (void)state;
    call("t");
    assert_int_equal(result.receipt.exit, POBF_EXIT_TRAP);
    look();
}

static void after_a_fault_nothing_is_found(void **state)
{
    (void)state;
    call("f");
    assert_int_equal(result.receipt.exit, POBF_EXIT_MEMORY);
    look();
}

static void after_the_deadline_nothing_is_found(void **state)
{
    (void)state;
    call("d");
    assert_int_equal(result.receipt.exit, POBF_EXIT_DEADLINE);
    look();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_call_finds_nothing),
        cmocka_unit_test(what_is_planted_is_found_in_the_same_call),
        cmocka_unit_test(after_a_return_nothing_is_found),
        cmocka_unit_test(after_a_trap_nothing_is_found),
        cmocka_unit_test(after_a_fault_nothing_is_found),
        cmocka_unit_test(after_the_deadline_nothing_is_found),
    };

    return harness_skips() ? 0
                           : cmocka_run_group_tests_name("enclave/monitor/channels", tests,
                                                         open_registers, close_registers);
}
