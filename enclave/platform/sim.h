#ifndef POBF_ENCLAVE_PLATFORM_SIM_H
#define POBF_ENCLAVE_PLATFORM_SIM_H

#include "framework/wire/evidence.h"

/*
 * The platform `sim`: evidence signed with a TEST KEY that anyone can read in the source. It shows
 * that everything else fits together, and proves nothing about the machine. Its public key is in
 * verifier/trust/sim.pub; verifiers refuse it unless told otherwise.
 */

/* Fill in platform and report data, and sign. On any error out is all zeros and *size is 0. */
/*@
  requires out:      \valid(out + (0 .. room - 1));
  requires size:     \valid(size);
  requires evidence: \valid_read(evidence);
  requires apart:    \separated(out + (0 .. room - 1), size, evidence);
  terminates         \true;
  exits              \false;
  assigns            out[0 .. room - 1], *size;
  ensures  success:  \result == POBF_OK ==> 0 < *size <= room;
  ensures  failure:  \result != POBF_OK ==> zeroed(out, room) && *size == 0;
*/
POBF_MUST_CHECK enum pobf_status sim_sign(uint8_t *out, size_t room, size_t *size,
                                          const struct pobf_evidence *evidence);

/* The public key that sim_sign's signatures verify under. */
/*@
  requires key: \valid(key + (0 .. POBF_PUBLIC_KEY_BYTES - 1));
  terminates    \true;
  exits         \false;
  assigns       key[0 .. POBF_PUBLIC_KEY_BYTES - 1];
*/
POBF_MUST_CHECK enum pobf_status sim_public_key(uint8_t key[POBF_PUBLIC_KEY_BYTES]);

#endif
