#ifndef POBF_ENCLAVE_TRUSTLET_CROSS_H
#define POBF_ENCLAVE_TRUSTLET_CROSS_H

#include <stdint.h>

struct crossing {
    uint64_t entry;  /* in: the function's                                       */
    uint32_t vector; /* out: the exception that F came back by, or the deadline  */
    uint32_t failed; /* out: 0 where F left 0 behind as what it returned, else 1 */
};

/*
 * Go to F, and come back when it is over, one way or another. No register of one side reaches the
 * other, but for what the structure says: general, vector, mask, x87, MXCSR, flags, segments.
 */
void trustlet_cross(struct crossing *crossing);

/* Where F stands when its function has returned; a symbol, not a variable. */
extern const uint8_t trustlet_landed[];

#endif
