#include "tests/enclave/harness.h"

#include <sched.h>
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
    pool_init(&pool, &options, WARM, 1);
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

static struct link *take(void)
{
    struct link *link;

    assert_int_equal(pool_take(&pool, &link, 0), POBF_OK);
    assert_int_equal(link_await(link), POBF_OK);
    return link;
}

static void await_all(void)
{
    for (size_t i = 0; i < pool_warm(&pool); i++) {
        assert_int_equal(link_await(pool.shelves[0].warm[i]), POBF_OK);
    }
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
    await_all();
    assert_int_equal(pool_warm(&pool), WARM);
    for (int i = 0; i < WARM; i++) {
        processes[i] = link_process(pool.shelves[0].warm[i]);
    }
    for (int i = 0; i < WARM; i++) {
        peer = take();
        assert_int_equal(link_process(peer), processes[i]);
        assert_serves();
        link_close(peer);
    }
    peer = NULL;
    assert_int_equal(pool_warm(&pool), 0);
    assert_int_equal(pool.hits, WARM);
    assert_int_equal(pool.misses, 0);
}

/* The first is held up: who needs one does not wait for it, and it keeps its place. */
static void one_that_comes_up_late_is_passed_over(void **state)
{
    struct link *late;

    (void)state;
    pool_close(&pool);
    pool_init(&pool, &options, 1, 1);
    assert_int_equal(pool_refill(&pool), POBF_OK);
    late = pool.shelves[0].warm[0];
    assert_int_equal(kill(link_process(late), SIGSTOP), 0);
    pool.wanted = WARM;
    assert_int_equal(pool_refill(&pool), POBF_OK);
    for (int i = 1; i < WARM; i++) {
        assert_int_equal(link_await(pool.shelves[0].warm[i]), POBF_OK);
    }
    if (link_state(late) ==
        LINK_COMING) { /* it is stopped before it said hello, as good as always */
        assert_int_equal(pool_take(&pool, &peer, 0), POBF_OK);
        assert_ptr_not_equal(peer, late);
        assert_int_equal(link_state(peer), LINK_UP);
    }
    assert_ptr_equal(pool.shelves[0].warm[0], late);
    assert_int_equal(kill(link_process(late), SIGCONT), 0);
}

static void each_has_a_boot_of_its_own(void **state)
{
    struct link *other;

    (void)state;
    peer = take();
    other = take();
    assert_memory_not_equal(link_limits(peer)->boot_id, link_limits(other)->boot_id,
                            POBF_BOOT_ID_BYTES);
    link_close(other);
}

static void an_empty_pool_starts_one(void **state)
{
    (void)state;
    pool_close(&pool);
    peer = take();
    assert_serves();
    assert_int_equal(pool.misses, 1);
}

static void one_that_died_is_passed_over(void **state)
{
    const pid_t second = link_process(pool.shelves[0].warm[1]);

    (void)state;
    assert_int_equal(kill(link_process(pool.shelves[0].warm[0]), SIGKILL), 0);
    assert_int_equal(link_await(pool.shelves[0].warm[1]), POBF_OK);
    peer = take();
    if (link_process(peer) != second) {
        /* It had said hello before it died: then the first request says that it is gone. */
        assert_true(link_ask_start(peer) == POBF_E_SYSTEM ||
                    link_take(peer, &(struct link_answer){.kind = LINK_START}) == POBF_E_SYSTEM);
        link_close(peer);
        peer = take();
        assert_int_equal(link_process(peer), second);
    }
    assert_serves();
}

static void a_refill_makes_up_for_what_was_taken(void **state)
{
    (void)state;
    peer = take();
    assert_int_equal(pool_warm(&pool), WARM - 1);
    assert_int_equal(pool_refill(&pool), POBF_OK);
    assert_int_equal(pool_warm(&pool), WARM);
    assert_int_equal(pool_refill(&pool), POBF_OK);
    assert_int_equal(pool_warm(&pool), WARM);
}

static void a_closed_pool_leaves_no_process(void **state)
{
    pid_t processes[WARM];

    (void)state;
    for (int i = 0; i < WARM; i++) {
        processes[i] = link_process(pool.shelves[0].warm[i]);
        assert_int_equal(kill(processes[i], 0), 0);
    }
    pool_give(&pool, take());
    assert_int_equal(pool.leaving_count, 1);
    pool_close(&pool);
    for (int i = 0; i < WARM; i++) {
        assert_int_equal(kill(processes[i], 0), -1); /* and it was reaped */
    }
}

/* Even one that does not end by itself: it is stopped, and its time is not up yet. */
static void nobody_waits_for_one_that_leaves(void **state)
{
    const pid_t stopped = link_process(pool.shelves[0].warm[0]);

    (void)state;
    await_all();
    peer = take();
    assert_int_equal(kill(stopped, SIGSTOP), 0);
    pool_give(&pool, peer);
    pool_give(&pool, take());
    peer = take();
    assert_serves();
    for (int i = 0; i < 15000 && pool.leaving_count > 1; i++) {
        pool_bury(&pool);
        usleep(2000);
    }
    assert_int_equal(pool.leaving_count, 1); /* the other one has ended, and is reaped */
    assert_int_equal(kill(stopped, 0), 0);
    assert_false(pool_is_settled(&pool));
    for (int i = 0; i < 1500 && pool.leaving_count > 0; i++) {
        pool_bury(&pool);
        usleep(20000);
    }
    assert_int_equal(pool.leaving_count, 0); /* it was killed in the end */
    assert_int_equal(kill(stopped, 0), -1);
}

static void a_shelf_stays_on_its_processor(void **state)
{
    cpu_set_t cores;
    cpu_set_t mine;
    struct pool two;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof mine, &mine), 0);
    pool_init(&two, &options, 1, 1000);
    assert_int_equal(two.shelf_count,
                     CPU_COUNT(&mine) > POOL_SHELVES_MAX ? POOL_SHELVES_MAX : CPU_COUNT(&mine));
    assert_int_equal(pool_refill(&two), POBF_OK);
    for (size_t i = 0; i < two.shelf_count; i++) {
        assert_int_equal(pool_take(&two, &peer, i + two.shelf_count), POBF_OK);
        assert_int_equal(link_await(peer), POBF_OK);
        assert_int_equal(sched_getaffinity(link_process(peer), sizeof cores, &cores), 0);
        assert_int_equal(CPU_COUNT(&cores), 1);
        assert_true(CPU_ISSET(two.shelves[i].core - 1, &cores) &&
                    CPU_ISSET(two.shelves[i].core - 1, &mine));
        assert_serves();
        pool_give(&two, peer);
    }
    peer = NULL;
    pool_close(&two);
}

/* What one function does to its trustlet is nothing to another one. */
static void one_that_is_killed_in_a_call_does_not_hold_up_another(void **state)
{
    struct link *victim;

    (void)state;
    victim = take();
    peer = take();
    for (int i = 0; i < 20; i++) {
        const struct pobf_offer offer = harness_start(victim);
        uint8_t sealed[64] = {0};

        assert_int_equal(link_ask_call(victim, offer.task_id, sealed, sizeof sealed), POBF_OK);
        if (i == 10) {
            assert_int_equal(kill(link_process(victim), SIGKILL), 0);
        }
        harness_call(&result, peer, (const uint8_t *)"hello", 5);
        assert_true(result.answered);
        assert_int_equal(result.receipt.sequence, i + 1);
        harness_take(&result, victim, NULL);
        if (i == 10) {
            pool_give(&pool, victim);
            victim = take();
        }
    }
    pool_give(&pool, victim);
}

static void a_monitor_that_cannot_be_started_is_told(void **state)
{
    struct link_options nowhere = options;
    struct pool none;

    (void)state;
    nowhere.monitor_path = "/nowhere/monitor";
    pool_init(&none, &nowhere, 1, 1);
    assert_int_equal(pool_refill(&none), POBF_E_MISSING);
    assert_int_equal(pool_warm(&none), 0);
    assert_int_equal(pool_take(&none, &peer, 0), POBF_E_MISSING);
    assert_null(peer);
}

int main(void)
{
#define POOL(test) cmocka_unit_test_setup_teardown(test, open_pool, close_pool)
    const struct CMUnitTest tests[] = {
        POOL(the_oldest_is_taken_and_serves),
        POOL(one_that_comes_up_late_is_passed_over),
        POOL(each_has_a_boot_of_its_own),
        POOL(an_empty_pool_starts_one),
        POOL(one_that_died_is_passed_over),
        POOL(a_refill_makes_up_for_what_was_taken),
        POOL(a_closed_pool_leaves_no_process),
        POOL(nobody_waits_for_one_that_leaves),
        POOL(a_shelf_stays_on_its_processor),
        POOL(one_that_is_killed_in_a_call_does_not_hold_up_another),
        cmocka_unit_test(a_monitor_that_cannot_be_started_is_told),
    };

    return harness_skips() ? 0
                           : cmocka_run_group_tests_name("enclave/pool/pool", tests, build, NULL);
}
