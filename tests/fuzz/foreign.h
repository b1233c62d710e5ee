#ifndef POBF_TESTS_FUZZ_FOREIGN_H
#define POBF_TESTS_FUZZ_FOREIGN_H

#include "framework/wire/span.h"
#include "tests/framework/wire/foreign.h"
#include "tests/fuzz/fuzz.h"

/* What fuzzers of foreign layouts share: every span that was found is in the input. */
static inline void promise_inside(const struct pobf_span *span, size_t size)
{
    promise(span->size <= size && span->at <= size - span->size);
}

/* A good input, where there is room for it. */
static inline size_t foreign_seed(uint8_t *out, size_t room, size_t (*make)(uint8_t *))
{
    promise(room >= FOREIGN_ROOM);
    return make(out);
}

#endif
