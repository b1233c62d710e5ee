#ifndef POBF_ENCLAVE_TRANSLATE_ROUNDS_H
#define POBF_ENCLAVE_TRANSLATE_ROUNDS_H

#include "enclave/translate/line.h"

/*
 * A loop whose rounds can be counted before it begins: it goes straight, nothing in it can end the
 * call but a look outside of the memory, and it goes on until one local, which takes the same step
 * each round, is what does not change. So all of it can be paid at once, and to the compiler it is a
 * loop as any other.
 */
struct rounds {
    size_t last; /* the line of its branch back; its label is at `first` */
    struct word {
        const char *text;
        size_t size;
    } local, end, step, goes_on; /* as C; it goes on while that is not 0 */
};

/* 1 where the loop whose label is line `first` is one. */
int rounds_find(struct rounds *rounds, const struct lines *lines, size_t first);

#endif
