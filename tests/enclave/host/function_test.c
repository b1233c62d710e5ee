#include <signal.h>

#include "edge/cli/clock.h"
#include "enclave/host/function.h"
#include "tests/enclave/harness.h"

static const uint32_t deadlines_ms[2] = {1000, 2000}; /* two images of one function */
static const uint8_t id[POBF_TASK_ID_BYTES] = {7};

static uint8_t *images[2];
static size_t image_sizes[2];
static char monitor[HARNESS_PATH_ROOM];
static struct event_base *base;
static struct function_host host;
static struct function function;
static int given_up;

static void note_given_up(void *context)
{
    (void)context;
    given_up++;
}

static int build(void **state)
{
    char path[HARNESS_PATH_ROOM];

    (void)state;
    base = event_base_new();
    snprintf(monitor, sizeof monitor, "%s/pobf-monitor", harness_folder());
    if (base == NULL || sodium_init() < 0) {
        return -1;
    }
    for (size_t i = 0; i < 2; i++) {
        const struct harness_limits limits = {.deadline_ms = deadlines_ms[i],
                                              .input_max = 4096,
                                              .output_max = 4096,
                                              .arena = 4096,
                                              .stack = 65536};

        if (harness_build(path, "echo", &limits) != 0 ||
            file_read(&images[i], &image_sizes[i], path, IMAGE_FILE_MAX) != POBF_OK) {
            return -1;
        }
    }
    return 0;
}

static struct function_source source_of(size_t number)
{
    struct function_source source = {.bytes = malloc(image_sizes[number])};

    assert_non_null(source.bytes);
    memcpy(source.bytes, images[number], image_sizes[number]);
    assert_int_equal(image_parse(&source.image, source.bytes, image_sizes[number]), POBF_OK);
    return source;
}

static int open_one(void **state)
{
    struct function_source source = source_of(0);

    (void)state;
    host = (struct function_host){.base = base,
                                  .monitor_path = monitor,
                                  .trustlets = 1,
                                  .warm = 1,
                                  .slack_s = 5,
                                  .given_up = note_given_up};
    given_up = 0;
    return function_open(&function, "f", &source, &host) == POBF_OK ? 0 : -1;
}

static int close_one(void **state)
{
    (void)state;
    function_stop(&function);
    function_close(&function);
    return 0;
}

static void run_moment(void)
{
    const struct timeval moment = {0, 20000};

    event_base_loopexit(base, &moment);
    event_base_dispatch(base);
}

/* 1: the image that serves is that one. */
static int serves(size_t number)
{
    const struct function_source source = source_of(number);
    const int is_it = memcmp(function.current->source.image.measurement, source.image.measurement,
                             POBF_DIGEST_BYTES) == 0;

    free(source.bytes);
    return is_it;
}

static void replace(size_t number)
{
    struct function_source source = source_of(number);

    assert_null(function_replace(&function, &source));
    assert_null(source.bytes);
    for (int i = 0; i < 500 && function.coming != NULL; i++) {
        run_moment();
    }
    assert_null(function.coming);
}

static size_t count_older(void)
{
    size_t count = 0;

    for (const struct edition *at = function.current->older; at != NULL; at = at->older) {
        count++;
    }
    return count;
}

/* `later_s` from now; their monitors take a moment to end. */
static size_t count_older_later(int64_t later_s)
{
    for (int i = 0; i < 100 && count_older() > 0; i++) {
        function_tend(&function, clock_s() + later_s);
        run_moment();
    }
    return count_older();
}

static void new_tasks_get_the_new_image_and_the_old_one_goes(void **state)
{
    const struct seat *first = function_pick(&function);
    uint8_t boot[POBF_BOOT_ID_BYTES];

    (void)state;
    memcpy(boot, seat_limits(first)->boot_id, sizeof boot);
    assert_ptr_equal(function_of_boot(&function, boot), first);
    replace(1);
    assert_true(serves(1));
    assert_int_equal(function.metrics.replacements, 1);
    assert_ptr_not_equal(function_pick(&function), first);
    assert_int_equal(seat_limits(function_pick(&function))->deadline_ms, deadlines_ms[1]);
    /* Who has just appraised the old one can still call it. */
    assert_ptr_equal(function_of_boot(&function, boot), first);
    function_tend(&function, clock_s());
    assert_ptr_equal(function_of_boot(&function, boot), first);
    assert_int_equal(count_older_later(FUNCTION_LINGER_S + 1), 0);
    assert_null(function_of_boot(&function, boot));
    function_count(&function);
    assert_int_equal(function.metrics.up, 1);
    assert_int_equal(function.metrics.leaving, 0);
}

static void an_open_task_ends_on_the_image_that_offered_it(void **state)
{
    struct seat *first = function_pick(&function);
    uint8_t boot[POBF_BOOT_ID_BYTES];
    enum tasks_state found;

    (void)state;
    memcpy(boot, seat_limits(first)->boot_id, sizeof boot);
    tasks_add(&first->tasks, id, clock_s());
    replace(1);
    assert_int_equal(count_older_later(FUNCTION_LINGER_S + 1), 1);
    function_edition(first)->until_s = clock_s() + 60;
    assert_ptr_equal(function_of_boot(&function, boot), first); /* control: it is there */
    function_edition(first)->until_s = clock_s();
    assert_null(function_of_boot(&function, boot)); /* for no further task */
    assert_ptr_equal(function_of_task(&function, &found, id), first);
    assert_int_equal(found, TASKS_OPEN);
    tasks_spend(&first->tasks, id);
    function_edition(first)->exchanges++; /* its call is under way */
    assert_int_equal(count_older_later(FUNCTION_LINGER_S + 1), 1);
    assert_int_equal(function_load(&function), 1);
    function_edition(first)->exchanges--;
    assert_int_equal(count_older_later(FUNCTION_LINGER_S + 1), 0);
}

static void an_image_that_does_not_come_up_takes_no_place(void **state)
{
    struct function_source source = source_of(1);
    const struct seat *first = function_pick(&function);

    (void)state;
    host.monitor_path = "/bin/false"; /* it ends, before or after it is told what to serve */
    (void)function_replace(&function, &source);
    assert_null(source.bytes);
    for (int i = 0; i < 500 && function.coming != NULL; i++) {
        run_moment();
    }
    host.monitor_path = monitor;
    assert_null(function.coming);
    assert_true(serves(0));
    assert_ptr_equal(function_pick(&function), first);
    assert_int_equal(function.metrics.replacements, 0);
    assert_int_equal(given_up, 0);
    assert_int_equal(count_older_later(0), 0);
    replace(1); /* control: it can come up */
    assert_true(serves(1));
}

static void expect_not_taken(size_t number, const char *word)
{
    struct function_source source = source_of(number);
    const char *why = function_replace(&function, &source);

    assert_non_null(why);
    assert_non_null(strstr(why, word));
    assert_null(source.bytes);
}

static void what_serves_already_is_not_started_again(void **state)
{
    const struct seat *first = function_pick(&function);
    struct function_source source = source_of(0);

    (void)state;
    expect_not_taken(0, "already");
    assert_ptr_equal(function_pick(&function), first);
    source.certificate[3] = 1; /* with another certificate it is something else */
    assert_null(function_replace(&function, &source));
}

static void one_comes_up_at_a_time_and_not_too_many_linger(void **state)
{
    struct function_source source = source_of(1);

    (void)state;
    assert_null(function_replace(&function, &source));
    expect_not_taken(1, "coming up");
    for (int i = 0; i < 500 && function.coming != NULL; i++) {
        run_moment();
    }
    for (size_t i = 1; i < FUNCTION_OLDER_MAX; i++) {
        replace((i + 1) % 2);
    }
    assert_int_equal(count_older(), FUNCTION_OLDER_MAX);
    expect_not_taken((FUNCTION_OLDER_MAX + 1) % 2, "too many");
    assert_int_equal(count_older_later(FUNCTION_LINGER_S + 1), 0);
    replace((FUNCTION_OLDER_MAX + 1) % 2);
}

static void the_counts_of_pools_stay_when_they_are_gone(void **state)
{
    (void)state;
    for (int i = 0; i < 500 && !pool_is_settled(&function.current->seats.pool); i++) {
        run_moment();
    }
    kill(harness_child(0), SIGKILL);
    for (int i = 0; i < 500 && function.metrics.starts < 2; i++) {
        run_moment();
    }
    function_count(&function);
    assert_int_equal(function.metrics.hits, 1);
    assert_int_equal(function.metrics.misses, 1);
    replace(1);
    assert_int_equal(count_older_later(FUNCTION_LINGER_S + 1), 0);
    function_count(&function);
    assert_int_equal(function.metrics.hits, 1);
    assert_int_equal(function.metrics.misses, 2);
}

int main(void)
{
#define OPENED(test) cmocka_unit_test_setup_teardown(test, open_one, close_one)
    const struct CMUnitTest tests[] = {
        OPENED(new_tasks_get_the_new_image_and_the_old_one_goes),
        OPENED(an_open_task_ends_on_the_image_that_offered_it),
        OPENED(an_image_that_does_not_come_up_takes_no_place),
        OPENED(what_serves_already_is_not_started_again),
        OPENED(one_comes_up_at_a_time_and_not_too_many_linger),
        OPENED(the_counts_of_pools_stay_when_they_are_gone),
    };

    return cmocka_run_group_tests(tests, build, NULL);
}
