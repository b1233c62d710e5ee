#ifndef POBF_PROOFS_BINARY_STILL_TSC_H
#define POBF_PROOFS_BINARY_STILL_TSC_H

#include <stdint.h>

/* In place of the product's header, for the check alone: a counter that stands. */
static inline uint64_t tsc_read(void)
{
    return 1;
}

#endif
