/* A keeper that nobody asks anything for long: what it gives back, and that it serves on. */
#define HARNESS_MONITOR "pobf-trustlet"
#include "tests/enclave/harness.h"

#include <time.h>

/* It wakes after five seconds, and then sleeps until somebody asks. */
enum { SOON_US = 500000, EARLIEST_S = 3, LONG_S = 7 };

static const struct harness_limits limits = {
    .deadline_ms = 1000, .input_max = 64, .output_max = 64, .arena = 4096, .stack = 16384};

static char image[HARNESS_PATH_ROOM];
static struct harness_result result;

static int build(void **state)
{
    (void)state;
    return sodium_init() < 0 ? -1 : harness_build(image, "echo", &limits);
}

static void assert_serves(struct link *link, uint64_t sequence)
{
    harness_call(&result, link, (const uint8_t *)"hello", 5);
    assert_int_equal(result.status, POBF_OK);
    assert_int_equal(result.output_size, 5);
    assert_int_equal(result.receipt.sequence, sequence);
}

/* How often it has gone to sleep. */
static int sleeps(const struct link *link)
{
    const int count = harness_status_of(link_process(link), "voluntary_ctxt_switches");

    assert_true(count > 0);
    return count;
}

/* Wait until it has slept more often, for half a minute; how many seconds that took. */
static time_t wait_for_another_sleep(const struct link *link)
{
    const int before = sleeps(link);
    const time_t start_s = time(NULL);

    while (sleeps(link) == before && time(NULL) - start_s < 30) {
        usleep(20000);
    }
    assert_true(sleeps(link) > before);
    return time(NULL) - start_s;
}

static void one_that_is_idle_for_long_wakes_once_and_serves_on(void **state)
{
    struct link *link = harness_open(image);
    int before;

    (void)state;
    assert_serves(link, 1);
    usleep(SOON_US);
    assert_true(wait_for_another_sleep(link) >= EARLIEST_S);
    usleep(SOON_US);
    before = sleeps(link);
    sleep(LONG_S);
    assert_int_equal(sleeps(link), before);
    assert_serves(link, 2);
    assert_serves(link, 3);
    link_close(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_idle_for_long_wakes_once_and_serves_on),
    };

    return harness_skips() ? 0
                           : cmocka_run_group_tests_name("enclave/kvm/keeper", tests, build, NULL);
}
