#ifndef POBF_ENCLAVE_PROCESS_SECRET_H
#define POBF_ENCLAVE_PROCESS_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * Memory for secrets, zero at first. Where the kernel has memfd_secret, no other process can read
 * it, not even root's debugger, no core holds it, it is never swapped, and the kernel zeroes it
 * when it is given up, however its owner ends. Elsewhere, and beyond the limit on locked memory, it is
 * a memfd, locked where the limit allows, and left out of cores; the caller says so to people.
 */
struct secret {
    uint8_t *bytes;
    size_t size;
    int descriptor; /* to map it once more, elsewhere; -1 after secret_seclude */
    int hidden;     /* 1: memfd_secret                                         */
    int locked;     /* 1: never swapped                                        */
};

/* Locked memory is counted against a limit: raise it as far as one may. secret_open does so too. */
void secret_raise_limit(void);

/* `size` is rounded up to pages. POBF_E_SYSTEM where there is no memory. */
POBF_MUST_CHECK enum pobf_status secret_open(struct secret *secret, size_t size);
/* Give the descriptor up: nobody can map the memory any more. */
void secret_seclude(struct secret *secret);
/* Wipe and give back. */
void secret_close(struct secret *secret);

#endif
