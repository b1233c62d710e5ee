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
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include <cmocka.h>

#include "edge/cli/scratch.h"

static char parent[PLACE_ROOM];

static int make_parent(void **state)
{
    (void)state;
    snprintf(parent, sizeof parent, "/tmp/pobf-scratch-test-XXXXXX");
    return mkdtemp(parent) != NULL && setenv("TMPDIR", parent, 1) == 0 ? 0 : -1;
}

static int remove_parent(void **state)
{
    (void)state;
    scratch_close(parent);
    return 0;
}

/* Make a folder in a process that is killed then, its child not, where there is one. */
static void leave(char path[PLACE_ROOM], int with_child, pid_t *child)
{
    struct {
        pid_t child;
        char path[PLACE_ROOM];
    } told = {.child = 0};
    int ends[2];
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    if (pid == 0) {
        const enum pobf_status status = scratch_open(told.path, "pobf-left");

        told.child = with_child ? fork() : 0;
        if (with_child && told.child == 0) {
            pause();
        }
        _exit(status == POBF_OK && write(ends[1], &told, sizeof told) == sizeof told ? 0 : 1);
    }
    assert_int_equal(read(ends[0], &told, sizeof told), sizeof told);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(ends[0]);
    close(ends[1]);
    memcpy(path, told.path, PLACE_ROOM);
    *child = told.child;
}

static void make_old(const char *path)
{
    const time_t then = time(NULL) - 3600;

    assert_int_equal(utime(path, &(struct utimbuf){then, then}), 0);
}

/* Open one, which removes what is left, and close it. */
static void open_another(void)
{
    char path[PLACE_ROOM];

    assert_int_equal(scratch_open(path, "pobf-left"), POBF_OK);
    assert_int_equal(access(path, F_OK), 0);
    scratch_close(path);
    assert_string_equal(path, "");
}

static void what_a_killed_process_left_goes(void **state)
{
    char left[PLACE_ROOM];
    char inside[PLACE_ROOM + 8];
    pid_t none;
    FILE *file;

    (void)state;
    leave(left, 0, &none);
    snprintf(inside, sizeof inside, "%s/file", left);
    file = fopen(inside, "w");
    assert_non_null(file);
    fclose(file);
    open_another();
    assert_int_equal(access(left, F_OK), 0); /* it is new: perhaps it is not held yet */
    make_old(left);
    open_another();
    assert_int_not_equal(access(left, F_OK), 0);
}

static void what_is_worked_in_stays(void **state)
{
    char left[PLACE_ROOM];
    pid_t child;

    (void)state;
    leave(left, 1, &child);
    make_old(left);
    open_another();
    assert_int_equal(access(left, F_OK), 0);
    assert_int_equal(kill(child, SIGKILL), 0);
    for (int i = 0; i < 600 && access(left, F_OK) == 0; i++) { /* until it is gone */
        nanosleep(&(struct timespec){.tv_nsec = 50 * 1000 * 1000}, NULL);
        open_another();
    }
    assert_int_not_equal(access(left, F_OK), 0);
}

/* A link with such a name leads nowhere, and a folder of another name is another's. */
static void nothing_else_goes(void **state)
{
    char other[PLACE_ROOM + 32];
    char link[PLACE_ROOM + 32];

    (void)state;
    snprintf(other, sizeof other, "%s/pobf-leftover", parent);
    snprintf(link, sizeof link, "%s/pobf-left-abcdef", parent);
    assert_int_equal(mkdir(other, 0700), 0);
    assert_int_equal(symlink(other, link), 0);
    make_old(other);
    open_another();
    assert_int_equal(access(other, F_OK), 0);
    assert_int_equal(access(link, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_killed_process_left_goes),
        cmocka_unit_test(what_is_worked_in_stays),
        cmocka_unit_test(nothing_else_goes),
    };

    return cmocka_run_group_tests_name("edge/cli/scratch", tests, make_parent, remove_parent);
}
