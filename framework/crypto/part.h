#ifndef POBF_FRAMEWORK_CRYPTO_PART_H
#define POBF_FRAMEWORK_CRYPTO_PART_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"

/*
 * One stretch of bytes to read. What is hashed is an array of them, one after another: no buffer
 * has to hold them side by side.
 */
struct pobf_part {
    const uint8_t *bytes;
    size_t size;
};

/*@
  // Each of the parts can be read to its end.
  predicate readable_parts{L}(struct pobf_part *parts, integer count) =
    \valid_read{L}(parts + (0 .. count - 1)) &&
    \forall integer i; 0 <= i < count ==>
      \valid_read{L}(\at(parts[i].bytes, L) + (0 .. \at(parts[i].size, L) - 1));
*/

#endif
