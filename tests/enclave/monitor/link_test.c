#include "tests/enclave/harness.h"

static const struct harness_limits small = {
    .deadline_ms = 1000, .input_max = 65536, .output_max = 65536, .arena = 65536, .stack = 65536};

static char image[HARNESS_PATH_ROOM];
static struct harness_result result;

static int build(void **state)
{
    (void)state;
    return sodium_init() < 0 || harness_build(image, "echo", &small) != 0 ? -1 : 0;
}

static void an_input_comes_back(void **state)
{
    struct link *link = harness_open(image);

    (void)state;
    for (uint64_t i = 1; i <= 3; i++) {
        harness_call(&result, link, (const uint8_t *)"hello", 5);
        assert_int_equal(result.status, POBF_OK);
        assert_true(result.answered);
        assert_int_equal(result.output_size, 5);
        assert_memory_equal(result.output, "hello", 5);
        assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
        assert_int_equal(result.receipt.sequence, i);
    }
    link_close(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_input_comes_back),
    };

    return cmocka_run_group_tests_name("enclave/monitor/link", tests, build, NULL);
}
