#include "proofs/binary/compare.h"

#include <stdlib.h>
#include <string.h>

/* Two areas of one name, and what was published in either run. */
struct couple {
    const uint8_t *one, *other;
    size_t size;
    const struct state *of_one, *of_other;
};

/* How many bytes from `at` on are, in both states, those from `from` on of what was published. */
static size_t copied(const struct couple *couple, size_t at, size_t from)
{
    const struct state *one = couple->of_one;
    const struct state *other = couple->of_other;
    size_t n = 0;

    while (at + n < couple->size && from + n < one->published_size &&
           couple->one[at + n] == one->published[from + n] &&
           couple->other[at + n] == other->published[from + n]) {
        n++;
    }
    return n;
}

/* The longest copy that begins at `at`. */
static size_t longest_copy(const struct couple *couple, size_t at)
{
    const struct state *one = couple->of_one;
    size_t longest = 0;

    if (one->published_size != couple->of_other->published_size ||
        at + COMPARE_COPY_BYTES > couple->size) {
        return 0;
    }
    for (size_t from = 0; from + COMPARE_COPY_BYTES <= one->published_size; from++) {
        const size_t n = copied(couple, at, from);

        longest = n > longest ? n : longest;
    }
    return longest < COMPARE_COPY_BYTES ? 0 : longest;
}

/* The end of the copy that the byte at `at` is in; `at` itself where it is in none. */
static size_t copy_end(const struct couple *couple, size_t at)
{
    size_t begin = at >= COMPARE_COPY_BYTES - 1 ? at - (COMPARE_COPY_BYTES - 1) : 0;

    for (; begin <= at; begin++) {
        const size_t end = begin + longest_copy(couple, begin);

        if (end > at) {
            return end;
        }
    }
    return at;
}

/* Where that much is different nobody looks for copies any more: it is a finding, and soon found. */
enum { MANY = 4096 };

static void judge(uint8_t *verdicts, const struct couple *couple)
{
    size_t different = 0;
    size_t at = 0;

    while (at < couple->size) {
        size_t end;

        if (couple->one[at] == couple->other[at]) {
            at++;
            continue;
        }
        end = different < MANY ? copy_end(couple, at) : at;
        if (end == at) {
            verdicts[at++] = COMPARE_DIFFERENT;
            different++;
            continue;
        }
        for (; at < end; at++) {
            verdicts[at] = couple->one[at] == couple->other[at] ? COMPARE_SAME : COMPARE_PUBLISHED;
        }
    }
}

static int compare_area(struct comparison *comparison, size_t i, const struct state *one,
                        const struct state *other)
{
    const struct state_area *a = &one->areas[i];
    const struct state_area *b = &other->areas[i];
    struct compare_area *area = &comparison->areas[i];
    const struct couple couple = {a->bytes, b->bytes, a->size, one, other};

    area->verdicts = calloc(1, a->size);
    if (area->verdicts == NULL) {
        return 0;
    }
    memcpy(area->name, a->name, sizeof area->name);
    area->address = a->address;
    area->size = a->size;
    comparison->count = i + 1;
    if (memcmp(a->bytes, b->bytes, a->size) != 0) {
        judge(area->verdicts, &couple);
    }
    return 1;
}

static int same_shape(const struct state *one, const struct state *other)
{
    for (size_t i = 0; i < one->count && i < other->count; i++) {
        if (one->areas[i].address != other->areas[i].address ||
            one->areas[i].size != other->areas[i].size) {
            return 0;
        }
    }
    return one->count == other->count;
}

int compare_states(struct comparison *comparison, const struct state *one,
                   const struct state *other)
{
    *comparison = (struct comparison){.is_other = !same_shape(one, other)};
    for (size_t i = 0; i < one->count && !comparison->is_other; i++) {
        if (!compare_area(comparison, i, one, other)) {
            compare_clear(comparison);
            return 0;
        }
    }
    return 1;
}

void compare_steadiness(struct comparison *comparison, const struct state *one,
                        const struct state *again)
{
    if (!same_shape(one, again)) {
        comparison->is_other = 1;
        return;
    }
    for (size_t i = 0; i < comparison->count; i++) {
        const struct compare_area *area = &comparison->areas[i];

        for (size_t at = 0; at < area->size; at++) {
            if (one->areas[i].bytes[at] != again->areas[i].bytes[at]) {
                area->verdicts[at] = COMPARE_UNSTEADY;
            }
        }
    }
}

void compare_confirm(struct comparison *comparison, const struct comparison *again)
{
    comparison->is_other |= again->is_other;
    for (size_t i = 0; i < comparison->count && i < again->count; i++) {
        for (size_t at = 0; at < comparison->areas[i].size; at++) {
            uint8_t *verdict = &comparison->areas[i].verdicts[at];
            const uint8_t second = again->areas[i].verdicts[at];

            if (*verdict == COMPARE_DIFFERENT && second != COMPARE_DIFFERENT) {
                *verdict = second;
            } else if (second == COMPARE_UNSTEADY) {
                *verdict = second;
            }
        }
    }
}

size_t compare_count(const struct comparison *comparison, uint8_t verdict)
{
    size_t count = 0;

    for (size_t i = 0; i < comparison->count; i++) {
        for (size_t at = 0; at < comparison->areas[i].size; at++) {
            count += comparison->areas[i].verdicts[at] == verdict;
        }
    }
    return count;
}

size_t compare_size(const struct comparison *comparison)
{
    size_t size = 0;

    for (size_t i = 0; i < comparison->count; i++) {
        size += comparison->areas[i].size;
    }
    return size;
}

void compare_clear(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++) {
        free(comparison->areas[i].verdicts);
    }
    *comparison = (struct comparison){.count = 0};
}
