#ifndef POBF_FRAMEWORK_CORE_WIPE_H
#define POBF_FRAMEWORK_CORE_WIPE_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"

/* Overwrite `size` bytes at `secret` with zero, in a way that no optimiser may remove. */
/*@
  requires memory: \valid(secret + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          secret[0 .. size - 1];
  ensures  zero:   zeroed(secret, size);
*/
void pobf_wipe(uint8_t *secret, size_t size);

#endif
