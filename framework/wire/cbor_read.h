#ifndef POBF_FRAMEWORK_WIRE_CBOR_READ_H
#define POBF_FRAMEWORK_WIRE_CBOR_READ_H

#include "framework/core/status.h"
#include "framework/wire/cbor_head.h"
#include "framework/wire/wire.acsl"

/*
 * A reader of deterministic CBOR.                                RFC 8949, section 4.2.1.
 * It reads forward only. Its first failure sticks: from then on every read finds nothing, zeros,
 * and pobf_cbor_read_end says POBF_E_INPUT. A map is read key by key, each key exactly, in the
 * order of the layout: so its keys are ascending, and none is there twice.
 */
struct pobf_cbor_reader {
    const uint8_t *bytes;
    size_t size;
    size_t at;       /* what has been read                      */
    uint32_t failed; /* 1: something was not as it should be    */
};

/*@
  predicate valid_reader{L}(struct pobf_cbor_reader *r) =
    \valid{L}(r) && \at(r->at, L) <= \at(r->size, L) &&
    \valid_read{L}(\at(r->bytes, L) + (0 .. \at(r->size, L) - 1)) &&
    \separated(r, \at(r->bytes, L) + (0 .. \at(r->size, L) - 1));

  // From A to B the reader went on by n bytes, or it failed and stayed where it was.
  predicate read_or_failed{A,B}(struct pobf_cbor_reader *r, integer n) =
    \at(r->failed, B) == 0 ? \at(r->failed, A) == 0 && \at(r->at, B) == \at(r->at, A) + n
                           : \at(r->at, A) <= \at(r->at, B);
*/

/*@
  requires reader: \valid(reader);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(reader, bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          *reader;
  ensures  reader: valid_reader(reader);
  ensures  start:  reader->bytes == bytes && reader->size == size;
  ensures  start:  reader->at == 0 && reader->failed == 0;
*/
void pobf_cbor_read_init(struct pobf_cbor_reader *reader, const uint8_t *bytes, size_t size);

/* Read a head of this major type; returns its number. */
/*@
  requires reader:  valid_reader(reader);
  requires major:   0 <= major < POBF_CBOR_MAJOR_COUNT;
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  ensures  reader:  valid_reader(reader);
  ensures  moved:   read_or_failed{Pre,Post}(reader, head_size(\result));
  ensures  success: reader->failed == 0 ==>
                    is_head(reader->bytes + \old(reader->at), major, \result);
  ensures  failure: reader->failed != 0 ==> \result == 0;
*/
uint64_t pobf_cbor_read_head(struct pobf_cbor_reader *reader, enum pobf_cbor_major major);

/* Read a head, which must be this one. */
/*@
  requires reader:  valid_reader(reader);
  requires major:   0 <= major < POBF_CBOR_MAJOR_COUNT;
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  ensures  reader:  valid_reader(reader);
  ensures  moved:   read_or_failed{Pre,Post}(reader, head_size(number));
  ensures  success: reader->failed == 0 ==>
                    is_head(reader->bytes + \old(reader->at), major, number);
*/
void pobf_cbor_read_exact_head(struct pobf_cbor_reader *reader, enum pobf_cbor_major major,
                               uint64_t number);

/*
 * Read a byte or text string (whose UTF-8 is not checked: texts are only ever compared). Returns
 * where it stands in what is read, and its size; NULL and 0 on failure.
 */
/*@
  requires reader:  valid_reader(reader);
  requires size:    \valid(size);
  requires apart:   \separated(size, reader);
  requires alone:   \separated(size, reader->bytes + (0 .. reader->size - 1));
  requires major:   major == POBF_CBOR_BYTES || major == POBF_CBOR_TEXT;
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, *size;
  ensures  reader:  valid_reader(reader);
  ensures  moved:   read_or_failed{Pre,Post}(reader, head_size(*size) + *size);
  ensures  success: reader->failed == 0 ==>
                    is_head(reader->bytes + \old(reader->at), major, *size) &&
                    \result == reader->bytes + (reader->at - *size);
  ensures  failure: reader->failed != 0 ==> nowhere(\result, *size);
*/
const uint8_t *pobf_cbor_read_string(struct pobf_cbor_reader *reader, size_t *size,
                                     enum pobf_cbor_major major);

/* Read a byte string, which must be of this size, into `out`; zeros on failure. */
/*@
  requires reader:  valid_reader(reader);
  requires out:     \valid(out + (0 .. size - 1));
  requires apart:   \separated(out + (0 .. size - 1), reader);
  requires alone:   \separated(out + (0 .. size - 1), reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, out[0 .. size - 1];
  ensures  reader:  valid_reader(reader);
  ensures  moved:   read_or_failed{Pre,Post}(reader, head_size(size) + size);
  ensures  head:    reader->failed == 0 ==>
                    is_head(reader->bytes + \old(reader->at), POBF_CBOR_BYTES, size);
  ensures  bytes:   reader->failed == 0 ==>
                    same_bytes(out, reader->bytes + (reader->at - size), size);
  ensures  failure: reader->failed != 0 ==> zeroed(out, size);
*/
void pobf_cbor_read_bytes(struct pobf_cbor_reader *reader, uint8_t *out, size_t size);

/* Read a byte or text string, which must be this one. */
/*@
  requires reader:  valid_reader(reader);
  requires wanted:  \valid_read(wanted + (0 .. size - 1));
  requires apart:   \separated(wanted + (0 .. size - 1), reader);
  requires major:   major == POBF_CBOR_BYTES || major == POBF_CBOR_TEXT;
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  ensures  reader:  valid_reader(reader);
  ensures  moved:   read_or_failed{Pre,Post}(reader, head_size(size) + size);
  ensures  success: reader->failed == 0 ==>
                    is_head(reader->bytes + \old(reader->at), major, size) &&
                    same_bytes(wanted, reader->bytes + (reader->at - size), size);
*/
void pobf_cbor_read_exact_string(struct pobf_cbor_reader *reader, enum pobf_cbor_major major,
                                 const uint8_t *wanted, size_t size);

/* POBF_OK where nothing failed and nothing is left over, else POBF_E_INPUT. */
/*@
  requires reader: valid_reader(reader);
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  code:   \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  all:    \result == POBF_OK <==> reader->failed == 0 && reader->at == reader->size;
*/
POBF_MUST_CHECK
enum pobf_status pobf_cbor_read_end(const struct pobf_cbor_reader *reader);

#endif
