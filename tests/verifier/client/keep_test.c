/*
 * Every step of keeping a call's files fails in turn.
 * LINK: -Wl,--wrap=file_write,--wrap=rename
 */
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
#include "verifier/client/input.h"
#include "verifier/client/keep.h"

static int fails_at; /* the step that fails, counted from 1; 0: none */
static int steps;

enum pobf_status __real_file_write(const char *path, const uint8_t *bytes, size_t size,
                                   int private_file);
enum pobf_status __wrap_file_write(const char *path, const uint8_t *bytes, size_t size,
                                   int private_file);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

enum pobf_status __wrap_file_write(const char *path, const uint8_t *bytes, size_t size,
                                   int private_file)
{
    return ++steps == fails_at ? POBF_E_SYSTEM : __real_file_write(path, bytes, size, private_file);
}

/* file_write's own renames are not ours to count. */
int __wrap_rename(const char *from, const char *to)
{
    if (strstr(from, ".part") != NULL) {
        return __real_rename(from, to);
    }
    return ++steps == fails_at ? -1 : __real_rename(from, to);
}

static const char *const suffixes[] = {".evidence", ".receipt", ".exchange", ""};

static void write_text(const char *path, const char *text)
{
    assert_int_equal(__real_file_write(path, (const uint8_t *)text, strlen(text), 0), POBF_OK);
}

static void assert_holds(const char *suffix, const char *text)
{
    char path[64];
    uint8_t *bytes;
    size_t size;

    snprintf(path, sizeof path, "out%s", suffix);
    assert_int_equal(file_read(&bytes, &size, path, 100), POBF_OK);
    assert_string_equal((const char *)bytes, text);
    file_free(bytes, size);
}

/* An older set stands; a new one is to replace it. */
static int keep_new(void)
{
    struct keep keep = {.count = 0};
    char path[64];

    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "out%s", suffixes[i]);
        write_text(path, "old");
        keep_add(&keep, "out", suffixes[i], (const uint8_t *)"new", 3, i >= 2);
    }
    steps = 0;
    return keep_write(&keep);
}

static void every_file_takes_its_name(void **state)
{
    struct stat facts;

    (void)state;
    fails_at = 0;
    assert_int_equal(keep_new(), INPUT_GO_ON);
    assert_int_equal(steps, 8); /* the control: each step that may fail is counted */
    for (size_t i = 0; i < 4; i++) {
        assert_holds(suffixes[i], "new");
    }
    assert_int_equal(stat("out.exchange", &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
}

static void what_cannot_be_written_leaves_the_old_set_whole(void **state)
{
    (void)state;
    for (fails_at = 1; fails_at <= 4; fails_at++) {
        assert_int_equal(keep_new(), 3);
        for (size_t i = 0; i < 4; i++) {
            assert_holds(suffixes[i], "old");
        }
    }
}

/* The last name is the result's: it never stands beside proofs that are older than it. */
static void a_name_that_is_not_taken_leaves_the_old_result(void **state)
{
    (void)state;
    for (fails_at = 5; fails_at <= 8; fails_at++) {
        assert_int_equal(keep_new(), 3);
        assert_holds("", "old");
    }
}

static void nothing_under_a_new_name_is_left(void **state)
{
    (void)state;
    for (fails_at = 1; fails_at <= 8; fails_at++) {
        assert_int_equal(keep_new(), 3);
        assert_int_not_equal(system("ls | grep -q '[.]new$'"), 0);
    }
    write_text("control.new", "");
    assert_int_equal(system("ls | grep -q '[.]new$'"), 0);
}

/* The control for what is tried: the same names, once they can be written. */
static void names_are_tried_and_nothing_is_touched(void **state)
{
    struct keep keep = {.count = 0};

    (void)state;
    fails_at = 0;
    write_text("out.receipt", "old");
    keep_add(&keep, "out", ".receipt", NULL, 0, 0);
    keep_add(&keep, "folder/out", "", NULL, 0, 0);
    assert_int_equal(keep_try(&keep), 3);
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(keep_try(&keep), INPUT_GO_ON);
    assert_holds(".receipt", "old");
    assert_int_not_equal(access("folder/out", F_OK), 0);
    assert_int_not_equal(system("ls . folder | grep -q '[0-9][.]new$'"), 0);
}

static void a_name_without_room_writes_nothing(void **state)
{
    struct keep keep = {.count = 0};
    char path[KEEP_PATH_ROOM];

    (void)state;
    fails_at = 0;
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    keep_add(&keep, "short", "", (const uint8_t *)"new", 3, 0);
    keep_add(&keep, path, ".receipt", (const uint8_t *)"new", 3, 0);
    assert_int_equal(keep_write(&keep), 3);
    assert_int_not_equal(access("short", F_OK), 0);
}

static void a_file_too_many_writes_nothing(void **state)
{
    struct keep keep = {.count = 0};

    (void)state;
    for (size_t i = 0; i <= KEEP_MAX; i++) {
        keep_add(&keep, "many", "", (const uint8_t *)"new", 3, 0);
    }
    assert_int_equal(keep_write(&keep), 3);
    assert_int_not_equal(access("many", F_OK), 0);
}

static int enter(void **state)
{
    char folder[] = "/tmp/keep.XXXXXX";

    *state = mkdtemp(folder) == NULL ? NULL : strdup(folder);
    return *state == NULL ? -1 : chdir(*state);
}

static int leave(void **state)
{
    char command[64];

    snprintf(command, sizeof command, "rm -rf %s", (const char *)*state);
    free(*state);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_takes_its_name),
        cmocka_unit_test(what_cannot_be_written_leaves_the_old_set_whole),
        cmocka_unit_test(a_name_that_is_not_taken_leaves_the_old_result),
        cmocka_unit_test(nothing_under_a_new_name_is_left),
        cmocka_unit_test(names_are_tried_and_nothing_is_touched),
        cmocka_unit_test(a_name_without_room_writes_nothing),
        cmocka_unit_test(a_file_too_many_writes_nothing),
    };

    return cmocka_run_group_tests(tests, enter, leave);
}
