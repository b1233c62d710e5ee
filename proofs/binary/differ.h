#ifndef POBF_PROOFS_BINARY_DIFFER_H
#define POBF_PROOFS_BINARY_DIFFER_H

#include "proofs/binary/compare.h"
#include "proofs/binary/subject.h"

/* One subject, many pairs of secrets, each pair several times. */
enum { DIFFER_ROUNDS = 3, DIFFER_SECRET_BYTES = 513, DIFFER_PLACES = 8 };

struct differ_options {
    uint8_t first;      /* what the secret begins with: the function's command, if it takes one */
    size_t secret_size; /* at most DIFFER_SECRET_BYTES                                          */
    unsigned pairs;
    unsigned from; /* the first pair's number: another number, another pair */
};

/* Where something was left. */
struct differ_place {
    char name[STATE_NAME_ROOM];
    uint64_t address;
    size_t bytes;
};

struct differ_result {
    unsigned pairs;   /* that were run to their end             */
    size_t bytes;     /* compared, of one state                 */
    size_t published; /* the most of any pair                   */
    size_t differing; /* the sum of all pairs, each confirmed   */
    size_t unsteady;  /* no word can be said about these        */
    struct differ_place places[DIFFER_PLACES];
    size_t place_count;
};

POBF_MUST_CHECK enum pobf_status differ_run(struct differ_result *result, struct subject *subject,
                                            const struct differ_options *options);

#endif
