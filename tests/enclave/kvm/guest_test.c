#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "enclave/kvm/guest.h"

enum { PAGE = 4096, BYTES = 16 * PAGE, TRIES = 1000000 };

static uint8_t memory[BYTES];
static const struct guest guest = {.bytes = memory, .private_size = BYTES - PAGE, .size = BYTES};

static void *at(uint64_t address, uint64_t size)
{
    return guest_at(&guest, (struct guest_address){address}, size);
}

static void the_door_opens_to_every_byte_of_the_guest(void **state)
{
    (void)state;
    assert_ptr_equal(at(0, BYTES), memory);
    assert_ptr_equal(at(0, 0), memory);
    assert_ptr_equal(at(BYTES - 1, 1), memory + BYTES - 1);
    assert_ptr_equal(at(BYTES, 0), memory + BYTES);
}

static void the_door_is_shut_to_every_other_byte(void **state)
{
    (void)state;
    assert_null(at(BYTES, 1));
    assert_null(at(BYTES - 1, 2));
    assert_null(at(BYTES + 1, 0));
    assert_null(at(0, BYTES + 1));
    assert_null(at(1, UINT64_MAX)); /* the sum wraps to 0 */
    assert_null(at(UINT64_MAX, 1));
    assert_null(at(UINT64_MAX, UINT64_MAX));
    assert_null(at(UINT64_MAX - BYTES + 2, BYTES - 1));
}

/* A number near an edge more often than chance would have it. */
static uint64_t draw(void)
{
    static const uint64_t edges[] = {0, PAGE, BYTES, UINT64_C(1) << 32, UINT64_C(1) << 63};
    uint64_t number;

    randombytes_buf(&number, sizeof number);
    switch (randombytes_uniform(4)) {
    case 0:
        return number;
    case 1:
        return number % (2 * BYTES);
    default:
        return edges[number % 5] + number / 5 % 17 - 8;
    }
}

/* The door agrees with arithmetic that is too wide to wrap. */
static void a_million_addresses_are_judged_as_they_should_be(void **state)
{
    unsigned opened = 0;

    (void)state;
    for (int i = 0; i < TRIES; i++) {
        const uint64_t address = draw();
        const uint64_t size = draw();
        const int inside = (unsigned __int128)address + size <= BYTES;
        const uint8_t *pointer = at(address, size);

        assert_int_equal(pointer != NULL, inside);
        assert_true(pointer == NULL || pointer == memory + address);
        opened += (unsigned)inside;
    }
    assert_true(opened > TRIES / 100 && opened < TRIES / 2);
}

static void a_wiped_guest_is_zero_but_for_the_window(void **state)
{
    (void)state;
    memset(memory, 0x5a, sizeof memory);
    guest_wipe(&guest);
    for (size_t i = 0; i < BYTES; i++) {
        assert_int_equal(memory[i], i < BYTES - PAGE ? 0 : 0x5a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_door_opens_to_every_byte_of_the_guest),
        cmocka_unit_test(the_door_is_shut_to_every_other_byte),
        cmocka_unit_test(a_million_addresses_are_judged_as_they_should_be),
        cmocka_unit_test(a_wiped_guest_is_zero_but_for_the_window),
    };

    return sodium_init() < 0 ? 1
                             : cmocka_run_group_tests_name("enclave/kvm/guest", tests, NULL, NULL);
}
