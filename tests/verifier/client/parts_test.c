/* A file of any size, part by part: each byte once, and the last part is known as the last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "verifier/client/input.h"
#include "verifier/client/parts.h"

enum { ROOM = 8, SIZE_MAX_TRIED = 4 * ROOM };

static const char bytes[SIZE_MAX_TRIED + 1] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/* Read all of it, ROOM bytes at a time; the parts must be what is expected of this size. */
static void read_all(struct parts *parts, size_t size)
{
    const size_t expected = size == 0 ? 1 : (size + ROOM - 1) / ROOM;
    uint8_t part[ROOM];
    size_t at = 0, got;
    int is_last = 0;

    for (size_t i = 0; i < expected; i++) {
        assert_false(is_last);
        assert_int_equal(parts_read(parts, part, &got, &is_last, ROOM), INPUT_GO_ON);
        assert_int_equal(got, i + 1 < expected ? ROOM : size - at);
        assert_memory_equal(part, bytes + at, got);
        at += got;
    }
    assert_true(is_last);
    parts_close(parts);
}

static void every_size_comes_in_full_parts_but_the_last(void **state)
{
    char path[] = "/tmp/pobf-parts-XXXXXX";
    const int descriptor = mkstemp(path);
    struct parts parts;

    (void)state;
    assert_true(descriptor >= 0);
    for (size_t size = 0; size <= SIZE_MAX_TRIED; size++) {
        assert_int_equal(ftruncate(descriptor, 0), 0);
        assert_int_equal(pwrite(descriptor, bytes, size, 0), size);
        assert_int_equal(parts_open(&parts, path), INPUT_GO_ON);
        assert_int_equal(parts.total, size);
        read_all(&parts, size);
    }
    close(descriptor);
    unlink(path);
}

/* What comes from a pipe comes in pieces: they are put together. */
static void pieces_of_a_pipe_are_put_together(void **state)
{
    int ends[2];

    (void)state;
    for (size_t size = 0; size <= SIZE_MAX_TRIED; size++) {
        struct parts parts = {.path = "a pipe"};
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        if (child == 0) {
            for (size_t i = 0; i < size; i++) {
                if (write(ends[1], bytes + i, 1) != 1) {
                    _exit(1);
                }
            }
            _exit(0);
        }
        close(ends[1]);
        parts.descriptor = ends[0];
        read_all(&parts, size);
        assert_int_equal(waitpid(child, NULL, 0), child);
    }
}

static void what_cannot_be_read_cannot_be_told(void **state)
{
    struct parts parts;
    uint8_t part[ROOM];
    size_t size;
    int is_last;

    (void)state;
    assert_int_equal(parts_open(&parts, "/no/such/file"), 3);
    parts_close(&parts);
    assert_int_equal(parts_open(&parts, "/tmp"), INPUT_GO_ON);
    assert_int_equal(parts_read(&parts, part, &size, &is_last, ROOM), 3);
    assert_false(is_last);
    parts_close(&parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_comes_in_full_parts_but_the_last),
        cmocka_unit_test(pieces_of_a_pipe_are_put_together),
        cmocka_unit_test(what_cannot_be_read_cannot_be_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
