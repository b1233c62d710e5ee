#ifndef POBF_PROOFS_BINARY_PLANT_H
#define POBF_PROOFS_BINARY_PLANT_H

#include "enclave/kvm/keeper.h"

/*
 * Put eight bytes of a secret into a machine that has forgotten: the control that shows that the
 * differential looks there. `where` is a region of the guest ("STACK", see plan.h), or a kind of
 * register ("general", "control", "debug", "vector", "msr"); NULL: nowhere. 1; 0: there is no such place.
 */
int plant_secret(struct keeper *keeper, const char *where, const uint8_t secret[8]);

#endif
