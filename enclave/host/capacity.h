#ifndef POBF_ENCLAVE_HOST_CAPACITY_H
#define POBF_ENCLAVE_HOST_CAPACITY_H

#include "enclave/image/image.h"

/*
 * How many trustlets of an image this machine holds, before the first is started: a host that takes
 * more than there is would be ended by the kernel in the middle of calls.
 */

/* Bytes that one takes at most, its part of the host included. */
uint64_t capacity_each(const struct image *image);
/* Bytes that are there for all: of the machine, and of our control group. 0: nobody says. */
uint64_t capacity_available(void);

/* How many processors there are for us, at least one. */
size_t capacity_processors(void);

/*
 * How many trustlets to serve with: `wanted`, or, where that is 0, one for every processor, as far as
 * there is memory. `warm` are kept ready for each processor in use. POBF_E_USAGE, and people are told,
 * where so many do not fit.
 *   each  bytes that one takes; of several functions, what one of each takes together
 */
POBF_MUST_CHECK enum pobf_status capacity_choose(size_t *trustlets, uint64_t each, uint64_t wanted,
                                                 uint64_t warm);

/* Have as many descriptors as the hard limit lets us. */
void capacity_raise_limits(void);

#endif
