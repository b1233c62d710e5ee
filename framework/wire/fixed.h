#ifndef POBF_FRAMEWORK_WIRE_FIXED_H
#define POBF_FRAMEWORK_WIRE_FIXED_H

#include "framework/core/status.h"
#include "framework/wire/wire.acsl"

#include <stddef.h>

/*
 * Layouts whose fields stand at fixed places, as hardware prints them. Numbers are little-endian.
 * A part of known size is taken from a reader once; its fields are then read at the offsets that
 * the vendor's tables give.
 */

/*@
  logic integer little_endian_2{L}(uint8_t *p) = \at(p[0], L) + 256 * \at(p[1], L);
  logic integer little_endian_4{L}(uint8_t *p) =
    little_endian_2{L}(p) + 65536 * little_endian_2{L}(p + 2);
  logic integer little_endian_8{L}(uint8_t *p) =
    little_endian_4{L}(p) + 4294967296 * little_endian_4{L}(p + 4);
*/

/*@
  requires from:  \valid_read(from + (0 .. 1));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  value: \result == little_endian_2(from);
*/
uint16_t pobf_fixed_u16(const uint8_t *from);

/*@
  requires from:  \valid_read(from + (0 .. 3));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  value: \result == little_endian_4(from);
*/
uint32_t pobf_fixed_u32(const uint8_t *from);

/*@
  requires from:  \valid_read(from + (0 .. 7));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  value: \result == little_endian_8(from);
*/
uint64_t pobf_fixed_u64(const uint8_t *from);

/*
 * A reader that goes forward only. Its first failure sticks: from then on every read finds nothing,
 * NULL or 0, and pobf_fixed_end says POBF_E_INPUT.
 */
struct pobf_fixed_reader {
    const uint8_t *bytes;
    size_t size;
    size_t at;       /* what has been read             */
    uint32_t failed; /* 1: there was less than needed  */
};

/*@
  predicate valid_fixed{L}(struct pobf_fixed_reader *r) =
    \valid{L}(r) && \at(r->at, L) <= \at(r->size, L) &&
    \valid_read{L}(\at(r->bytes, L) + (0 .. \at(r->size, L) - 1)) &&
    \separated(r, \at(r->bytes, L) + (0 .. \at(r->size, L) - 1));
*/

/*@
  requires reader: \valid(reader);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(reader, bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          *reader;
  ensures  reader: valid_fixed(reader);
  ensures  start:  reader->bytes == bytes && reader->size == size;
  ensures  start:  reader->at == 0 && reader->failed == 0;
*/
void pobf_fixed_init(struct pobf_fixed_reader *reader, const uint8_t *bytes, size_t size);

/* The next `size` bytes, where they stand; NULL on failure. */
/*@
  requires reader:  valid_fixed(reader);
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  ensures  reader:  valid_fixed(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  success: reader->failed == 0 ==>
                    \result == reader->bytes + \old(reader->at) &&
                    reader->at == \old(reader->at) + size;
  ensures  failure: reader->failed != 0 ==> \result == \null && reader->at == \old(reader->at);
*/
const uint8_t *pobf_fixed_take(struct pobf_fixed_reader *reader, size_t size);

/* The next number; 0 on failure. */
/*@
  requires reader:  valid_fixed(reader);
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  ensures  reader:  valid_fixed(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  failure: reader->failed != 0 ==> \result == 0;
*/
uint16_t pobf_fixed_take_u16(struct pobf_fixed_reader *reader);

/*@
  requires reader:  valid_fixed(reader);
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  ensures  reader:  valid_fixed(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  failure: reader->failed != 0 ==> \result == 0;
*/
uint32_t pobf_fixed_take_u32(struct pobf_fixed_reader *reader);

/* POBF_OK where nothing failed and nothing is left over, else POBF_E_INPUT. */
/*@
  requires reader: valid_fixed(reader);
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  code:   \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  all:    \result == POBF_OK <==> reader->failed == 0 && reader->at == reader->size;
*/
POBF_MUST_CHECK
enum pobf_status pobf_fixed_end(const struct pobf_fixed_reader *reader);

#endif
