#ifndef POBF_ENCLAVE_TRUSTLET_RANDOM_H
#define POBF_ENCLAVE_TRUSTLET_RANDOM_H

#include "enclave/trustlet/abi.h"

/*
 * The random source: the processor's and the host's, so that neither alone decides. A key is
 * replaced at every use, so that what was drawn cannot be drawn again. It is retained: rewinding
 * never touches it. Without the processor's source the monitor does not come up.
 */
void random_open(const uint8_t seed[TRUSTLET_SEED_BYTES]);

#endif
