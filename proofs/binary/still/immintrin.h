#ifndef POBF_PROOFS_BINARY_STILL_IMMINTRIN_H
#define POBF_PROOFS_BINARY_STILL_IMMINTRIN_H

/*
 * In place of the compiler's header, for the check alone: the processor's random source, of which
 * one instruction is used, with the same words in every run.
 */
static inline int _rdrand64_step(unsigned long long *word)
{
    static unsigned long long drawn;

    *word = 0x9e3779b97f4a7c15ULL * ++drawn;
    return 1;
}

#endif
