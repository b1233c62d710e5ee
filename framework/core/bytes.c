#include "framework/core/bytes.h"

/* Compilers keep a whole block of this many bytes in registers; a bare loop costs clang 4x. */
enum { BLOCK_BYTES = 64 };

void pobf_bytes_copy(uint8_t *to, const uint8_t *from, size_t size)
{
    /*@
      loop invariant bound:  0 <= i <= size;
      loop invariant copied: same_bytes(to, from, i);
      loop assigns i, to[0 .. size - 1];
      loop variant size - i;
    */
    for (size_t i = 0; i < size; i++) {
        to[i] = from[i];
    }
}

/*
 * Byte by byte through `volatile` took as long as opening the seal. It is an ordinary copy, and this
 * line takes `volatile` away where it has done its work: nothing but the copy is ever looked at, and
 * noipa keeps an optimiser that sees both from taking a byte out of the original once more.
 */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#if defined(__GNUC__) && !defined(__clang__) && !defined(__FRAMAC__)
__attribute__((noipa))
#else
__attribute__((noinline))
#endif
void pobf_bytes_copy_in(uint8_t *to, const volatile uint8_t *from, size_t size)
{
    pobf_bytes_copy(to, (const uint8_t *)from, size);
}
#pragma GCC diagnostic pop

/* Zero where the bytes of [from, to) are all zero; never branches on them. */
/*@
  requires range: from <= to;
  requires bytes: \valid_read(bytes + (from .. to - 1));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  none:  \result == 0 <==> \forall integer k; from <= k < to ==> bytes[k] == 0;
*/
static inline uint8_t any_of(const uint8_t *bytes, size_t from, size_t to)
{
    uint8_t any = 0;

    /*@
      loop invariant bound: from <= i <= to;
      loop invariant none:  any == 0 <==> \forall integer k; from <= k < i ==> bytes[k] == 0;
      loop assigns i, any;
      loop variant to - i;
    */
    for (size_t i = from; i < to; i++) {
        any = (uint8_t)(any | bytes[i]);
    }
    return any;
}

/* Zero where the bytes of [from, to) are the same in a and b; never branches on them. */
/*@
  requires range: from <= to;
  requires a:     \valid_read(a + (from .. to - 1));
  requires b:     \valid_read(b + (from .. to - 1));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  none:  \result == 0 <==> \forall integer k; from <= k < to ==> a[k] == b[k];
*/
static inline uint8_t any_difference(const uint8_t *a, const uint8_t *b, size_t from, size_t to)
{
    uint8_t any = 0;

    /*@
      loop invariant bound: from <= i <= to;
      loop invariant none:  any == 0 <==> \forall integer k; from <= k < i ==> a[k] == b[k];
      loop assigns i, any;
      loop variant to - i;
    */
    for (size_t i = from; i < to; i++) {
        any = (uint8_t)(any | (a[i] != b[i]));
    }
    return any;
}

int pobf_bytes_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    uint8_t any = 0;
    size_t i = 0;

    /*@
      loop invariant bound: 0 <= i <= size;
      loop invariant none:  any == 0 <==> same_bytes(a, b, i);
      loop assigns i, any;
      loop variant size - i;
    */
    for (; size - i >= BLOCK_BYTES; i += BLOCK_BYTES) {
        any = (uint8_t)(any | any_difference(a, b, i, i + BLOCK_BYTES));
    }
    return (any | any_difference(a, b, i, size)) == 0;
}

int pobf_bytes_are_zero(const uint8_t *bytes, size_t size)
{
    uint8_t any = 0;
    size_t i = 0;

    /*@
      loop invariant bound: 0 <= i <= size;
      loop invariant none:  any == 0 <==> zeroed(bytes, i);
      loop assigns i, any;
      loop variant size - i;
    */
    for (; size - i >= BLOCK_BYTES; i += BLOCK_BYTES) {
        any = (uint8_t)(any | any_of(bytes, i, i + BLOCK_BYTES));
    }
    return (any | any_of(bytes, i, size)) == 0;
}
