#ifndef POBF_PROOFS_BINARY_COMPARE_H
#define POBF_PROOFS_BINARY_COMPARE_H

#include "proofs/binary/state.h"

/*
 * Where two final states of one subject differ, of which only the secret did. A byte that is part
 * of a copy of what was published, in both states and at the same place of it, is told apart: the
 * host has it anyway. A copy is of at least COMPARE_COPY_BYTES.
 */
enum { COMPARE_COPY_BYTES = 8 };

enum { COMPARE_SAME, COMPARE_PUBLISHED, COMPARE_DIFFERENT, COMPARE_UNSTEADY };

struct compare_area {
    char name[STATE_NAME_ROOM];
    uint64_t address;
    size_t size;
    uint8_t *verdicts; /* one of the above, a byte each */
};

struct comparison {
    struct compare_area areas[STATE_AREAS];
    size_t count;
    int is_other; /* 1: the two do not even have the same areas */
};

/* Compare; 0 where there is no memory. */
int compare_states(struct comparison *comparison, const struct state *one,
                   const struct state *other);
/* Mark what is not the same in two runs with one secret: no word on it can be trusted. */
void compare_steadiness(struct comparison *comparison, const struct state *one,
                        const struct state *again);
/* Keep of a comparison what a second one, of the same subject, has found as well. */
void compare_confirm(struct comparison *comparison, const struct comparison *again);
size_t compare_count(const struct comparison *comparison, uint8_t verdict);
size_t compare_size(const struct comparison *comparison);
void compare_clear(struct comparison *comparison);

#endif
