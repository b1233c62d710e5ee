#include "tests/enclave/harness.h"

#include <signal.h>
#include <sys/wait.h>

#include "enclave/pool/pool.h"

enum { WARM = 3 };

static const struct harness_limits limits = {
    .deadline_ms = 1000, .input_max = 4096, .output_max = 4096, .arena = 4096, .stack = 65536};

static struct link_options options;
static char monitor[HARNESS_PATH_ROOM];
static struct harness_result result;
static struct pool pool;
static struct link *peer;

static int build(void **state)
{
    char path[HARNESS_PATH_ROOM];
    uint8_t *image;

    (void)state;
    snprintf(monitor, sizeof monitor, "%s/" HARNESS_MONITOR, harness_folder());
    if (sodium_init() < 0 || harness_build(path, "echo", &limits) != 0 ||
        file_read(&image, &options.image_size, path, IMAGE_FILE_MAX) != POBF_OK) {
        return -1;
    }
    options.monitor_path = monitor;
    options.image = image;
    return 0;
}

static int open_pool(void **state)
{
    (void)state;
    pool_init(&pool, &options, WARM);
    return pool_refill(&pool) == POBF_OK ? 0 : -1;
}

static int close_pool(void **state)
{
    (void)state;
    link_close(peer);
    peer = NULL;
    pool_close(&pool);
    return 0;
}

static void assert_serves(void)
{
    harness_call(&result, peer, (const uint8_t *)"hello", 5);
    assert_int_equal(result.status, POBF_OK);
    assert_true(result.answered);
    assert_int_equal(result.receipt.sequence, 1); /* it never had a task before */
}

static void the_oldest_is_taken_and_serves(void **state)
{
    pid_t processes[WARM];

    (void)state;
    assert_int_equal(pool.count, WARM);
    for (int i = 0; i < WARM; i++) {
        processes[i] = link_process(pool.warm[i]);
    }
    for (int i = 0; i < WARM; i++) {
        assert_int_equal(pool_take(&pool, &peer), POBF_OK);
        assert_int_equal(link_process(peer), processes[i]);
        assert_serves();
        link_close(peer);
    }
    peer = NULL;
    assert_int_equal(pool.count, 0);
}

static void each_has_a_boot_of_its_own(void **state)
{
    struct link *other;

    (void)state;
    assert_int_equal(pool_take(&pool, &peer), POBF_OK);
    assert_int_equal(pool_take(&pool, &other), POBF_OK);
    assert_memory_not_equal(link_limits(peer)->boot_id, link_limits(other)->boot_id,
                            POBF_BOOT_ID_BYTES);
    link_close(other);
}

static void an_empty_pool_starts_one(void **state)
{
    (void)state;
    pool_close(&pool);
    assert_int_equal(pool_take(&pool, &peer), POBF_OK);
    assert_serves();
}

static void one_that_died_is_passed_over(void **state)
{
    const pid_t second = link_process(pool.warm[1]);

    (void)state;
    assert_int_equal(kill(link_process(pool.warm[0]), SIGKILL), 0);
    assert_int_equal(pool_take(&pool, &peer), POBF_OK);
    if (link_process(peer) != second) {
        /* It had said hello before it died: then the first request says that it is gone. */
        assert_true(link_ask_start(peer) == POBF_E_SYSTEM ||
                    link_take(peer, &(struct link_answer){.kind = LINK_START}) == POBF_E_SYSTEM);
        link_close(peer);
        assert_int_equal(pool_take(&pool, &peer), POBF_OK);
        assert_int_equal(link_process(peer), second);
    }
    assert_serves();
}

static void a_refill_makes_up_for_what_was_taken(void **state)
{
    (void)state;
    assert_int_equal(pool_take(&pool, &peer), POBF_OK);
    assert_int_equal(pool.count, WARM - 1);
    assert_int_equal(pool_refill(&pool), POBF_OK);
    assert_int_equal(pool.count, WARM);
    assert_int_equal(pool_refill(&pool), POBF_OK);
    assert_int_equal(pool.count, WARM);
}

static void a_closed_pool_leaves_no_process(void **state)
{
    pid_t processes[WARM];

    (void)state;
    for (int i = 0; i < WARM; i++) {
        processes[i] = link_process(pool.warm[i]);
        assert_int_equal(kill(processes[i], 0), 0);
    }
    pool_close(&pool);
    for (int i = 0; i < WARM; i++) {
        assert_int_equal(kill(processes[i], 0), -1); /* and it was reaped */
    }
}

static void a_monitor_that_cannot_be_started_is_told(void **state)
{
    struct link_options nowhere = options;
    struct pool none;

    (void)state;
    nowhere.monitor_path = "/nowhere/monitor";
    pool_init(&none, &nowhere, 1);
    assert_int_equal(pool_refill(&none), POBF_E_MISSING);
    assert_int_equal(none.count, 0);
    assert_int_equal(pool_take(&none, &peer), POBF_E_MISSING);
    assert_null(peer);
}

int main(void)
{
#define POOL(test) cmocka_unit_test_setup_teardown(test, open_pool, close_pool)
    const struct CMUnitTest tests[] = {
        POOL(the_oldest_is_taken_and_serves),
        POOL(each_has_a_boot_of_its_own),
        POOL(an_empty_pool_starts_one),
        POOL(one_that_died_is_passed_over),
        POOL(a_refill_makes_up_for_what_was_taken),
        POOL(a_closed_pool_leaves_no_process),
        cmocka_unit_test(a_monitor_that_cannot_be_started_is_told),
    };

    return harness_skips() ? 0
                           : cmocka_run_group_tests_name("enclave/pool/pool", tests, build, NULL);
}
