#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "enclave/monitor/window.h"

enum { AT = 100, ROOM = 70000 };

static uint8_t memory[AT + ROOM + 1];
static uint8_t source[ROOM + 1];
static const struct window window = {.bytes = memory, .size = sizeof memory};

static void what_is_put_is_there_and_nowhere_else(void **state)
{
    static const size_t sizes[] = {0, 1, 50001, ROOM};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const size_t size = sizes[i];

        memset(memory, 0x11, sizeof memory);
        for (size_t k = 0; k <= ROOM; k++) {
            source[k] = (uint8_t)(k % 251 + 1);
        }
        window_put(&window, AT, source, size);
        for (size_t k = 0; k < size; k++) {
            assert_int_equal(memory[AT + k], k % 251 + 1);
        }
        assert_int_equal(memory[AT - 1], 0x11);
        assert_int_equal(memory[AT + size], 0x11);
    }
}

static int fits(size_t size, int seals)
{
    const int descriptor = memfd_create("window", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int result;

    assert_int_equal(ftruncate(descriptor, (off_t)size), 0);
    assert_int_equal(fcntl(descriptor, F_ADD_SEALS, seals), 0);
    result = window_fits(&window, descriptor);
    close(descriptor);
    return result;
}

static void only_what_holds_all_of_it_and_cannot_shrink_fits(void **state)
{
    (void)state;
    assert_true(fits(sizeof memory, F_SEAL_SHRINK));
    assert_false(fits(sizeof memory - 1, F_SEAL_SHRINK));
    assert_false(fits(sizeof memory, 0));
    assert_false(fits(sizeof memory, F_SEAL_GROW));
    assert_false(window_fits(&window, STDIN_FILENO));
    assert_false(window_fits(&window, -1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_there_and_nowhere_else),
        cmocka_unit_test(only_what_holds_all_of_it_and_cannot_shrink_fits),
    };

    return cmocka_run_group_tests_name("enclave/monitor/window", tests, NULL, NULL);
}
