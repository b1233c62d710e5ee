#ifndef POBF_FRAMEWORK_WIRE_CBOR_HEAD_H
#define POBF_FRAMEWORK_WIRE_CBOR_HEAD_H

#include <stddef.h>
#include <stdint.h>

/*
 * Every CBOR item begins with a head: a major type and a number, which is the value, a length, a
 * count or a tag. Here a head has one form only, the shortest.  RFC 8949, sections 3 and 4.2.1.
 */
enum pobf_cbor_major {
    POBF_CBOR_UINT,
    POBF_CBOR_NEGATIVE, /* the number n stands for -1 - n */
    POBF_CBOR_BYTES,
    POBF_CBOR_TEXT,
    POBF_CBOR_ARRAY,
    POBF_CBOR_MAP,
    POBF_CBOR_TAG,
    POBF_CBOR_SIMPLE, /* false, true, null, but also floating point, which nothing here reads */
    POBF_CBOR_MAJOR_COUNT
};

enum { POBF_CBOR_FALSE = 20, POBF_CBOR_TRUE = 21 }; /* simple values: RFC 8949, section 3.3 */

/*@
  logic integer big_endian_2{L}(uint8_t *p) = \at(p[0], L) * 256 + \at(p[1], L);
  logic integer big_endian_4{L}(uint8_t *p) =
    big_endian_2{L}(p) * 65536 + big_endian_2{L}(p + 2);
  logic integer big_endian_8{L}(uint8_t *p) =
    big_endian_4{L}(p) * 4294967296 + big_endian_4{L}(p + 4);

  // How many bytes the shortest head of the number n takes.
  logic integer head_size(integer n) =
    n < 24 ? 1 : n < 256 ? 2 : n < 65536 ? 3 : n < 4294967296 ? 5 : 9;

  // At p stands the shortest head of the number n. Of all byte strings only one is.
  predicate is_head{L}(uint8_t *p, integer major, integer n) =
    0 <= n <= 18446744073709551615 &&
    (head_size(n) == 1 ==> \at(p[0], L) == major * 32 + n) &&
    (head_size(n) == 2 ==> \at(p[0], L) == major * 32 + 24 && \at(p[1], L) == n) &&
    (head_size(n) == 3 ==> \at(p[0], L) == major * 32 + 25 && big_endian_2{L}(p + 1) == n) &&
    (head_size(n) == 5 ==> \at(p[0], L) == major * 32 + 26 && big_endian_4{L}(p + 1) == n) &&
    (head_size(n) == 9 ==> \at(p[0], L) == major * 32 + 27 && big_endian_8{L}(p + 1) == n);
*/

/* How many bytes the head of `number` takes. */
/*@
  terminates     \true;
  exits          \false;
  assigns        \nothing;
  ensures  size: \result == head_size(number);
*/
size_t pobf_cbor_head_size(uint64_t number);

/* Print a head; returns its size. */
/*@
  requires head:  \valid(head + (0 .. head_size(number) - 1));
  requires major: 0 <= major < POBF_CBOR_MAJOR_COUNT;
  terminates      \true;
  exits           \false;
  assigns         head[0 .. head_size(number) - 1];
  ensures  head:  is_head(head, major, number);
  ensures  size:  \result == head_size(number);
*/
size_t pobf_cbor_head_print(uint8_t *head, enum pobf_cbor_major major, uint64_t number);

/* Parse the head at `bytes`; returns its size, or 0 where none of this major type stands there. */
/*@
  requires number:   \valid(number);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires major:    0 <= major < POBF_CBOR_MAJOR_COUNT;
  requires apart:    \separated(number, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            *number;
  ensures  sound:    \result != 0 ==>
                     is_head(bytes, major, *number) && \result == head_size(*number) <= size;
  ensures  complete: \forall integer n; is_head(bytes, major, n) && head_size(n) <= size ==>
                     \result != 0 && *number == n;
  ensures  failure:  \result == 0 ==> *number == 0;
*/
size_t pobf_cbor_head_parse(uint64_t *number, const uint8_t *bytes, size_t size,
                            enum pobf_cbor_major major);

#endif
