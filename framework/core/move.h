#ifndef POBF_FRAMEWORK_CORE_MOVE_H
#define POBF_FRAMEWORK_CORE_MOVE_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"

/*
 * Copy `size` bytes to a place that does not overlap, and leave zeros behind, in one pass and in a way
 * that no optimiser may shorten: to copy first and wipe then takes twice as long.
 */
/*@
  requires to:     \valid(to + (0 .. size - 1));
  requires from:   \valid(from + (0 .. size - 1));
  requires apart:  \separated(to + (0 .. size - 1), from + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          to[0 .. size - 1], from[0 .. size - 1];
  ensures  moved:  \forall integer k; 0 <= k < size ==> to[k] == \old(from[k]);
  ensures  zero:   zeroed(from, size);
*/
void pobf_move(uint8_t *to, uint8_t *from, size_t size);

#endif
