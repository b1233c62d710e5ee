/* The bar, as a terminal gets it; and nothing of it where there is no terminal. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/cli/progress.h"
#include "edge/cli/talk.h"

enum { ROOM = 8192 };

static char seen[ROOM];
static int master, kept;

/* stderr is a terminal from here on, whose other end is `master`. */
static int begin(void **state)
{
    int slave;

    (void)state;
    master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
        return -1;
    }
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    kept = dup(STDERR_FILENO);
    if (slave < 0 || kept < 0 || dup2(slave, STDERR_FILENO) < 0) {
        return -1;
    }
    close(slave);
    return 0;
}

static int end(void **state)
{
    (void)state;
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(master);
    return 0;
}

/* What has come out so far: up to a mark, since a terminal hands on what it gets when it likes. */
static const char *look(void)
{
    size_t size = 0;

    assert_int_equal(write(STDERR_FILENO, "\1", 1), 1);
    do {
        const ssize_t got = read(master, seen + size, sizeof seen - 1 - size);

        assert_true(got > 0);
        size += (size_t)got;
    } while (seen[size - 1] != '\1');
    seen[size - 1] = '\0';
    return seen;
}

static void a_bar_tells_how_much_of_the_bytes_is_done(void **state)
{
    struct progress progress;

    (void)state;
    progress_begin_bytes(&progress, 4 << 20);
    assert_non_null(strstr(look(), "[                                        ]   0 % of 4.0 MiB"));
    progress_add(&progress, 1 << 20);
    assert_non_null(strstr(look(), "[##########                              ]  25 % of 4.0 MiB"));
    progress_add(&progress, 3 << 20);
    assert_non_null(strstr(look(), "100 % of 4.0 MiB"));
    assert_non_null(strstr(seen, " MiB/s"));
    progress_end(&progress);
}

static void without_a_total_it_tells_what_is_done(void **state)
{
    struct progress progress;

    (void)state;
    progress_begin_bytes(&progress, 0);
    progress_add(&progress, 3 << 19);
    assert_non_null(strstr(look(), "1.5 MiB, "));
    assert_null(strchr(seen, '%'));
    progress_end(&progress);
}

static void what_is_counted_has_its_name(void **state)
{
    struct progress progress;

    (void)state;
    progress_begin(&progress, "files", 2);
    progress_step(&progress);
    assert_non_null(strstr(look(), "50 % of 2 files"));
    progress_end(&progress);
    look();
    progress_begin(&progress, "files", 0);
    progress_step(&progress);
    progress_end(&progress);
    assert_string_equal(look(), "");
}

static void what_is_said_begins_a_line_of_its_own(void **state)
{
    struct progress progress;
    const char *said;

    (void)state;
    progress_begin_bytes(&progress, 10);
    look();
    talk_say("a fact");
    said = strstr(look(), "pobf: a fact");
    assert_non_null(said);
    assert_int_equal(seen[0], '\r');
    assert_int_equal(said[-1], '\r');
    assert_int_equal(strspn(seen + 1, " "), said - seen - 2);
    talk_say("another");
    assert_ptr_equal(strstr(look(), "pobf: another"), seen); /* nothing is in its way */
    progress_end(&progress);
}

static void without_a_terminal_nothing_is_shown(void **state)
{
    struct progress progress;
    int ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    kept = dup(STDERR_FILENO);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    progress_begin_bytes(&progress, 10);
    progress_add(&progress, 5);
    progress_end(&progress);
    dup2(kept, STDERR_FILENO);
    close(kept);
    assert_int_equal(read(ends[0], seen, sizeof seen), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_bar_tells_how_much_of_the_bytes_is_done, begin, end),
        cmocka_unit_test_setup_teardown(without_a_total_it_tells_what_is_done, begin, end),
        cmocka_unit_test_setup_teardown(what_is_counted_has_its_name, begin, end),
        cmocka_unit_test_setup_teardown(what_is_said_begins_a_line_of_its_own, begin, end),
        cmocka_unit_test(without_a_terminal_nothing_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
