#ifndef POBF_TESTS_FRAMEWORK_WIRE_SPOIL_H
#define POBF_TESTS_FRAMEWORK_WIRE_SPOIL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "framework/core/status.h"
#include "tests/framework/wire/foreign.h"

/* How parsers of foreign layouts are tested: into `out`, of `out_size` bytes, or not at all. */
struct spoil {
    enum pobf_status (*parse)(void *out, const uint8_t *bytes, size_t size);
    void *out;
    size_t out_size;
};

static inline int spoil_is_zero(const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (((const uint8_t *)bytes)[i] != 0) {
            return 0;
        }
    }
    return 1;
}

/* Parse a copy that ends where memory does; a failure leaves only zeros. 1 where it parses. */
static inline int spoil_parses(const struct spoil *spoil, const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    enum pobf_status status;

    assert_non_null(copy);
    memcpy(copy + 1, bytes, size);
    memset(spoil->out, 0, spoil->out_size);
    status = spoil->parse(spoil->out, copy + 1, size);
    assert_true(status == POBF_OK || status == POBF_E_INPUT);
    assert_true(status == POBF_OK || spoil_is_zero(spoil->out, spoil->out_size));
    free(copy);
    return status == POBF_OK;
}

/* The whole parses; no beginning of it does, nor the whole and a byte more. */
static inline void assert_only_the_whole_parses(const struct spoil *spoil, const uint8_t *bytes,
                                                size_t size)
{
    uint8_t longer[FOREIGN_ROOM + 1];

    assert_true(size > 0 && size <= FOREIGN_ROOM);
    assert_true(spoil_parses(spoil, bytes, size));
    for (size_t i = 0; i < size; i++) {
        assert_false(spoil_parses(spoil, bytes, i));
    }
    memcpy(longer, bytes, size);
    longer[size] = 1;
    assert_false(spoil_parses(spoil, longer, size + 1));
}

/* Every byte, changed in every way: it parses or leaves zeros. Returns how many ways parse. */
static inline size_t count_what_parses(const struct spoil *spoil, uint8_t *bytes, size_t size)
{
    size_t count = 0;

    for (size_t i = 0; i < size; i++) {
        const uint8_t kept = bytes[i];

        for (unsigned int change = 1; change < 256; change++) {
            bytes[i] = (uint8_t)(kept ^ change);
            count += (size_t)spoil_parses(spoil, bytes, size);
        }
        bytes[i] = kept;
    }
    return count;
}

#endif
