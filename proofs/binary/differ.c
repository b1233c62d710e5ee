#include "proofs/binary/differ.h"

#include <string.h>

/* The same numbers on every machine, so that a finding can be found again. */
static uint64_t next_number(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Two secrets: zeros and ones; two that differ in one bit; and then whatever comes. */
static void make_pair(uint8_t secrets[2][DIFFER_SECRET_BYTES], const struct differ_options *options,
                      unsigned pair)
{
    enum { EXTREMES, ONE_BIT };
    uint64_t seed = UINT64_C(0x2545f4914f6cdd1d) + pair;

    for (size_t i = 0; i < DIFFER_SECRET_BYTES; i++) {
        secrets[0][i] = pair == EXTREMES ? 0 : (uint8_t)(next_number(&seed) >> 24);
        secrets[1][i] = pair == EXTREMES  ? 0xff
                        : pair == ONE_BIT ? secrets[0][i]
                                          : (uint8_t)(next_number(&seed) >> 24);
    }
    if (pair == ONE_BIT) {
        secrets[1][3] ^= 0x10;
    }
    if (options->first != 0) {
        secrets[0][0] = secrets[1][0] = options->first;
    }
}

/* One round: both secrets, and how the two final states differ. */
static enum pobf_status run_round(struct comparison *comparison, struct state states[2],
                                  struct subject *subject, const struct differ_options *options,
                                  unsigned pair)
{
    static uint8_t secrets[2][DIFFER_SECRET_BYTES];
    enum pobf_status status;

    make_pair(secrets, options, pair);
    status = subject->run(subject, &states[0], secrets[0], options->secret_size);
    if (status != POBF_OK) {
        return status;
    }
    status = subject->run(subject, &states[1], secrets[1], options->secret_size);
    if (status == POBF_OK && !compare_states(comparison, &states[0], &states[1])) {
        state_clear(&states[1]);
        status = POBF_E_SPACE;
    }
    if (status != POBF_OK) {
        state_clear(&states[0]);
    }
    return status;
}

static void clear_round(struct comparison *comparison, struct state states[2])
{
    compare_clear(comparison);
    state_clear(&states[0]);
    state_clear(&states[1]);
}

/* The same pair again: what comes back counts, and what is never twice the same says nothing. */
static enum pobf_status confirm(struct comparison *comparison, const struct state states[2],
                                struct subject *subject, const struct differ_options *options,
                                unsigned pair)
{
    for (int i = 1; i < DIFFER_ROUNDS; i++) {
        static struct comparison again;
        static struct state others[2];
        const enum pobf_status status = run_round(&again, others, subject, options, pair);

        if (status != POBF_OK) {
            return status;
        }
        compare_confirm(comparison, &again);
        compare_steadiness(comparison, &states[0], &others[0]);
        compare_steadiness(comparison, &states[1], &others[1]);
        clear_round(&again, others);
    }
    return POBF_OK;
}

static void note_place(struct differ_result *result, const struct compare_area *area)
{
    struct differ_place *place = &result->places[result->place_count];
    size_t first = area->size;
    size_t bytes = 0;

    for (size_t i = area->size; i-- > 0;) {
        if (area->verdicts[i] == COMPARE_DIFFERENT) {
            first = i;
            bytes++;
        }
    }
    if (bytes == 0 || result->place_count == DIFFER_PLACES) {
        return;
    }
    memcpy(place->name, area->name, sizeof place->name);
    place->address = area->address + first;
    place->bytes = bytes;
    result->place_count++;
}

static void add_up(struct differ_result *result, const struct comparison *comparison)
{
    const size_t published = compare_count(comparison, COMPARE_PUBLISHED);
    const size_t differing = compare_count(comparison, COMPARE_DIFFERENT);

    result->pairs++;
    result->bytes = compare_size(comparison);
    result->published = published > result->published ? published : result->published;
    result->unsteady += compare_count(comparison, COMPARE_UNSTEADY);
    result->differing += differing;
    if (comparison->is_other) {
        result->differing++; /* it is laid out otherwise: that is a word about the secret too */
    }
    if (result->place_count == 0) {
        for (size_t i = 0; differing > 0 && i < comparison->count; i++) {
            note_place(result, &comparison->areas[i]);
        }
    }
}

enum pobf_status differ_run(struct differ_result *result, struct subject *subject,
                            const struct differ_options *options)
{
    *result = (struct differ_result){.pairs = 0};
    for (unsigned i = 0; i < options->pairs; i++) {
        static struct comparison comparison;
        static struct state states[2];
        enum pobf_status status =
            run_round(&comparison, states, subject, options, options->from + i);

        if (status == POBF_OK) {
            status = confirm(&comparison, states, subject, options, options->from + i);
            if (status == POBF_OK) {
                add_up(result, &comparison);
            }
            clear_round(&comparison, states);
        }
        if (status != POBF_OK) {
            return status;
        }
    }
    return POBF_OK;
}
