#include <signal.h>

#include "enclave/host/seats.h"
#include "tests/enclave/harness.h"

enum { SEATS = 3 };

static const struct harness_limits limits = {
    .deadline_ms = 1000, .input_max = 4096, .output_max = 4096, .arena = 4096, .stack = 65536};

static struct link_options link_options;
static char monitor[HARNESS_PATH_ROOM];
static struct event_base *base;
static struct seats seats;
static struct metrics metrics;
static int given_up;
static int changes;

static void note_change(void *context)
{
    (void)context;
    changes++;
}

static void note_given_up(void *context)
{
    (void)context;
    given_up++;
}

static int build(void **state)
{
    char path[HARNESS_PATH_ROOM];
    uint8_t *image;

    (void)state;
    base = event_base_new();
    snprintf(monitor, sizeof monitor, "%s/pobf-monitor", harness_folder());
    if (base == NULL || sodium_init() < 0 || harness_build(path, "echo", &limits) != 0 ||
        file_read(&image, &link_options.image_size, path, IMAGE_FILE_MAX) != POBF_OK) {
        return -1;
    }
    link_options.monitor_path = monitor;
    link_options.image = image;
    return 0;
}

static int open_seats(void **state)
{
    const struct seats_options options = {
        .base = base,
        .link = link_options,
        .count = SEATS,
        .warm = 1,
        .slack_s = 5,
        .metrics = &metrics,
        .changed = note_change,
        .given_up = note_given_up,
    };

    (void)state;
    metrics = (struct metrics){.up = 0};
    given_up = changes = 0;
    return seats_open(&seats, &options) == POBF_OK && seats_await(&seats) == POBF_OK ? 0 : -1;
}

static int close_seats(void **state)
{
    (void)state;
    seats_close(&seats);
    return 0;
}

/* What the metrics say of now. */
static void count(void)
{
    metrics.up = metrics.warm = metrics.leaving = metrics.hits = metrics.misses = 0;
    seats_count(&seats, &metrics);
}

static void run_moment(void)
{
    const struct timeval moment = {0, 20000};

    event_base_loopexit(base, &moment);
    event_base_dispatch(base);
}

struct noted {
    struct job job; /* first: a job is its note */
    int done;
    int lost;
};

static void on_done(struct job *job, const struct link_answer *answer)
{
    struct noted *noted = (struct noted *)job;

    noted->done = 1;
    noted->lost = answer == NULL;
}

static void put(struct seat *seat, struct noted *noted)
{
    *noted = (struct noted){.job = {.kind = LINK_EVIDENCE, .done = on_done}};
    assert_int_equal(queue_put(seat->queue, &noted->job), POBF_OK);
}

static void run_until_done(const struct noted *noted)
{
    for (int i = 0; i < 500 && !noted->done; i++) {
        run_moment();
    }
    assert_true(noted->done);
}

static void every_seat_has_a_boot_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEATS; i++) {
        assert_ptr_equal(seats_of_boot(&seats, seat_limits(&seats.seat[i])->boot_id),
                         &seats.seat[i]);
    }
    assert_null(seats_of_boot(&seats, (const uint8_t[POBF_BOOT_ID_BYTES]){0}));
    assert_int_equal(metrics.starts, SEATS);
    assert_int_equal(changes, SEATS);
    assert_true(seats_are_up(&seats));
}

static void the_next_one_is_who_has_the_least_to_do(void **state)
{
    struct noted jobs[SEATS];
    struct seat *picked[SEATS];

    (void)state;
    for (size_t i = 0; i < SEATS; i++) {
        picked[i] = seats_pick(&seats);
        put(picked[i], &jobs[i]);
        for (size_t j = 0; j < i; j++) {
            assert_ptr_not_equal(picked[i], picked[j]);
        }
    }
    for (size_t i = 0; i < SEATS; i++) {
        run_until_done(&jobs[i]);
        assert_false(jobs[i].lost);
    }
}

static void one_with_no_room_for_a_task_comes_last(void **state)
{
    uint8_t id[POBF_TASK_ID_BYTES] = {0};

    (void)state;
    for (size_t i = 0; i < SEATS; i++) {
        for (uint8_t j = 0; i != 1 && j < TASKS_OPEN_MAX; j++) {
            id[0] = (uint8_t)i;
            id[1] = j;
            tasks_add(&seats.seat[i].tasks, id, 1);
        }
    }
    for (int i = 0; i < 2 * SEATS; i++) {
        assert_ptr_equal(seats_pick(&seats), &seats.seat[1]);
    }
}

static void a_task_leads_to_who_offered_it(void **state)
{
    const uint8_t id[POBF_TASK_ID_BYTES] = {7};
    enum tasks_state found;

    (void)state;
    assert_null(seats_of_task(&seats, &found, id));
    tasks_add(&seats.seat[2].tasks, id, 1);
    assert_ptr_equal(seats_of_task(&seats, &found, id), &seats.seat[2]);
    assert_int_equal(found, TASKS_OPEN);
    tasks_spend(&seats.seat[2].tasks, id);
    assert_ptr_equal(seats_of_task(&seats, &found, id), &seats.seat[2]);
    assert_int_equal(found, TASKS_SPENT);
}

static void where_one_is_killed_the_others_go_on_and_keep_their_tasks(void **state)
{
    const uint8_t id[POBF_TASK_ID_BYTES] = {7};
    struct noted here;
    struct noted there;
    uint8_t boot_ids[SEATS][POBF_BOOT_ID_BYTES];

    (void)state;
    for (size_t i = 0; i < SEATS; i++) {
        memcpy(boot_ids[i], seat_limits(&seats.seat[i])->boot_id, POBF_BOOT_ID_BYTES);
        tasks_add(&seats.seat[i].tasks, id, 1);
    }
    kill(harness_child(1), SIGSTOP);
    put(&seats.seat[1], &there);
    put(&seats.seat[2], &here);
    kill(harness_child(1), SIGKILL);
    run_until_done(&here);
    run_until_done(&there);
    assert_true(!here.lost && there.lost);
    for (int i = 0; i < 500 && seats_of_boot(&seats, boot_ids[1]) == NULL &&
                    seat_limits(&seats.seat[1]) == NULL;
         i++) {
        run_moment();
    }
    assert_null(seats_of_boot(&seats, boot_ids[1])); /* nobody is taken for who has died */
    assert_ptr_equal(seats_of_boot(&seats, boot_ids[0]), &seats.seat[0]);
    assert_int_equal(tasks_find(&seats.seat[0].tasks, id), TASKS_OPEN);
    assert_int_equal(tasks_find(&seats.seat[1].tasks, id), TASKS_UNKNOWN);
    assert_int_equal(metrics.lost, 1);
    assert_int_equal(metrics.starts, SEATS + 1);
    assert_int_equal(given_up, 0);
}

static void the_pool_is_filled_and_the_dead_are_buried_beside_the_serving(void **state)
{
    (void)state;
    for (int i = 0; i < 500 && !pool_is_settled(&seats.pool); i++) {
        run_moment();
    }
    count();
    assert_int_equal(metrics.up, SEATS);
    assert_int_equal(metrics.warm, seats.pool.shelf_count);
    assert_int_equal(metrics.misses, SEATS);
    kill(harness_child(0), SIGKILL);
    for (int i = 0; i < 500 && metrics.starts < SEATS + 1; i++) {
        run_moment();
    }
    for (int i = 0; i < 500 && !pool_is_settled(&seats.pool); i++) {
        run_moment();
    }
    count();
    assert_int_equal(metrics.hits, 1);
    assert_int_equal(metrics.leaving, 0);
    assert_int_equal(metrics.warm, seats.pool.shelf_count);
}

/* It had said hello, and nobody asks it anything: still it is missed. */
static void one_that_dies_in_the_pool_is_replaced(void **state)
{
    struct link *first;
    pid_t process;

    (void)state;
    for (int i = 0; i < 500 && !pool_is_settled(&seats.pool); i++) {
        run_moment();
    }
    first = seats.pool.shelves[0].warm[0];
    process = link_process(first);
    assert_int_equal(link_await(first), POBF_OK);
    assert_int_equal(kill(process, SIGKILL), 0);
    for (int i = 0; i < 500 && kill(process, 0) == 0; i++) {
        run_moment();
    }
    assert_int_equal(kill(process, 0), -1); /* and it was reaped */
    for (int i = 0; i < 500 && !pool_is_settled(&seats.pool); i++) {
        run_moment();
    }
    assert_int_equal(pool_warm(&seats.pool), seats.pool.shelf_count);
    assert_int_equal(metrics.lost, 0);
}

static void all_must_have_failed_before_it_is_given_up(void **state)
{
    const char first = monitor[0];

    (void)state;
    for (int i = 0; i < 500 && !pool_is_settled(&seats.pool); i++) {
        run_moment();
    }
    monitor[0] = '\0'; /* no program */
    for (int i = 0; i < 1000 && given_up == 0; i++) {
        for (size_t j = SEATS; j > 0; j--) {
            if (seat_limits(&seats.seat[j - 1]) != NULL) {
                kill(harness_child(0), SIGKILL);
            }
        }
        assert_int_equal(given_up, 0);
        run_moment();
    }
    monitor[0] = first;
    assert_int_equal(given_up, 1);
    assert_null(seats_pick(&seats));
}

static void those_that_leave_tell_who_waits_and_are_gone_without_anybody_waiting(void **state)
{
    struct noted waits;

    (void)state;
    for (int i = 0; i < 500 && !pool_is_settled(&seats.pool); i++) {
        run_moment();
    }
    kill(harness_child(0), SIGSTOP);
    put(&seats.seat[0], &waits);
    seats_leave(&seats);
    assert_true(waits.done && waits.lost);
    assert_null(seats_pick(&seats));
    assert_false(seats_are_gone(&seats));
    for (int i = 0; i < 500 && !seats_are_gone(&seats); i++) {
        run_moment();
    }
    assert_true(seats_are_gone(&seats));
    count();
    assert_int_equal(metrics.warm + metrics.leaving + metrics.up, 0);
}

int main(void)
{
#define SEATED(test) cmocka_unit_test_setup_teardown(test, open_seats, close_seats)
    const struct CMUnitTest tests[] = {
        SEATED(every_seat_has_a_boot_of_its_own),
        SEATED(the_next_one_is_who_has_the_least_to_do),
        SEATED(one_with_no_room_for_a_task_comes_last),
        SEATED(a_task_leads_to_who_offered_it),
        SEATED(where_one_is_killed_the_others_go_on_and_keep_their_tasks),
        SEATED(the_pool_is_filled_and_the_dead_are_buried_beside_the_serving),
        SEATED(one_that_dies_in_the_pool_is_replaced),
        SEATED(all_must_have_failed_before_it_is_given_up),
        SEATED(those_that_leave_tell_who_waits_and_are_gone_without_anybody_waiting),
    };

    return cmocka_run_group_tests(tests, build, NULL);
}
