/* Processes that end when they should not, or do not when they should. */
#include "tests/enclave/harness.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAUSE_US = 2000, PAUSES = 15000, PROCESSES = 8, HOST_S = 120 };

static char echoing[HARNESS_PATH_ROOM];
static char looping[HARNESS_PATH_ROOM];
static struct harness_result result;
static struct link *peer;

static int build(void **state)
{
    const struct harness_limits small = {
        .deadline_ms = 5000, .input_max = 4096, .output_max = 4096, .stack = 65536};
    const struct harness_limits patient = {.deadline_ms = 60000, .stack = 65536};

    (void)state;
    return sodium_init() < 0 || harness_build(echoing, "echo", &small) != 0 ||
                   harness_build(looping, "loop", &patient) != 0
               ? -1
               : 0;
}

static int open_echo(void **state)
{
    (void)state;
    peer = harness_open(echoing);
    return 0;
}

static int open_loop(void **state)
{
    (void)state;
    peer = harness_open(looping);
    return 0;
}

static int close_link(void **state)
{
    (void)state;
    link_close(peer);
    return 0;
}

static void call(void)
{
    harness_call(&result, peer, (const uint8_t *)"hello", 5);
}

static void assert_good_call(void)
{
    call();
    assert_int_equal(result.status, POBF_OK);
    assert_true(result.answered);
    assert_memory_equal(result.output, "hello", 5);
}

/* The parent of a process, 0 where there is no such process. */
static pid_t parent_of(pid_t process, char *kind)
{
    char path[64];
    char line[512] = {0};
    int parent = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    file = fopen(path, "r");
    if (file == NULL) {
        return 0;
    }
    if (fgets(line, sizeof line, file) == NULL || strrchr(line, ')') == NULL ||
        sscanf(strrchr(line, ')'), ") %c %d", kind, &parent) != 2) {
        parent = 0;
    }
    fclose(file);
    return *kind == 'Z' ? 0 : (pid_t)parent;
}

/* The monitor's children that live: the nursery is the oldest. */
static int children_of(pid_t parent, pid_t children[PROCESSES])
{
    DIR *folder = opendir("/proc");
    struct dirent *entry;
    int count = 0;

    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        const pid_t process = (pid_t)atoi(entry->d_name);
        char kind = 0;

        if (process > 0 && count < PROCESSES && parent_of(process, &kind) == parent) {
            children[count++] = process;
        }
    }
    closedir(folder);
    return count;
}

static int lives(pid_t process)
{
    char kind = 0;

    return parent_of(process, &kind) != 0;
}

/* Wait until a process has ended; 0 where it does not. */
static int ends(pid_t process)
{
    for (int i = 0; i < PAUSES && lives(process); i++) {
        usleep(PAUSE_US);
    }
    return !lives(process);
}

/* The monitor's two children, once they are there. */
static void find_children(pid_t *nursery, pid_t *next)
{
    pid_t children[PROCESSES];
    int count = 0;

    for (int i = 0; i < PAUSES && count != 2; i++) {
        count = children_of(link_process(peer), children);
        usleep(PAUSE_US);
    }
    assert_int_equal(count, 2);
    *nursery = children[0] < children[1] ? children[0] : children[1];
    *next = children[0] < children[1] ? children[1] : children[0];
}

static void start_a_call(void)
{
    const struct pobf_offer offer = harness_start(peer);
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *sealed = harness_seal(&provider, peer, &offer, NULL, 0, commitment);

    assert_int_equal(link_ask_call(peer, offer.task_id, sealed, POBF_SEALED_OVERHEAD), POBF_OK);
    free(sealed);
}

static void a_killed_monitor_gives_no_answer_and_leaves_no_process(void **state)
{
    struct link_answer answer;
    pid_t nursery;
    pid_t next;

    (void)state;
    find_children(&nursery, &next);
    start_a_call();
    usleep(20 * 1000);
    assert_true(lives(nursery) && lives(next));
    kill(link_process(peer), SIGKILL);
    assert_int_equal(link_take(peer, &answer), POBF_E_SYSTEM);
    assert_null(answer.receipt);
    assert_null(answer.body);
    assert_true(ends(nursery));
    assert_true(ends(next));
}

static void a_killed_nursery_ends_the_monitor_after_the_answer(void **state)
{
    struct link_answer answer;
    pid_t nursery;
    pid_t next;

    (void)state;
    find_children(&nursery, &next);
    kill(nursery, SIGKILL);
    assert_true(ends(nursery));
    assert_good_call(); /* its process was made before */
    assert_true(ends(link_process(peer)));
    assert_int_equal(link_ask_start(peer), POBF_E_SYSTEM);
    assert_int_equal(link_take(peer, &answer), POBF_E_STATE);
}

/* It was asked for another process, and dies before it has made one: nobody knows what runs. */
static void a_nursery_lost_between_calls_poisons_the_next_one(void **state)
{
    pid_t nursery;
    pid_t next;

    (void)state;
    find_children(&nursery, &next);
    kill(nursery, SIGSTOP);
    assert_good_call();        /* its process was made before */
    (void)harness_start(peer); /* an answer to this says that the order went out */
    kill(nursery, SIGKILL);
    call();
    assert_int_equal(result.status, POBF_E_POISONED);
    assert_int_equal(result.receipt_size, 0);
    assert_false(result.answered);
    assert_true(ends(link_process(peer)));
}

static void a_function_killed_from_outside_is_forgotten(void **state)
{
    pid_t nursery;
    pid_t next;

    (void)state;
    find_children(&nursery, &next);
    start_a_call();
    usleep(20 * 1000);
    kill(next, SIGKILL);
    harness_take(&result, peer, NULL);
    assert_int_equal(result.status, POBF_E_FUNCTION);
    assert_int_equal(result.receipt.exit, POBF_EXIT_KILLED);
}

static void a_function_killed_before_its_call_is_forgotten_and_the_next_one_works(void **state)
{
    pid_t nursery;
    pid_t next;

    (void)state;
    find_children(&nursery, &next);
    kill(next, SIGKILL);
    assert_true(ends(next));
    call();
    assert_int_equal(result.status, POBF_E_FUNCTION);
    assert_int_equal(result.receipt.exit, POBF_EXIT_KILLED);
    assert_good_call();
}

static void a_signal_to_stop_reaches_the_host_alone(void **state)
{
    static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
    pid_t nursery;
    pid_t next;

    (void)state;
    find_children(&nursery, &next);
    start_a_call();
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        kill(link_process(peer), stops[i]);
        kill(nursery, stops[i]);
        kill(next, stops[i]);
    }
    usleep(20 * 1000);
    assert_true(lives(link_process(peer)) && lives(nursery) && lives(next));
    kill(next, SIGKILL); /* what is in flight is answered still */
    harness_take(&result, peer, NULL);
    assert_int_equal(result.status, POBF_E_FUNCTION);
    assert_int_equal(result.receipt.exit, POBF_EXIT_KILLED);
}

/* A host of its own, which starts a monitor, tells us the ids, and waits to be killed. */
static void be_a_host(int report)
{
    pid_t family[3];

    alarm(HOST_S); /* a failed assertion must not leave a second run of these tests behind */
    peer = harness_open(looping);
    family[0] = link_process(peer);
    find_children(&family[1], &family[2]);
    start_a_call();
    if (write(report, family, sizeof family) == sizeof family) {
        pause();
    }
    _exit(1);
}

static void nothing_outlives_a_killed_host(void **state)
{
    int report[2];
    pid_t family[3];
    pid_t host;

    (void)state;
    assert_int_equal(pipe(report), 0);
    host = fork();
    assert_true(host >= 0);
    if (host == 0) {
        be_a_host(report[1]);
    }
    close(report[1]);
    assert_int_equal(read(report[0], family, sizeof family), sizeof family);
    for (int i = 0; i < 3; i++) {
        assert_true(lives(family[i]));
    }
    kill(host, SIGKILL);
    assert_int_equal(waitpid(host, NULL, 0), host);
    for (int i = 0; i < 3; i++) {
        assert_true(ends(family[i]));
    }
    close(report[0]);
}

int main(void)
{
#define ECHO(test) cmocka_unit_test_setup_teardown(test, open_echo, close_link)
#define LOOP(test) cmocka_unit_test_setup_teardown(test, open_loop, close_link)
    const struct CMUnitTest tests[] = {
        LOOP(a_killed_monitor_gives_no_answer_and_leaves_no_process),
        ECHO(a_killed_nursery_ends_the_monitor_after_the_answer),
        ECHO(a_nursery_lost_between_calls_poisons_the_next_one),
        LOOP(a_function_killed_from_outside_is_forgotten),
        ECHO(a_function_killed_before_its_call_is_forgotten_and_the_next_one_works),
        LOOP(a_signal_to_stop_reaches_the_host_alone),
        cmocka_unit_test(nothing_outlives_a_killed_host),
    };

    return cmocka_run_group_tests_name("enclave/monitor/death", tests, build, NULL);
}
