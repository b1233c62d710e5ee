/*
 * The generator of the machine, in a process.
 * LINK: -O2 -mrdrnd -I. enclave/trustlet/random.c framework/core/wipe.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "enclave/trustlet/random.h"

enum { DRAWS = 1000000 };

static const uint8_t seed[TRUSTLET_SEED_BYTES] = {1, 2, 3};

static int by_value(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* How many of the draws were there before; a chance of 1 in 37 million that it is not 0. */
static size_t count_repeated(uint64_t *draws, size_t count)
{
    size_t repeated = 0;

    qsort(draws, count, sizeof draws[0], by_value);
    for (size_t i = 1; i < count; i++) {
        repeated += draws[i] == draws[i - 1];
    }
    return repeated;
}

static void a_million_draws_are_all_different(void **state)
{
    uint64_t *draws = calloc(DRAWS, sizeof *draws);

    (void)state;
    assert_non_null(draws);
    random_open(seed);
    for (size_t i = 0; i < DRAWS; i++) {
        randombytes_buf(&draws[i], sizeof draws[i]);
    }
    draws[0] = draws[1];
    assert_int_equal(count_repeated(draws, DRAWS), 1); /* so one that is repeated is seen */
    free(draws);
}

/* The host gives the same seed twice: what is drawn is not the same, for it is not the host's alone. */
static void the_same_seed_draws_something_else(void **state)
{
    uint8_t first[32];
    uint8_t second[32];

    (void)state;
    random_open(seed);
    randombytes_buf(first, sizeof first);
    random_open(seed);
    randombytes_buf(second, sizeof second);
    assert_memory_not_equal(first, second, sizeof first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_draws_are_all_different),
        cmocka_unit_test(the_same_seed_draws_something_else),
    };

    return cmocka_run_group_tests_name("enclave/trustlet/random", tests, NULL, NULL);
}
