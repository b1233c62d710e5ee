#ifndef POBF_FRAMEWORK_WIRE_CBOR_ITEM_H
#define POBF_FRAMEWORK_WIRE_CBOR_ITEM_H

#include "framework/wire/cbor_read.h"

/* The major type of what stands next; POBF_CBOR_MAJOR_COUNT where nothing does. */
/*@
  requires reader: valid_reader(reader);
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  range:  0 <= \result <= POBF_CBOR_MAJOR_COUNT;
  ensures  none:   \result == POBF_CBOR_MAJOR_COUNT <==>
                   reader->failed != 0 || reader->at == reader->size;
*/
enum pobf_cbor_major pobf_cbor_next_major(const struct pobf_cbor_reader *reader);

/*
 * Read one item of any type, with all that is inside it, and leave it. It must be in deterministic
 * form but for the order and the difference of map keys. Floating point and simple values other
 * than false, true and null fail, and so does a count that the bytes left cannot hold.
 */
/*@
  requires reader:  valid_reader(reader);
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  ensures  reader:  valid_reader(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  moved:   \old(reader->at) <= reader->at;
*/
void pobf_cbor_read_item(struct pobf_cbor_reader *reader);

#endif
