#ifndef POBF_FRAMEWORK_WIRE_CBOR_WRITE_H
#define POBF_FRAMEWORK_WIRE_CBOR_WRITE_H

#include "framework/core/status.h"
#include "framework/wire/cbor_head.h"
#include "framework/wire/wire.acsl"

/*
 * A writer of deterministic CBOR.                                RFC 8949, section 4.2.1.
 * Write, write, write, and ask once: where something did not fit, nothing more is written, and
 * pobf_cbor_write_end says POBF_E_SPACE. The order of map keys is the caller's.
 */
struct pobf_cbor_writer {
    uint8_t *out;
    size_t room;
    size_t size;   /* what has been written             */
    uint32_t full; /* 1: something did not fit          */
};

/*@
  predicate valid_writer{L}(struct pobf_cbor_writer *w) =
    \valid{L}(w) && \at(w->size, L) <= \at(w->room, L) &&
    \valid{L}(\at(w->out, L) + (0 .. \at(w->room, L) - 1)) &&
    \separated(w, \at(w->out, L) + (0 .. \at(w->room, L) - 1));

  // From A to B the writer added n bytes, or it is full.
  predicate added_or_full{A,B}(struct pobf_cbor_writer *w, integer n) =
    \at(w->full, B) == 0 ? \at(w->full, A) == 0 && \at(w->size, B) == \at(w->size, A) + n
                         : \at(w->size, A) <= \at(w->size, B);
*/

/*@
  requires writer: \valid(writer);
  requires out:    \valid(out + (0 .. room - 1));
  requires apart:  \separated(writer, out + (0 .. room - 1));
  terminates       \true;
  exits            \false;
  assigns          *writer;
  ensures  writer: valid_writer(writer);
  ensures  start:  writer->out == out && writer->room == room;
  ensures  start:  writer->size == 0 && writer->full == 0;
*/
void pobf_cbor_write_init(struct pobf_cbor_writer *writer, uint8_t *out, size_t room);

/* Write a head. */
/*@
  requires writer:  valid_writer(writer);
  requires major:   0 <= major < POBF_CBOR_MAJOR_COUNT;
  terminates        \true;
  exits             \false;
  assigns           writer->size, writer->full, writer->out[writer->size .. writer->room - 1];
  ensures  writer:  valid_writer(writer);
  ensures  moved:   added_or_full{Pre,Post}(writer, head_size(number));
  ensures  success: writer->full == 0 ==>
                    is_head(writer->out + \old(writer->size), major, number);
*/
void pobf_cbor_write_head(struct pobf_cbor_writer *writer, enum pobf_cbor_major major,
                          uint64_t number);

/* Write a byte or text string. */
/*@
  requires writer:  valid_writer(writer);
  requires string:  \valid_read(string + (0 .. size - 1));
  requires apart:   \separated(string + (0 .. size - 1), writer);
  requires alone:   \separated(string + (0 .. size - 1), writer->out + (0 .. writer->room - 1));
  requires major:   major == POBF_CBOR_BYTES || major == POBF_CBOR_TEXT;
  terminates        \true;
  exits             \false;
  assigns           writer->size, writer->full, writer->out[writer->size .. writer->room - 1];
  ensures  writer:  valid_writer(writer);
  ensures  moved:   added_or_full{Pre,Post}(writer, head_size(size) + size);
  ensures  head:    writer->full == 0 ==>
                    is_head(writer->out + \old(writer->size), major, size);
  ensures  string:  writer->full == 0 ==>
                    same_bytes(writer->out + (writer->size - size), string, size);
*/
void pobf_cbor_write_string(struct pobf_cbor_writer *writer, enum pobf_cbor_major major,
                            const uint8_t *string, size_t size);

/* POBF_OK, and the size, where all fitted; else POBF_E_SPACE, and all room is zero, *size 0. */
/*@
  requires writer:  valid_writer(writer);
  requires size:    \valid(size);
  requires apart:   \separated(size, writer, writer->out + (0 .. writer->room - 1));
  terminates        \true;
  exits             \false;
  assigns           *size, writer->out[0 .. writer->room - 1];
  ensures  code:    \result == (writer->full == 0 ? POBF_OK : POBF_E_SPACE);
  ensures  success: \result == POBF_OK ==>
                    *size == writer->size && unchanged{Pre,Post}(writer->out, writer->room);
  ensures  failure: \result != POBF_OK ==> *size == 0 && zeroed(writer->out, writer->room);
*/
POBF_MUST_CHECK
enum pobf_status pobf_cbor_write_end(const struct pobf_cbor_writer *writer, size_t *size);

#endif
