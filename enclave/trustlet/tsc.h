#ifndef POBF_ENCLAVE_TRUSTLET_TSC_H
#define POBF_ENCLAVE_TRUSTLET_TSC_H

#include <stdint.h>

/* The counter that runs at a constant rate; good for what a receipt says, not for less than 1 us. */
static inline uint64_t tsc_read(void)
{
    return __builtin_ia32_rdtsc();
}

#endif
