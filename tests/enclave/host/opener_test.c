#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/cli/file.h"
#include "edge/cli/landlock.h"
#include "enclave/host/opener.h"

static char folder[] = "/tmp/pobf-opener-XXXXXX";
static char file[64], fifo[64], nothing[64];
static struct opener opener;

static int open_opener(void **state)
{
    const char *paths[] = {file, folder, fifo, nothing, NULL};

    (void)state;
    return opener_begin(&opener, paths, 5) == POBF_OK ? 0 : -1;
}

static int close_opener(void **state)
{
    (void)state;
    opener_end(&opener);
    return 0;
}

static void put(const char *text)
{
    assert_int_equal(file_write(file, (const uint8_t *)text, strlen(text), 0), POBF_OK);
}

static void expect(const char *text)
{
    uint8_t *bytes;
    size_t size;
    int opened;

    assert_int_equal(opener_ask(&opener, 0), POBF_OK);
    assert_int_equal(opener_take(&opener, &opened), POBF_OK);
    assert_int_equal(file_read_open(&bytes, &size, opened, 100), POBF_OK);
    close(opened);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(bytes, text, size);
    file_free(bytes, size);
}

static void a_file_is_handed_over_as_it_is_by_then(void **state)
{
    (void)state;
    put("one");
    expect("one");
    put("another one");
    expect("another one");
}

static void expect_none(size_t number, enum pobf_status status)
{
    int opened;

    assert_int_equal(opener_ask(&opener, number), POBF_OK);
    assert_int_equal(opener_take(&opener, &opened), status);
    assert_int_equal(opened, -1);
}

static void what_is_no_file_is_not_handed_over(void **state)
{
    (void)state;
    expect_none(1, POBF_E_SYSTEM);
    expect_none(2, POBF_E_SYSTEM); /* and nobody waits for who writes to it */
    expect_none(3, POBF_E_MISSING);
    expect_none(4, POBF_E_SYSTEM);
}

static void no_other_file_can_be_asked_for(void **state)
{
    (void)state;
    expect_none(5, POBF_E_SYSTEM);
    expect_none(SIZE_MAX, POBF_E_SYSTEM);
    put("control: it lives");
    expect("control: it lives");
}

static void it_heeds_a_filter_of_calls_and_gains_nothing(void **state)
{
    char path[64];
    char line[128];
    int found = 0;
    FILE *status;

    (void)state;
    put("control: it works under them");
    expect("control: it works under them");
    snprintf(path, sizeof path, "/proc/%d/status", (int)opener.process);
    status = fopen(path, "re");
    assert_non_null(status);
    while (fgets(line, sizeof line, status) != NULL) {
        found += strcmp(line, "NoNewPrivs:\t1\n") == 0 || strcmp(line, "Seccomp:\t2\n") == 0;
    }
    fclose(status);
    assert_int_equal(found, 2);
}

static void one_that_is_gone_is_told(void **state)
{
    int opened;

    (void)state;
    put("there");
    expect("there");
    kill(opener.process, SIGHUP); /* a terminal's, to all of the group: no reason to go */
    kill(opener.process, SIGTERM);
    put("still there");
    expect("still there");
    kill(opener.process, SIGKILL);
    if (opener_ask(&opener, 0) == POBF_OK) { /* it may be taken, and is never read */
        assert_int_equal(opener_take(&opener, &opened), POBF_E_STATE);
    }
    assert_int_equal(opener_take(&opener, &opened), POBF_E_STATE);
    assert_int_equal(opened, -1);
}

/* In a process of its own, which cannot open a file any more: its opener can. */
static void who_is_confined_gets_the_file_all_the_same(void **state)
{
    pid_t child;
    int status;

    (void)state;
    put("confined");
    child = fork();
    if (child == 0) {
        uint8_t *bytes;
        size_t size;

        if (open_opener(NULL) != 0 || landlock_confine(NULL, 0) != POBF_OK) {
            _exit(2);
        }
        if (file_read(&bytes, &size, file, 100) == POBF_OK) {
            _exit(77); /* this kernel confines nobody */
        }
        expect("confined");
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        printf("SKIP: no Landlock\n");
        skip();
    }
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int prepare(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(file, sizeof file, "%s/file", folder);
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    snprintf(nothing, sizeof nothing, "%s/nothing", folder);
    return mkfifo(fifo, 0600);
}

static int clean_up(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int main(void)
{
#define OPENED(test) cmocka_unit_test_setup_teardown(test, open_opener, close_opener)
    const struct CMUnitTest tests[] = {
        OPENED(a_file_is_handed_over_as_it_is_by_then),
        OPENED(what_is_no_file_is_not_handed_over),
        OPENED(no_other_file_can_be_asked_for),
        OPENED(it_heeds_a_filter_of_calls_and_gains_nothing),
        OPENED(one_that_is_gone_is_told),
        cmocka_unit_test(who_is_confined_gets_the_file_all_the_same),
    };

    return cmocka_run_group_tests(tests, prepare, clean_up);
}
