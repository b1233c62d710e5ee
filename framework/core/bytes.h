#ifndef POBF_FRAMEWORK_CORE_BYTES_H
#define POBF_FRAMEWORK_CORE_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"

/* Copy `size` bytes between places that do not overlap. */
/*@
  requires to:     \valid(to + (0 .. size - 1));
  requires from:   \valid_read(from + (0 .. size - 1));
  requires apart:  \separated(to + (0 .. size - 1), from + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          to[0 .. size - 1];
  ensures  copied: same_bytes(to, from, size);
*/
void pobf_bytes_copy(uint8_t *to, const uint8_t *from, size_t size);

/*
 * Copy in from memory that the host can change at any moment. What is copied is looked at in `to`
 * alone, so that what is judged is what is used. The contract says on purpose nothing of what `to`
 * holds then: to a proof it is anything, which is exactly the double-fetch attacker.
 */
/*@
  requires to:     \valid(to + (0 .. size - 1));
  requires from:   \valid_read(from + (0 .. size - 1));
  requires apart:  \separated(to + (0 .. size - 1), from + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          to[0 .. size - 1];
*/
void pobf_bytes_copy_in(uint8_t *to, const volatile uint8_t *from, size_t size);

/* 1 where `size` bytes at `a` and `b` are the same, else 0; the time does not depend on where. */
/*@
  requires a:     \valid_read(a + (0 .. size - 1));
  requires b:     \valid_read(b + (0 .. size - 1));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  yes:   \result == 1 <==> same_bytes(a, b, size);
  ensures  range: \result == 0 || \result == 1;
*/
int pobf_bytes_equal(const uint8_t *a, const uint8_t *b, size_t size);

/* 1 where all of `size` bytes are zero, else 0; the time does not depend on where. */
/*@
  requires bytes: \valid_read(bytes + (0 .. size - 1));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  yes:   \result == 1 <==> zeroed(bytes, size);
  ensures  range: \result == 0 || \result == 1;
*/
int pobf_bytes_are_zero(const uint8_t *bytes, size_t size);

#endif
