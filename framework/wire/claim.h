#ifndef POBF_FRAMEWORK_WIRE_CLAIM_H
#define POBF_FRAMEWORK_WIRE_CLAIM_H

#include "framework/wire/cbor_read.h"
#include "framework/wire/cbor_write.h"

/*
 * A claim is a key and a value of a map: printed in one call, parsed in one call. Both stick to
 * the first failure, as writer and reader do. The keys of a map are printed in the order of
 * their encodings: positive keys upwards, then negative keys downwards.
 */

/*@
  requires writer: valid_writer(writer);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(bytes + (0 .. size - 1), writer);
  requires alone:  \separated(bytes + (0 .. size - 1), writer->out + (0 .. writer->room - 1));
  terminates       \true;
  exits            \false;
  assigns          writer->size, writer->full, writer->out[writer->size .. writer->room - 1];
  ensures  writer: valid_writer(writer);
  ensures  sticky: \old(writer->full) != 0 ==> writer->full != 0;
*/
void pobf_claim_print_bytes(struct pobf_cbor_writer *writer, int64_t key, const uint8_t *bytes,
                            size_t size);

/*@
  requires writer: valid_writer(writer);
  requires text:   \valid_read(text + (0 .. size - 1));
  requires apart:  \separated(text + (0 .. size - 1), writer);
  requires alone:  \separated(text + (0 .. size - 1), writer->out + (0 .. writer->room - 1));
  terminates       \true;
  exits            \false;
  assigns          writer->size, writer->full, writer->out[writer->size .. writer->room - 1];
  ensures  writer: valid_writer(writer);
  ensures  sticky: \old(writer->full) != 0 ==> writer->full != 0;
*/
void pobf_claim_print_text(struct pobf_cbor_writer *writer, int64_t key, const uint8_t *text,
                           size_t size);

/*@
  requires writer: valid_writer(writer);
  terminates       \true;
  exits            \false;
  assigns          writer->size, writer->full, writer->out[writer->size .. writer->room - 1];
  ensures  writer: valid_writer(writer);
  ensures  sticky: \old(writer->full) != 0 ==> writer->full != 0;
*/
void pobf_claim_print_uint(struct pobf_cbor_writer *writer, int64_t key, uint64_t value);

/* `value` is 0 or 1. */
/*@
  requires writer: valid_writer(writer);
  requires value:  value <= 1;
  terminates       \true;
  exits            \false;
  assigns          writer->size, writer->full, writer->out[writer->size .. writer->room - 1];
  ensures  writer: valid_writer(writer);
  ensures  sticky: \old(writer->full) != 0 ==> writer->full != 0;
*/
void pobf_claim_print_bool(struct pobf_cbor_writer *writer, int64_t key, uint32_t value);

/* The next claim must have this key, and a byte string of this size; zeros on failure. */
/*@
  requires reader:  valid_reader(reader);
  requires out:     \valid(out + (0 .. size - 1));
  requires apart:   \separated(out + (0 .. size - 1), reader);
  requires alone:   \separated(out + (0 .. size - 1), reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, out[0 .. size - 1];
  ensures  reader:  valid_reader(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  failure: reader->failed != 0 ==> zeroed(out, size);
*/
void pobf_claim_parse_bytes(struct pobf_cbor_reader *reader, int64_t key, uint8_t *out,
                            size_t size);

/* The next claim must have this key, and this very text. */
/*@
  requires reader: valid_reader(reader);
  requires text:   \valid_read(text + (0 .. size - 1));
  requires apart:  \separated(text + (0 .. size - 1), reader);
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed;
  ensures  reader: valid_reader(reader);
  ensures  sticky: \old(reader->failed) != 0 ==> reader->failed != 0;
*/
void pobf_claim_parse_text(struct pobf_cbor_reader *reader, int64_t key, const uint8_t *text,
                           size_t size);

/* The next claim must have this key, and a number; 0 on failure. */
/*@
  requires reader:  valid_reader(reader);
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  ensures  reader:  valid_reader(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  failure: reader->failed != 0 ==> \result == 0;
*/
uint64_t pobf_claim_parse_uint(struct pobf_cbor_reader *reader, int64_t key);

/* The next claim must have this key, and false or true: 0 or 1; 0 on failure. */
/*@
  requires reader:  valid_reader(reader);
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  ensures  reader:  valid_reader(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  failure: reader->failed != 0 ==> \result == 0;
  ensures  range:   \result <= 1;
*/
uint32_t pobf_claim_parse_bool(struct pobf_cbor_reader *reader, int64_t key);

#endif
