/*
 * Functions that do what they must not, each through a real link. Each is followed by a good call
 * on the same boot: whatever a function does, the monitor forgets it and goes on.
 */
#include "tests/enclave/harness.h"

#include "enclave/image/image.h"
#include "enclave/process/gate.h"

enum { PAGE = 4096, SYSTEM_CALLS = 480, URETPROBE = 335, UPROBE = 336 };
enum { X32_BIT = 0x40000000, X32_SYSTEM_CALLS = 560 };

static const struct harness_limits limits = {
    .deadline_ms = 3000, .input_max = 8192, .output_max = 8192, .arena = 65536, .stack = 65536};

static struct harness_result result;

static int start(void **state)
{
    (void)state;
    return sodium_init() < 0 ? -1 : 0;
}

static char image_path[HARNESS_PATH_ROOM];

static struct link *open_function(const char *name)
{
    assert_int_equal(harness_build(image_path, name, &limits), 0);
    return harness_open(image_path);
}

/* One call, which must end so: no answer, and a receipt that says why. */
static void assert_ends(struct link *link, const void *input, size_t size, enum pobf_exit expected)
{
    harness_call(&result, link, input, size);
    assert_int_equal(result.status, POBF_E_FUNCTION);
    assert_int_equal(result.receipt.exit, expected);
    assert_int_equal(result.receipt.registers_cleared, 1);
    assert_int_equal(result.receipt.key_destroyed, 1);
    assert_false(result.answered);
}

static void assert_returns(struct link *link, const void *input, size_t size)
{
    harness_call(&result, link, input, size);
    assert_int_equal(result.status, POBF_OK);
    assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
    assert_true(result.answered);
}

static void a_function_that_traps_is_forgotten(void **state)
{
    struct link *link = open_function("trap");

    (void)state;
    assert_ends(link, "u", 1, POBF_EXIT_TRAP);
    assert_returns(link, "-", 1);
    assert_ends(link, "d", 1, POBF_EXIT_TRAP);
    assert_ends(link, "b", 1, POBF_EXIT_TRAP);
    assert_returns(link, "-", 1);
    link_close(link);
}

static void a_failure_of_the_functions_own_reaches_the_provider_sealed(void **state)
{
    struct link *link = open_function("ask");

    (void)state;
    harness_call(&result, link, (const uint8_t *)"?", 1);
    assert_int_equal(result.status, POBF_OK);
    assert_int_equal(result.receipt.exit, POBF_EXIT_FAILED);
    assert_true(result.answered);
    link_close(link);
}

static void a_function_that_loops_ends_at_its_deadline(void **state)
{
    const struct harness_limits hasty = {.deadline_ms = 200, .stack = 16384};
    struct link *link;

    (void)state;
    assert_int_equal(harness_build(image_path, "loop", &hasty), 0);
    link = harness_open(image_path);
    assert_ends(link, "", 0, POBF_EXIT_DEADLINE);
    assert_true(result.receipt.time_us >= hasty.deadline_ms * 1000);
    assert_ends(link, "", 0, POBF_EXIT_DEADLINE);
    assert_int_equal(result.receipt.sequence, 2);
    link_close(link);
}

struct request {
    uint8_t way;
    uint32_t number;
    uint64_t argument[3];
} __attribute__((packed));

static void every_system_call_ends_the_function(void **state)
{
    struct link *link = open_function("ask");

    (void)state;
    for (uint32_t number = 0; number < SYSTEM_CALLS; number++) {
        const struct request request = {'s', number, {0, IMAGE_ZONE_AT, 1}};

        if (number == URETPROBE || number == UPROBE) {
            continue;
        }
        assert_ends(link, &request, sizeof request, POBF_EXIT_SYSTEM_CALL);
    }
    link_close(link);
}

/*
 * Two calls are the kernel's own, for its probes: since Linux 6.14 it lets them pass every filter,
 * and refuses them itself where they do not come from a page that it made. They carry nothing out.
 */
static void the_kernels_probe_calls_come_to_nothing(void **state)
{
    static const uint32_t numbers[] = {URETPROBE, UPROBE};
    struct link *link = open_function("ask");

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const struct request request = {'s', numbers[i], {0, IMAGE_ZONE_AT, 1}};
        int64_t seen = 0;

        harness_call(&result, link, (const uint8_t *)&request, sizeof request);
        if (result.answered) {
            memcpy(&seen, result.output, sizeof seen);
            assert_true(seen < 0);
        } else {
            assert_true(result.receipt.exit == POBF_EXIT_SYSTEM_CALL ||
                        result.receipt.exit == POBF_EXIT_TRAP);
        }
    }
    link_close(link);
}

static void every_32_bit_system_call_ends_the_function(void **state)
{
    struct link *link = open_function("ask");

    (void)state;
    for (uint32_t number = 0; number < SYSTEM_CALLS; number++) {
        const struct request request = {'i', number, {0, IMAGE_ZONE_AT, 1}};

        assert_ends(link, &request, sizeof request, POBF_EXIT_SYSTEM_CALL);
    }
    link_close(link);
}

/* The third table of calls: 64-bit code with 32-bit addresses, whose numbers have a bit set. */
static void every_x32_system_call_ends_the_function(void **state)
{
    struct link *link = open_function("ask");

    (void)state;
    for (uint32_t number = 0; number < X32_SYSTEM_CALLS; number++) {
        const struct request request = {'s', X32_BIT | number, {0, IMAGE_ZONE_AT, 1}};

        assert_ends(link, &request, sizeof request, POBF_EXIT_SYSTEM_CALL);
    }
    link_close(link);
}

struct poke {
    uint8_t way;
    uint64_t address;
} __attribute__((packed));

static void assert_out_of_reach(struct link *link, uint8_t way, uint64_t address)
{
    const struct poke poke = {way, address};

    assert_ends(link, &poke, sizeof poke, POBF_EXIT_MEMORY);
}

static void assert_in_reach(struct link *link, uint8_t way, uint64_t address)
{
    const struct poke poke = {way, address};

    assert_returns(link, &poke, sizeof poke);
}

/* The parts as the image that was opened last lays them out. */
static struct image image_of_function(void)
{
    static uint8_t bytes[1 << 20];
    struct image image;
    FILE *file = fopen(image_path, "rb");
    size_t size;

    assert_non_null(file);
    size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_int_equal(image_parse(&image, bytes, size), POBF_OK);
    return image;
}

static void every_guard_ends_the_function(void **state)
{
    struct link *link = open_function("poke");
    const struct image image = image_of_function();
    const struct image_part *const parts[] = {&image.call,  &image.variables, &image.stack,
                                              &image.arena, &image.input,     &image.output};

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const uint64_t end = IMAGE_ZONE_AT + parts[i]->at + parts[i]->size;

        if (parts[i]->size > 0) {
            assert_in_reach(link, 'r', end - 8);
        }
        assert_out_of_reach(link, 'w', end);
        assert_out_of_reach(link, 'r', end + PAGE - 8);
    }
    link_close(link);
}

static void a_frame_larger_than_a_guard_meets_it_all_the_same(void **state)
{
    static const uint64_t sizes[] = {65536, 66000, 80000, 200000, 1 << 20, 1 << 30};
    const uint64_t most = 60000;
    struct link *link = open_function("deep");

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_ends(link, &sizes[i], sizeof sizes[i], POBF_EXIT_MEMORY);
    }
    assert_returns(link, &most, sizeof most);
    link_close(link);
}

static void what_is_measured_cannot_be_written(void **state)
{
    struct link *link = open_function("poke");
    const struct image image = image_of_function();

    (void)state;
    assert_in_reach(link, 'r', IMAGE_TEXT_AT);
    assert_out_of_reach(link, 'w', IMAGE_TEXT_AT);
    assert_in_reach(link, 'r', image.constants.address);
    assert_out_of_reach(link, 'w', image.constants.address);
    assert_in_reach(link, 'r', GATE_AT);
    assert_out_of_reach(link, 'w', GATE_AT);
    link_close(link);
}

static void what_is_written_cannot_be_run(void **state)
{
    struct link *link = open_function("poke");
    const struct image image = image_of_function();

    (void)state;
    assert_out_of_reach(link, 'x', IMAGE_ZONE_AT + image.input.at + 1);
    assert_out_of_reach(link, 'x', IMAGE_ZONE_AT + image.arena.at);
    assert_out_of_reach(link, 'x', image.constants.address);
    link_close(link);
}

/* Every address range that the monitor has, keys and window too, tried from within a function. */
static void nothing_of_the_monitor_is_in_reach(void **state)
{
    struct link *link = open_function("poke");
    char path[64];
    char line[512];
    FILE *maps;
    unsigned tried = 0;

    (void)state;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)link_process(link));
    maps = fopen(path, "r");
    if (maps == NULL || fgets(line, sizeof line, maps) == NULL) {
        print_message("SKIP: only root may read the monitor's map\n");
        if (maps != NULL) {
            fclose(maps);
        }
        link_close(link);
        skip();
    }
    do {
        assert_out_of_reach(link, 'r', strtoull(line, NULL, 16));
        tried++;
    } while (fgets(line, sizeof line, maps) != NULL && strstr(line, "vsyscall") == NULL);
    fclose(maps);
    assert_true(tried > 10);
    assert_out_of_reach(link, 'r', 0);
    assert_out_of_reach(link, 'r', UINT64_C(0xffff888000000000));
    link_close(link);
}

/* The one page of the kernel's that every process has tells the time; not to a function. */
static void the_kernels_own_page_tells_it_nothing(void **state)
{
    static const uint64_t entries[] = {UINT64_C(0xffffffffff600000), UINT64_C(0xffffffffff600400),
                                       UINT64_C(0xffffffffff600800)};
    struct link *link = open_function("poke");

    (void)state;
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        const struct poke poke = {'x', entries[i]};

        harness_call(&result, link, (const uint8_t *)&poke, sizeof poke);
        assert_int_equal(result.status, POBF_E_FUNCTION);
        assert_false(result.answered);
    }
    link_close(link);
}

static void more_output_than_allowed_is_no_output(void **state)
{
    static const uint64_t sizes[] = {8193, 8193 + 16, UINT64_C(1) << 32, UINT64_MAX};
    const uint64_t most = 8192;
    struct link *link = open_function("boast");

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_ends(link, &sizes[i], sizeof sizes[i], POBF_EXIT_OUTPUT);
    }
    assert_returns(link, &most, sizeof most);
    assert_int_equal(result.output_size, most);
    link_close(link);
}

static void a_spoilt_call_page_is_believed_only_where_it_cannot_harm(void **state)
{
    struct link *link = open_function("scribble");

    (void)state;
    assert_ends(link, "\xff", 1, POBF_EXIT_OUTPUT);
    assert_ends(link, "\x01", 1, POBF_EXIT_OUTPUT);
    assert_returns(link, "\0", 1);
    assert_int_equal(result.output_size, 0);
    link_close(link);
}

static void nothing_that_a_function_keeps_is_there_in_the_next_call(void **state)
{
    static const uint8_t store[] = "s\xc0\xff\xee\xc0\xff\xee\xc0\xfe";
    static const uint8_t search[] = "l\xc0\xff\xee\xc0\xff\xee\xc0\xfe";
    static const uint8_t both[] = "b\xc0\xff\xee\xc0\xff\xee\xc0\xfe";
    struct link *link = open_function("keep");
    uint64_t found[2]; /* bytes that are the secret's, bytes that the build did not make */

    (void)state;
    assert_returns(link, both, 9);
    memcpy(found, result.output, sizeof found);
    assert_true(found[0] > 100000); /* shows that looking finds */
    assert_true(found[1] > 100000);
    for (int i = 0; i < 3; i++) {
        assert_returns(link, store, 9);
        assert_returns(link, search, 9);
        assert_int_equal(result.output_size, sizeof found);
        memcpy(found, result.output, sizeof found);
        assert_int_equal(found[0], 0);
        assert_int_equal(found[1], 0);
    }
    link_close(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_function_that_traps_is_forgotten),
        cmocka_unit_test(a_failure_of_the_functions_own_reaches_the_provider_sealed),
        cmocka_unit_test(a_function_that_loops_ends_at_its_deadline),
        cmocka_unit_test(every_system_call_ends_the_function),
        cmocka_unit_test(the_kernels_probe_calls_come_to_nothing),
        cmocka_unit_test(every_32_bit_system_call_ends_the_function),
        cmocka_unit_test(every_x32_system_call_ends_the_function),
        cmocka_unit_test(every_guard_ends_the_function),
        cmocka_unit_test(a_frame_larger_than_a_guard_meets_it_all_the_same),
        cmocka_unit_test(what_is_measured_cannot_be_written),
        cmocka_unit_test(what_is_written_cannot_be_run),
        cmocka_unit_test(nothing_of_the_monitor_is_in_reach),
        cmocka_unit_test(the_kernels_own_page_tells_it_nothing),
        cmocka_unit_test(more_output_than_allowed_is_no_output),
        cmocka_unit_test(a_spoilt_call_page_is_believed_only_where_it_cannot_harm),
        cmocka_unit_test(nothing_that_a_function_keeps_is_there_in_the_next_call),
    };

    return harness_skips()
               ? 0
               : cmocka_run_group_tests_name("enclave/monitor/hostile", tests, start, NULL);
}
