#include "tests/enclave/harness.h"

#include "enclave/image/image.h"
#include "enclave/process/gate.h"

static const struct harness_limits limits = {
    .deadline_ms = 300, .input_max = 8192, .output_max = 8192, .arena = 65536, .stack = 65536};

static char image[HARNESS_PATH_ROOM];
static struct harness_result result;

static int build(void **state)
{
    (void)state;
    return sodium_init() < 0 ? -1 : harness_build(image, "ask", &limits);
}

struct request {
    uint8_t way;
    uint32_t number;
    uint64_t argument[3];
} __attribute__((packed));

/*
 * The syscall instructions of the gate, found in the page by their two bytes. All that a jump to
 * one can come to is an end: by the filter, by the deadline, or as a failure of the function's own.
 */
static void the_gates_own_instructions_are_of_no_use_to_a_function(void **state)
{
    static const uint32_t numbers[] = {0, 1, 2, 9, 10, 45, 56, 57, 59, 157, 231};
    struct link *link = harness_open(image);
    unsigned tried = 0;

    (void)state;
    for (uint64_t at = 0; at + 1 < GATE_BYTES; at++) {
        if (gate_page[at] != 0x0f || gate_page[at + 1] != 0x05) {
            continue;
        }
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
            const struct request request = {'g', numbers[i], {7, IMAGE_ZONE_AT, GATE_AT + at}};

            harness_call(&result, link, (const uint8_t *)&request, sizeof request);
            assert_true(result.receipt.exit == POBF_EXIT_SYSTEM_CALL ||
                        result.receipt.exit == POBF_EXIT_DEADLINE ||
                        result.receipt.exit == POBF_EXIT_FAILED);
            assert_int_equal(result.output_size, 0);
            tried++;
        }
    }
    assert_true(tried >= 9 * sizeof numbers / sizeof numbers[0]);
    link_close(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gates_own_instructions_are_of_no_use_to_a_function),
    };

    return cmocka_run_group_tests_name("enclave/process/gate", tests, build, NULL);
}
