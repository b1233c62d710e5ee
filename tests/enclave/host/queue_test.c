/*
 * LINK: -Wl,--wrap=link_take
 */
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/cli/file.h"
#include "enclave/host/compile.h"
#include "enclave/host/queue.h"
#include "tests/enclave/harness.h"

static char folder[] = "/tmp/pobf-queue-XXXXXX";
static uint8_t *image;
static size_t image_size;
static char monitor[HARNESS_PATH_ROOM];

static struct event_base *base;
static struct pool pool;
static struct queue *queue;
static int starts, lost, given_up, poisoned;
static int poison; /* 1: the next answer says that forgetting failed */

/* A job that remembers what became of it, and when. */
struct noted {
    struct job job; /* first: a job is its note */
    int done;       /* 0: not yet; 1, 2, ...: the order */
    int lost;       /* 1: the monitor was gone */
    enum pobf_status status;
    size_t receipt_size;
    uint8_t task_id[POBF_TASK_ID_BYTES];
};

static int done_count;

enum pobf_status __real_link_take(struct link *link, struct link_answer *answer);
enum pobf_status __wrap_link_take(struct link *link, struct link_answer *answer);

enum pobf_status __wrap_link_take(struct link *link, struct link_answer *answer)
{
    const enum pobf_status status = __real_link_take(link, answer);

    if (status == POBF_OK && poison) {
        poison = 0;
        *answer = (struct link_answer){.kind = answer->kind, .status = POBF_E_POISONED};
    }
    return status;
}

static void on_done(struct job *job, const struct link_answer *answer)
{
    struct noted *noted = (struct noted *)job;
    struct pobf_offer offer;

    noted->done = ++done_count;
    noted->lost = answer == NULL;
    if (answer != NULL) {
        noted->status = answer->status;
        noted->receipt_size = answer->receipt_size;
    }
    if (answer != NULL && job->kind == LINK_START &&
        pobf_offer_parse(&offer, answer->body, answer->body_size) == POBF_OK) {
        memcpy(noted->task_id, offer.task_id, sizeof noted->task_id);
    }
}

static struct noted noted_of(enum link_kind kind)
{
    return (struct noted){.job = {.kind = kind, .done = on_done}};
}

static void put(struct noted *noted)
{
    assert_int_equal(queue_put(queue, &noted->job), POBF_OK);
}

/* Run the loop until a number reaches a value, or some seconds are over. */
static void run_until(const int *number, int value)
{
    for (int i = 0; i < 500 && *number < value; i++) {
        const struct timeval moment = {0, 20000};

        event_base_loopexit(base, &moment);
        event_base_dispatch(base);
    }
    assert_true(*number >= value);
}

static void jobs_are_answered_in_the_order_they_came(void **state)
{
    struct noted jobs[5];

    (void)state;
    for (int i = 0; i < 5; i++) {
        jobs[i] = noted_of(i % 2 == 0 ? LINK_START : LINK_EVIDENCE);
        put(&jobs[i]);
    }
    assert_int_equal(queue_length(queue), 5);
    assert_int_equal(queue_is_sent(queue, &jobs[0].job), 1);
    assert_int_equal(queue_is_sent(queue, &jobs[1].job), 0);
    run_until(&done_count, 5);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(jobs[i].done, i + 1);
        assert_int_equal(jobs[i].status, POBF_OK);
    }
    assert_int_equal(queue_length(queue), 0);
}

static void never_filled(const struct job *job, uint8_t *to)
{
    (void)job;
    (void)to;
    fail_msg("an input that is not sent was asked for");
}

static void a_job_that_waits_can_become_another_one(void **state)
{
    struct noted start = noted_of(LINK_START);
    struct noted first = noted_of(LINK_EVIDENCE);
    struct noted call = noted_of(LINK_CALL);

    (void)state;
    put(&start);
    run_until(&start.done, 1);
    put(&first);
    memcpy(call.job.id, start.task_id, sizeof start.task_id);
    call.job.fill = never_filled;
    call.job.sealed_size = 100;
    put(&call);
    assert_int_equal(queue_is_sent(queue, &call.job), 0);
    call.job.kind = LINK_ABANDON;
    run_until(&call.done, 1);
    assert_int_equal(call.status, POBF_OK);
    assert_true(call.receipt_size > 0);
}

static int filled;

/* Bytes that no key opens. */
static void fill_with_zeros(const struct job *job, uint8_t *to)
{
    memset(to, 0, job->sealed_size);
    filled++;
}

static void an_input_is_asked_for_as_it_is_sent(void **state)
{
    struct noted start = noted_of(LINK_START);
    struct noted call = noted_of(LINK_CALL);

    (void)state;
    put(&start);
    run_until(&start.done, 1);
    memcpy(call.job.id, start.task_id, sizeof start.task_id);
    call.job.fill = fill_with_zeros;
    call.job.sealed_size = 100;
    filled = 0;
    put(&call);
    run_until(&call.done, 1);
    assert_int_equal(filled, 1);
    assert_int_not_equal(call.status, POBF_OK);
    assert_true(call.receipt_size > 0); /* the monitor has looked at it */
}

static void a_job_that_the_link_refuses_does_not_hold_up_the_next(void **state)
{
    struct noted call = noted_of(LINK_CALL);
    struct noted next = noted_of(LINK_EVIDENCE);

    (void)state;
    call.job.fill = never_filled;
    call.job.sealed_size = 8192;
    put(&call);
    put(&next);
    run_until(&next.done, 1);
    assert_int_equal(call.status, POBF_E_SPACE);
    assert_int_equal(call.receipt_size, 0);
    assert_int_equal(next.status, POBF_OK);
}

static void a_monitor_that_is_killed_loses_the_jobs_that_wait_and_is_followed(void **state)
{
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    struct noted jobs[3];
    struct noted after = noted_of(LINK_EVIDENCE);

    (void)state;
    memcpy(boot_id, queue_limits(queue)->boot_id, sizeof boot_id);
    kill(harness_child(0), SIGSTOP); /* so that it cannot answer before it is killed */
    for (int i = 0; i < 3; i++) {
        jobs[i] = noted_of(LINK_EVIDENCE);
        put(&jobs[i]);
    }
    kill(harness_child(0), SIGKILL);
    run_until(&starts, 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(jobs[i].done, i + 1);
        assert_int_equal(jobs[i].lost, 1);
    }
    put(&after);
    run_until(&after.done, 1);
    assert_int_equal(after.lost, 0);
    assert_memory_not_equal(queue_limits(queue)->boot_id, boot_id, sizeof boot_id);
}

static void a_monitor_that_does_not_answer_is_ended(void **state)
{
    struct noted job = noted_of(LINK_EVIDENCE);

    (void)state;
    kill(harness_child(0), SIGSTOP);
    put(&job);
    run_until(&starts, 1);
    assert_int_equal(job.lost, 1);
}

static void a_monitor_that_is_poisoned_is_counted_ended_and_followed(void **state)
{
    const pid_t process = harness_child(0);
    struct noted jobs[2] = {noted_of(LINK_START), noted_of(LINK_EVIDENCE)};

    (void)state;
    poison = 1;
    put(&jobs[0]);
    put(&jobs[1]);
    run_until(&starts, 1);
    assert_true(jobs[0].lost && jobs[1].lost);
    assert_int_equal(poisoned, 1);
    assert_int_equal(lost, 1);
    for (int i = 0; i < 15000 && pool.leaving_count > 0; i++) {
        pool_bury(&pool);
        usleep(2000);
    }
    assert_int_equal(kill(process, 0), -1);
    assert_int_not_equal(harness_child(0), process);
}

static void monitors_that_do_not_stay_up_are_given_up(void **state)
{
    struct noted job = noted_of(LINK_EVIDENCE);
    const char first = monitor[0];

    (void)state;
    monitor[0] = '\0'; /* no program */
    kill(harness_child(0), SIGKILL);
    run_until(&given_up, 1);
    monitor[0] = first;
    assert_null(queue_limits(queue));
    assert_int_equal(queue_put(queue, &job.job), POBF_E_SYSTEM);
    assert_int_equal(job.done, 0);
}

static void a_monitor_that_comes_up_late_does_not_stop_the_loop(void **state)
{
    const struct timeval moment = {0, 20000};
    struct noted job = noted_of(LINK_EVIDENCE);
    int stopped = 0;

    (void)state;
    kill(harness_child(0), SIGKILL);
    for (int i = 0; i < 500 && !(stopped && lost > 0); i++) {
        event_base_loop(base, EVLOOP_NONBLOCK);
        pool_bury(&pool); /* until the new one is the only child */
        if (!stopped && lost > 0 && pool.leaving_count == 0) {
            stopped = kill(harness_child(0), SIGSTOP) == 0;
        }
    }
    event_base_loopexit(base, &moment);
    event_base_dispatch(base); /* it returns: nobody waits for the hello */
    if (starts == 0) {
        assert_null(queue_limits(queue));
        assert_int_equal(queue_put(queue, &job.job), POBF_E_SYSTEM);
    }
    kill(harness_child(0), SIGCONT);
    run_until(&starts, 1);
    put(&job);
    run_until(&job.done, 1);
    assert_int_equal(job.lost, 0);
}

static void what_waits_is_told_when_the_queue_is_closed(void **state)
{
    struct noted jobs[2] = {noted_of(LINK_EVIDENCE), noted_of(LINK_EVIDENCE)};

    (void)state;
    put(&jobs[0]);
    put(&jobs[1]);
    queue_close(queue);
    queue = NULL;
    assert_true(jobs[0].lost && jobs[1].lost);
}

static void note_start(void *context)
{
    (void)context;
    starts++;
}

static void note_loss(void *context)
{
    (void)context;
    lost++;
}

static void note_poisoned(void *context)
{
    (void)context;
    poisoned++;
}

static void note_given_up(void *context)
{
    (void)context;
    given_up++;
}

static int open_queue(void **state)
{
    const struct queue_options options = {
        .base = base,
        .pool = &pool,
        .slack_s = 1,
        .started = note_start,
        .lost = note_loss,
        .poisoned = note_poisoned,
        .given_up = note_given_up,
    };

    const struct link_options link = {
        .monitor_path = monitor, .image = image, .image_size = image_size};

    (void)state;
    pool_init(&pool, &link, 0, 1);
    if (queue_open(&queue, &options) != POBF_OK || queue_await(queue) != POBF_OK) {
        return -1;
    }
    starts = lost = given_up = poisoned = done_count = 0;
    return 0;
}

static int close_queue(void **state)
{
    (void)state;
    queue_close(queue);
    queue = NULL;
    pool_close(&pool);
    return 0;
}

static int write_file(const char *name, const char *text)
{
    char path[PLACE_ROOM];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return file_write(path, (const uint8_t *)text, strlen(text), 0) == POBF_OK ? 0 : -1;
}

static int build_image(void **state)
{
    char path[PLACE_ROOM];

    (void)state;
    setenv("POBF_SHARE", ".", 1);
    base = event_base_new();
    snprintf(monitor, sizeof monitor, "%s/pobf-monitor", harness_folder());
    if (base == NULL || mkdtemp(folder) == NULL ||
        write_file("function.c", "#include \"pobf_function.h\"\n"
                                 "int pobf_function(struct pobf_call *call) {\n"
                                 "    call->output_size = 0;\n"
                                 "    return 0;\n}\n") != 0 ||
        write_file("pobf.json", "{\"name\":\"q\",\"input_max\":4096,\"output_max\":4096,"
                                "\"arena\":0,\"stack\":16384,\"deadline_ms\":900}") != 0) {
        return -1;
    }
    return compile_project(path, folder, NULL) == POBF_OK &&
                   file_read(&image, &image_size, path, IMAGE_FILE_MAX) == POBF_OK
               ? 0
               : -1;
}

static int remove_image(void **state)
{
    char command[128];

    (void)state;
    file_free(image, image_size);
    event_base_free(base);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(jobs_are_answered_in_the_order_they_came, open_queue,
                                        close_queue),
        cmocka_unit_test_setup_teardown(a_job_that_waits_can_become_another_one, open_queue,
                                        close_queue),
        cmocka_unit_test_setup_teardown(an_input_is_asked_for_as_it_is_sent, open_queue,
                                        close_queue),
        cmocka_unit_test_setup_teardown(a_job_that_the_link_refuses_does_not_hold_up_the_next,
                                        open_queue, close_queue),
        cmocka_unit_test_setup_teardown(
            a_monitor_that_is_killed_loses_the_jobs_that_wait_and_is_followed, open_queue,
            close_queue),
        cmocka_unit_test_setup_teardown(a_monitor_that_does_not_answer_is_ended, open_queue,
                                        close_queue),
        cmocka_unit_test_setup_teardown(a_monitor_that_is_poisoned_is_counted_ended_and_followed,
                                        open_queue, close_queue),
        cmocka_unit_test_setup_teardown(monitors_that_do_not_stay_up_are_given_up, open_queue,
                                        close_queue),
        cmocka_unit_test_setup_teardown(a_monitor_that_comes_up_late_does_not_stop_the_loop,
                                        open_queue, close_queue),
        cmocka_unit_test_setup_teardown(what_waits_is_told_when_the_queue_is_closed, open_queue,
                                        close_queue),
    };

    return cmocka_run_group_tests(tests, build_image, remove_image);
}
