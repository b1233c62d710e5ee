#include <linux/landlock.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/cli/file.h"
#include "enclave/host/lockdown.h"

static char folder[] = "/tmp/pobf-lockdown-XXXXXX";
static char secret[64], receipt[64];

static int can_read(const char *path)
{
    uint8_t *bytes;
    size_t size;
    const enum pobf_status status = file_read(&bytes, &size, path, 1 << 20);

    file_free(bytes, size);
    return status == POBF_OK;
}

static int can_write(const char *path)
{
    return file_write(path, (const uint8_t *)"x", 1, 0) == POBF_OK;
}

static int can_execute(const char *path)
{
    char *const arguments[] = {(char *)(uintptr_t)path, NULL};
    const pid_t process = fork();
    int status;

    if (process == 0) {
        execv(path, arguments);
        _exit(127);
    }
    waitpid(process, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* In a process of its own, for this cannot be undone: a bit for each thing that still works. */
static int what_works(int locked, int asks_for_names)
{
    const pid_t process = fork();
    int status;

    if (process == 0) {
        if (locked &&
            (lockdown_privileges() != POBF_OK ||
             lockdown_files("/bin/echo", NULL, folder, NULL, asks_for_names) != POBF_OK)) {
            _exit(255);
        }
        _exit(can_read(secret) | can_write(secret) << 1 | can_execute("/bin/true") << 2 |
              can_write(receipt) << 3 | (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) << 4 |
              (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0) << 5 | can_read(receipt) << 6 |
              can_read("/etc/hosts") << 7);
    }
    waitpid(process, &status, 0);
    return WEXITSTATUS(status);
}

/* What it says where no descriptor is left for the rules, but for as many as there are. */
static int says_without_descriptors(rlim_t descriptors)
{
    const struct rlimit limit = {descriptors, descriptors};
    const pid_t process = fork();
    int status;

    if (process == 0) {
        _exit(setrlimit(RLIMIT_NOFILE, &limit) == 0
                  ? (int)lockdown_files("/bin/echo", NULL, folder, NULL, 0)
                  : 255);
    }
    waitpid(process, &status, 0);
    return WEXITSTATUS(status);
}

enum { READS_SECRET = 1, WRITES_SECRET = 2, EXECUTES = 4, WRITES_RECEIPT = 8 };
enum { NO_NEW_PRIVILEGES = 16, NOT_DUMPABLE = 32, READS_RECEIPT = 64, READS_NAMES = 128 };
enum { RECEIPTS = WRITES_RECEIPT | READS_RECEIPT };

static void who_cannot_be_confined_is_told(void **state)
{
    (void)state;
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) {
        puts("SKIP: the kernel has no Landlock");
        skip();
    }
    assert_int_equal(says_without_descriptors(64), POBF_OK);
    assert_int_equal(says_without_descriptors(0), POBF_E_SYSTEM);
}

static void only_what_serving_needs_still_works(void **state)
{
    (void)state;
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) {
        puts("SKIP: the kernel has no Landlock");
        skip();
    }
    /* Control: before, all of it works. */
    assert_int_equal(what_works(0, 0),
                     READS_SECRET | WRITES_SECRET | EXECUTES | RECEIPTS | READS_NAMES);
    assert_int_equal(what_works(1, 0), RECEIPTS | NO_NEW_PRIVILEGES | NOT_DUMPABLE);
    assert_int_equal(what_works(1, 1), RECEIPTS | READS_NAMES | NO_NEW_PRIVILEGES | NOT_DUMPABLE);
}

static void a_path_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(lockdown_files("/nowhere", NULL, NULL, NULL, 0), POBF_E_SYSTEM);
    assert_int_equal(lockdown_files("/bin/true", "/nowhere", NULL, NULL, 0), POBF_E_SYSTEM);
    assert_int_equal(lockdown_files("/bin/true", NULL, NULL, "/nowhere", 0), POBF_E_SYSTEM);
}

static int prepare(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(secret, sizeof secret, "%s.secret", folder);
    snprintf(receipt, sizeof receipt, "%s/receipt", folder);
    return can_write(secret) ? 0 : -1;
}

static int clean_up(void **state)
{
    (void)state;
    unlink(receipt);
    unlink(secret);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_serving_needs_still_works),
        cmocka_unit_test(who_cannot_be_confined_is_told),
        cmocka_unit_test(a_path_that_is_not_there_is_an_error),
    };

    return cmocka_run_group_tests(tests, prepare, clean_up);
}
