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

#include "enclave/tee/tsm_entry.h"

/* The calls that reach configfs, on a plain folder: a STAND-IN, in which a folder begins empty. */

static char folder[] = "/tmp/pobf-tsm-XXXXXX";
static char entry[TSM_ENTRY_ROOM];

static void put(const char *attribute, const void *bytes, size_t size)
{
    char path[TSM_ENTRY_ROOM + 32];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", entry, attribute);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void drop(const char *attribute)
{
    char path[TSM_ENTRY_ROOM + 32];

    snprintf(path, sizeof path, "%s/%s", entry, attribute);
    assert_int_equal(unlink(path), 0);
}

static void entries_are_apart_and_go_away(void **state)
{
    char other[TSM_ENTRY_ROOM];
    struct stat facts;

    (void)state;
    assert_int_equal(tsm_entry_make(entry, folder), POBF_OK);
    assert_int_equal(tsm_entry_make(other, folder), POBF_OK);
    assert_string_not_equal(entry, other);
    assert_int_equal(stat(entry, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0700);
    tsm_entry_remove(entry);
    tsm_entry_remove(other);
    assert_int_not_equal(stat(entry, &facts), 0);
}

static void without_configfs_there_is_no_entry(void **state)
{
    static char long_name[TSM_ENTRY_ROOM];

    (void)state;
    assert_int_equal(tsm_entry_make(entry, "/nowhere"), POBF_E_MISSING);
    assert_int_equal(tsm_entry_make(entry, "/dev/null"), POBF_E_MISSING);
    memset(long_name, 'x', sizeof long_name - 1);
    assert_int_equal(tsm_entry_make(entry, long_name), POBF_E_SPACE);
}

static void attributes_are_read_whole_or_not_at_all(void **state)
{
    uint8_t *bytes;
    size_t size;

    (void)state;
    assert_int_equal(tsm_entry_make(entry, folder), POBF_OK);
    put("outblob", "four", 4);
    assert_int_equal(tsm_entry_read(&bytes, &size, entry, "outblob", 4), POBF_OK);
    assert_int_equal(size, 4);
    assert_string_equal(bytes, "four");
    free(bytes);
    assert_int_equal(tsm_entry_read(&bytes, &size, entry, "outblob", 3), POBF_E_SPACE);
    assert_null(bytes);
    assert_int_equal(tsm_entry_read(&bytes, &size, entry, "auxblob", 4), POBF_E_MISSING);
    assert_null(bytes);
    assert_int_equal(size, 0);
    assert_int_equal(tsm_entry_read(&bytes, &size, folder, "", 4), POBF_E_SYSTEM); /* a folder */
    assert_null(bytes);
    drop("outblob");
    tsm_entry_remove(entry);
}

static void attributes_are_written_where_they_are(void **state)
{
    const uint8_t data[] = {1, 2, 3};
    uint8_t *bytes;
    size_t size;

    (void)state;
    assert_int_equal(tsm_entry_make(entry, folder), POBF_OK);
    assert_int_equal(tsm_entry_write(entry, "inblob", data, sizeof data), POBF_E_MISSING);
    put("inblob", "", 0);
    assert_int_equal(tsm_entry_write(entry, "inblob", data, sizeof data), POBF_OK);
    assert_int_equal(tsm_entry_read(&bytes, &size, entry, "inblob", 64), POBF_OK);
    assert_int_equal(size, sizeof data);
    assert_memory_equal(bytes, data, sizeof data);
    free(bytes);
    drop("inblob");
    tsm_entry_remove(entry);
    assert_int_equal(tsm_entry_write("/dev", "full", data, sizeof data), POBF_E_SYSTEM);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_apart_and_go_away),
        cmocka_unit_test(without_configfs_there_is_no_entry),
        cmocka_unit_test(attributes_are_read_whole_or_not_at_all),
        cmocka_unit_test(attributes_are_written_where_they_are),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
