/* What a tool in a cage may do, and what it may not; each is allowed without the cage: the control. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/cli/file.h"
#include "edge/cli/landlock.h"
#include "edge/cli/run.h"
#include "edge/cli/scratch.h"

enum { PATH_ROOM = PLACE_ROOM + 32, LOG_MAX = 65536, MIB = 1 << 20 };

static char folder[PLACE_ROOM], outside[PLACE_ROOM], log_file[PATH_ROOM];

static int make_folders(void **state)
{
    (void)state;
    snprintf(outside, sizeof outside, "/tmp/pobf-outside-XXXXXX");
    if (scratch_open(folder, "pobf-cage") != POBF_OK || mkdtemp(outside) == NULL) {
        return -1;
    }
    snprintf(log_file, sizeof log_file, "%s/log", folder);
    return 0;
}

static int remove_folders(void **state)
{
    (void)state;
    scratch_close(folder);
    scratch_close(outside);
    return 0;
}

static struct cage roomy(void)
{
    return (struct cage){.scratch = folder, CAGE_OF_COMPILERS};
}

static enum pobf_status run_in(const struct cage *cage, const char *script)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};

    (void)unlink(log_file);
    return run_caged(&(struct run){arguments, folder, NULL, log_file}, cage);
}

static void assert_logged(const char *text)
{
    uint8_t *bytes;
    size_t size;

    assert_int_equal(file_read(&bytes, &size, log_file, LOG_MAX), POBF_OK);
    if (strstr((const char *)bytes, text) == NULL) {
        fail_msg("no \"%s\" in: %s", text, (const char *)bytes);
    }
    file_free(bytes, size);
}

static void it_works_in_its_folder(void **state)
{
    const struct cage cage = roomy();

    (void)state;
    assert_int_equal(run_in(&cage, "echo x >a && mkdir b && mv a b/a && cat b/a /etc/passwd "
                                   ">/dev/null && rm -r b && [ $TMPDIR = $PWD ]"),
                     POBF_OK);
}

static void it_opens_no_other_file(void **state)
{
    struct cage cage = roomy();
    char script[2 * PATH_ROOM];
    char file[PATH_ROOM];

    (void)state;
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) {
        printf("SKIP: no Landlock\n");
        return;
    }
    snprintf(script, sizeof script, "echo x >%s/file", outside);
    assert_int_equal(run_in(NULL, script), POBF_OK);
    assert_int_equal(run_in(&cage, script), POBF_E_REFUSED);
    snprintf(script, sizeof script, "cat %s/file", outside);
    assert_int_equal(run_in(NULL, script), POBF_OK);
    assert_int_equal(run_in(&cage, script), POBF_E_REFUSED);
    cage.readable[0] = outside;
    assert_int_equal(run_in(&cage, script), POBF_OK);
    snprintf(file, sizeof file, "%s/file", outside);
    cage.readable[0] = file;
    assert_int_equal(run_in(&cage, script), POBF_OK);
    snprintf(script, sizeof script, "echo y >%s/file", outside);
    assert_int_equal(run_in(&cage, script), POBF_E_REFUSED);
}

static void it_has_no_network(void **state)
{
    static const char script[] = "bash -c ': >/dev/tcp/127.0.0.1/9'";
    const struct cage cage = roomy();

    (void)state;
    assert_int_equal(run_in(NULL, script), POBF_E_REFUSED);
    assert_logged("Connection refused");
    assert_int_equal(run_in(&cage, script), POBF_E_REFUSED);
    assert_logged("socket: Operation not permitted");
}

static void it_runs_out_of_time(void **state)
{
    struct cage cage = roomy();
    const time_t begin = time(NULL);

    (void)state;
    cage.cpu_s = 1;
    assert_int_equal(run_in(&cage, "exec sh -c 'while :; do :; done'"), POBF_E_REFUSED);
    assert_logged("CPU time limit");
    cage = roomy();
    cage.wall_s = 1;
    assert_int_equal(run_in(&cage, "sleep 60 & wait"), POBF_E_REFUSED);
    assert_logged("sh: not done within 1 seconds");
    assert_true(time(NULL) - begin < 50);
}

static void it_runs_out_of_memory(void **state)
{
    static const char script[] = "yes | tr -d '\\n' | head -c 300000000 | tail -n 1 | wc -c";
    struct cage cage = roomy();

    (void)state;
    assert_int_equal(run_in(NULL, script), POBF_OK);
    cage.memory_bytes = 100 * MIB;
    (void)run_in(&cage, script);
    assert_logged("memory exhausted");
}

static void it_fills_no_disk(void **state)
{
    static const char script[] = "yes | head -c 2000000 | dd of=big bs=1000 2>&1";
    struct cage cage = roomy();

    (void)state;
    assert_int_equal(run_in(&cage, script), POBF_OK);
    cage.file_bytes = MIB;
    assert_int_equal(run_in(&cage, script), POBF_E_REFUSED);
    assert_logged("File size limit");
}

static void a_folder_that_is_not_there_is_no_reason_to_go_without(void **state)
{
    struct cage cage = roomy();

    (void)state;
    cage.readable[0] = "/nowhere";
    assert_int_equal(run_in(&cage, "true"), POBF_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_works_in_its_folder),
        cmocka_unit_test(it_opens_no_other_file),
        cmocka_unit_test(it_has_no_network),
        cmocka_unit_test(it_runs_out_of_time),
        cmocka_unit_test(it_runs_out_of_memory),
        cmocka_unit_test(it_fills_no_disk),
        cmocka_unit_test(a_folder_that_is_not_there_is_no_reason_to_go_without),
    };

    return cmocka_run_group_tests_name("edge/cli/cage", tests, make_folders, remove_folders);
}
