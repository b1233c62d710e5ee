#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/cli/file.h"
#include "edge/cli/run.h"
#include "edge/cli/scratch.h"

enum { PATH_ROOM = 64, OUTPUT_MAX = 4096, SHORT_S = 20 };

static char folder[] = "/tmp/pobf-run-XXXXXX";
static char output[PATH_ROOM], log_file[PATH_ROOM];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(output, sizeof output, "%s/output", folder);
    snprintf(log_file, sizeof log_file, "%s/log", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    scratch_close(folder);
    return 0;
}

static enum pobf_status run_shell(const char *script)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};

    return run_program(&(struct run){arguments, folder, output, log_file});
}

static void assert_holds(const char *path, const char *content)
{
    uint8_t *bytes;
    size_t size;

    assert_int_equal(file_read(&bytes, &size, path, OUTPUT_MAX), POBF_OK);
    assert_string_equal((const char *)bytes, content);
    file_free(bytes, size);
}

static void output_and_log_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(run_shell("echo out; echo talk >&2"), POBF_OK);
    assert_holds(output, "out\n");
    assert_holds(log_file, "talk\n");
    assert_int_equal(run_shell("echo more >&2"), POBF_OK);
    assert_holds(output, "");
    assert_holds(log_file, "talk\nmore\n");
}

static void a_failure_is_a_failure(void **state)
{
    const char *const nobody[] = {"no-such-program-anywhere", NULL};

    (void)state;
    assert_int_equal(run_shell("exit 1"), POBF_E_REFUSED);
    assert_int_equal(run_shell("kill -9 $$"), POBF_E_REFUSED);
    assert_int_equal(run_program(&(struct run){nobody, folder, output, log_file}), POBF_E_SYSTEM);
    assert_int_equal(run_program(&(struct run){nobody, "/nowhere", output, log_file}),
                     POBF_E_SYSTEM);
}

/* A prover, a cache or a flag that the caller has set must not reach the proofs. */
static void nothing_of_the_environment_goes_along_but_the_path(void **state)
{
    (void)state;
    assert_int_equal(setenv("POBF_PROVERS", "none", 1), 0);
    assert_int_equal(setenv("MAKEFLAGS", "-n", 1), 0);
    assert_int_equal(setenv("LD_PRELOAD_TEST", "x", 1), 0);
    assert_int_equal(run_shell("env | cut -d= -f1 | grep -v -e '^PWD$' -e '^_$' -e '^SHLVL$' -e "
                               "'^OLDPWD$' | sort | tr '\\n' ' '"),
                     POBF_OK);
    assert_holds(output, "HOME LC_ALL PATH ");
}

/* A tool that is its user's own has all of the environment, but neither time nor room without end. */
static void a_tool_of_its_users_ends_too(void **state)
{
    static const char *const spin[] = {"sh", "-c", "sleep 60 & wait", NULL};
    static const char *const fill[] = {"sh", "-c", "exec cat /dev/zero", NULL};
    static const char *const tell[] = {"sh", "-c", "printf %s \"$POBF_RUN_TEST\"", NULL};
    static const struct cage limits = {.wall_s = 1, .file_bytes = 4096};
    static const struct cage room = {.wall_s = SHORT_S, .file_bytes = 4096};
    const time_t before = time(NULL);

    (void)state;
    assert_int_equal(run_as_user(&(struct run){spin, folder, output, log_file}, &limits),
                     POBF_E_REFUSED);
    assert_true(time(NULL) - before < SHORT_S);
    assert_int_equal(run_as_user(&(struct run){fill, folder, output, log_file}, &room),
                     POBF_E_REFUSED);
    assert_int_equal(setenv("POBF_RUN_TEST", "told", 1), 0);
    assert_int_equal(run_as_user(&(struct run){tell, folder, output, log_file}, &room), POBF_OK);
    assert_holds(output, "told");
}

static void stdin_is_empty(void **state)
{
    (void)state;
    assert_int_equal(run_shell("cat"), POBF_OK);
    assert_holds(output, "");
}

/* The process id that the program has printed; 0 after SHORT_S seconds without. */
static long read_id(void)
{
    for (int i = 0; i < 10 * SHORT_S; i++) {
        uint8_t *bytes;
        size_t size;
        long id = 0;

        if (file_read(&bytes, &size, output, OUTPUT_MAX) == POBF_OK) {
            id = size > 0 && bytes[size - 1] == '\n' ? strtol((const char *)bytes, NULL, 10) : 0;
            file_free(bytes, size);
        }
        if (id > 0) {
            return id;
        }
        nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
    }
    return 0;
}

/* One that has ended, and was not reaped yet, has an empty command line. */
static int is_running(long id)
{
    char path[PATH_ROOM];
    uint8_t *bytes;
    size_t size;

    snprintf(path, sizeof path, "/proc/%ld/cmdline", id);
    if (file_read(&bytes, &size, path, OUTPUT_MAX) != POBF_OK) {
        return 0;
    }
    file_free(bytes, size);
    return size > 0;
}

/* In a child, since the guard stays. What it runs starts a program that would outlive it by far. */
static void a_signal_ends_the_whole_group(void **state)
{
    int outcome;
    pid_t child;
    long id;

    (void)state;
    assert_int_equal(unlink(output), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        run_guard();
        _exit(run_shell("sleep 60 & echo $!; wait") == POBF_E_SYSTEM && run_interrupted() &&
                      run_shell("true") == POBF_E_SYSTEM
                  ? 0
                  : 1);
    }
    id = read_id();
    assert_true(id > 0);
    assert_true(is_running(id)); /* the control */
    assert_int_equal(kill(child, SIGTERM), 0);
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_true(WIFEXITED(outcome));
    assert_int_equal(WEXITSTATUS(outcome), 0);
    for (int i = 0; i < 10 * SHORT_S && is_running(id); i++) {
        nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
    }
    assert_false(is_running(id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_and_log_are_told_apart),
        cmocka_unit_test(a_failure_is_a_failure),
        cmocka_unit_test(nothing_of_the_environment_goes_along_but_the_path),
        cmocka_unit_test(a_tool_of_its_users_ends_too),
        cmocka_unit_test(stdin_is_empty),
        cmocka_unit_test(a_signal_ends_the_whole_group),
    };

    return cmocka_run_group_tests_name("edge/cli/run", tests, make_folder, remove_folder);
}
