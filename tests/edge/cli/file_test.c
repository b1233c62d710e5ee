#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"

enum { LARGE = 300 * 1024 };

static char folder[] = "/tmp/pobf-file-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder); /* fails, and the test with it, where a temporary file was left */
}

static void what_is_written_is_read(void **state)
{
    static uint8_t content[LARGE];
    uint8_t *bytes;
    size_t size;

    (void)state;
    memset(content, 0x5a, sizeof content);
    assert_int_equal(file_write(path, content, sizeof content, 0), POBF_OK);
    assert_int_equal(file_read(&bytes, &size, path, sizeof content), POBF_OK);
    assert_int_equal(size, sizeof content);
    assert_memory_equal(bytes, content, size);
    assert_int_equal(bytes[size], 0);
    file_free(bytes, size);
}

static void a_file_over_the_limit_is_refused(void **state)
{
    uint8_t *bytes;
    size_t size;

    (void)state;
    assert_int_equal(file_write(path, (const uint8_t *)"12345", 5, 0), POBF_OK);
    assert_int_equal(file_read(&bytes, &size, path, 4), POBF_E_SPACE);
    assert_null(bytes);
    assert_int_equal(size, 0);
}

/* Who reads plain files alone waits for nobody, and reads them as others do. */
static void what_is_no_plain_file_is_not_waited_for(void **state)
{
    uint8_t *bytes;
    size_t size;

    (void)state;
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(file_read_plain(&bytes, &size, path, 4), POBF_E_INPUT);
    assert_null(bytes);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(file_read_plain(&bytes, &size, path, 4), POBF_E_MISSING);
    assert_int_equal(file_read_plain(&bytes, &size, folder, 4), POBF_E_SYSTEM);
    assert_int_equal(file_read_plain(&bytes, &size, "/dev/zero", 4), POBF_E_INPUT);
    assert_int_equal(file_write(path, (const uint8_t *)"12345", 5, 0), POBF_OK);
    assert_int_equal(file_read_plain(&bytes, &size, path, 4), POBF_E_SPACE);
    assert_int_equal(file_read_plain(&bytes, &size, path, 5), POBF_OK);
    assert_memory_equal(bytes, "12345", 6);
    file_free(bytes, size);
}

static void a_missing_file_is_missing(void **state)
{
    uint8_t *bytes;
    size_t size;

    (void)state;
    assert_int_equal(file_read(&bytes, &size, "/nowhere/file", 4), POBF_E_MISSING);
    assert_int_equal(file_write("/nowhere/file", (const uint8_t *)"x", 1, 0), POBF_E_MISSING);
}

static void a_private_file_is_its_owners_alone(void **state)
{
    struct stat facts;

    (void)state;
    assert_int_equal(file_write(path, (const uint8_t *)"x", 1, 1), POBF_OK);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
}

static void a_failed_write_leaves_the_old_file(void **state)
{
    char blocker[96];
    uint8_t *bytes;
    size_t size;

    (void)state;
    assert_int_equal(file_write(path, (const uint8_t *)"old", 3, 0), POBF_OK);
    snprintf(blocker, sizeof blocker, "%s.%ld.part", path, (long)getpid());
    assert_int_equal(mkdir(blocker, 0700), 0);
    assert_int_equal(file_write(path, (const uint8_t *)"new", 3, 0), POBF_E_SYSTEM);
    assert_int_equal(rmdir(blocker), 0);
    assert_int_equal(file_read(&bytes, &size, path, 16), POBF_OK);
    assert_memory_equal(bytes, "old", 3);
    file_free(bytes, size);
}

static void what_was_not_read_was_not_judged(void **state)
{
    (void)state;
    assert_int_equal(file_error(POBF_E_MISSING, "nowhere"), 3);
    assert_int_equal(file_error(POBF_E_SYSTEM, "-"), 3);
    assert_true(file_is_folder("/") && !file_is_folder("nowhere") && !file_is_folder("-"));
    assert_int_equal(file_error(POBF_E_SYSTEM, "/"), 3);
    assert_int_equal(file_error(POBF_E_SPACE, "long"), 3);
    assert_int_equal(file_error(POBF_E_INPUT, "other"), 3);
    for (enum pobf_status status = POBF_E_INPUT; status < POBF_STATUS_COUNT; status++) {
        assert_int_equal(talk_exit_code(file_unread(status, "any")), 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_file_over_the_limit_is_refused),
        cmocka_unit_test(what_is_no_plain_file_is_not_waited_for),
        cmocka_unit_test(a_missing_file_is_missing),
        cmocka_unit_test(a_private_file_is_its_owners_alone),
        cmocka_unit_test(a_failed_write_leaves_the_old_file),
        cmocka_unit_test(what_was_not_read_was_not_judged),
    };

    return cmocka_run_group_tests_name("edge/cli/file", tests, make_folder, remove_folder);
}
