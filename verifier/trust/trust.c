#include "verifier/trust/trust.h"

/* The same as in sim.pub, for people; a test compares them. */
const uint8_t trust_sim_root[POBF_PUBLIC_KEY_BYTES] = {0};
