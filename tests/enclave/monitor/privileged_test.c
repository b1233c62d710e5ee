/* Every instruction that only an operating system may execute, tried by a function. */
#include "tests/enclave/harness.h"

static const struct harness_limits limits = {
    .deadline_ms = 300, .input_max = 64, .output_max = 64, .arena = 4096, .stack = 65536};

static struct harness_result result;
static struct link *peer;

static int open_privileged(void **state)
{
    char image[HARNESS_PATH_ROOM];

    (void)state;
    if (sodium_init() < 0 || harness_build(image, "privileged", &limits) != 0) {
        return -1;
    }
    peer = harness_open(image);
    return 0;
}

static int close_peer(void **state)
{
    (void)state;
    link_close(peer);
    return 0;
}

static void try_number(uint8_t number)
{
    harness_call(&result, peer, &number, 1);
}

/* The control: code number 0 comes back. */
static uint8_t count_tries(void)
{
    try_number(0);
    assert_int_equal(result.status, POBF_OK);
    assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
    return result.output[0];
}

static void every_privileged_instruction_ends_the_function(void **state)
{
    const uint8_t count = count_tries();

    (void)state;
    assert_true(count > 60);
    for (uint8_t number = 1; number < count; number++) {
        try_number(number);
        if (result.status != POBF_E_FUNCTION) {
            print_message("number %d\n", number);
        }
        assert_int_equal(result.status, POBF_E_FUNCTION);
        assert_true(result.receipt.exit == POBF_EXIT_TRAP ||
                    result.receipt.exit == POBF_EXIT_MEMORY ||
                    result.receipt.exit == POBF_EXIT_SYSTEM_CALL);
        assert_false(result.answered);
    }
    assert_int_equal(count_tries(), count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_privileged_instruction_ends_the_function),
    };

    return harness_skips() ? 0
                           : cmocka_run_group_tests_name("enclave/monitor/privileged", tests,
                                                         open_privileged, close_peer);
}
