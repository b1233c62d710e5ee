#ifndef POBF_VERIFIER_TRUST_TRUST_H
#define POBF_VERIFIER_TRUST_TRUST_H

#include <stdint.h>

#include "framework/wire/evidence.h"

/*
 * The roots that evidence may lead to, one a platform, compiled in.
 *
 *   sim   the simulator's test key. Its private half is in the tree, so anybody can sign with it:
 *         it says that the parts fit together, and nothing about the host. Refused by default.
 */
extern const uint8_t trust_sim_root[POBF_PUBLIC_KEY_BYTES];

#endif
