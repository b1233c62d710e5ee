#ifndef POBF_ENCLAVE_PLATFORM_SIM_H
#define POBF_ENCLAVE_PLATFORM_SIM_H

#include "framework/wire/evidence.h"

/*
 * The platform `sim`: evidence signed with a TEST KEY that anyone can read in the source. It shows
 * that everything else fits together, and proves nothing about the machine. Its public key is in
 * verifier/trust/sim.pub; verifiers refuse it unless told otherwise.
 */

/* Fill in platform and report data, and sign. On any error out is all zeros and *size is 0. */
POBF_MUST_CHECK enum pobf_status sim_sign(uint8_t *out, size_t room, size_t *size,
                                          const struct pobf_evidence *evidence);

/* The public key that sim_sign's signatures verify under. */
POBF_MUST_CHECK enum pobf_status sim_public_key(uint8_t key[POBF_PUBLIC_KEY_BYTES]);

#endif
