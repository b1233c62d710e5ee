#ifndef POBF_FRAMEWORK_WIRE_SPAN_READ_H
#define POBF_FRAMEWORK_WIRE_SPAN_READ_H

#include "framework/wire/span.h"

/* Reading on, and keeping where it stands. */

/* Read a string, and say where what is in it stands; the span is empty on failure. */
/*@
  requires reader:  valid_reader(reader);
  requires span:    \valid(span);
  requires apart:   \separated(span, reader);
  requires alone:   \separated(span, reader->bytes + (0 .. reader->size - 1));
  requires major:   major == POBF_CBOR_BYTES || major == POBF_CBOR_TEXT;
  terminates        \true;
  exits             \false;
  assigns           *span, reader->at, reader->failed;
  ensures  reader:  valid_reader(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  inside:  span_in(span, reader->size);
  ensures  failure: reader->failed != 0 ==> empty_span(span);
*/
void pobf_span_read_string(struct pobf_span *span, struct pobf_cbor_reader *reader,
                           enum pobf_cbor_major major);

/* Read an item of any kind, and say where it stands; the span is empty on failure. */
/*@
  requires reader:  valid_reader(reader);
  requires span:    \valid(span);
  requires apart:   \separated(span, reader);
  requires alone:   \separated(span, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           *span, reader->at, reader->failed;
  ensures  reader:  valid_reader(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  inside:  span_in(span, reader->size);
  ensures  failure: reader->failed != 0 ==> empty_span(span);
*/
void pobf_span_read_item(struct pobf_span *span, struct pobf_cbor_reader *reader);

/*
 * The item in the span has this tag, and nothing stands after it: 1, and the span becomes the item
 * without it; else 0, and the span is empty.
 */
/*@
  requires span:   \valid(span);
  requires bytes:  \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:   span->at + span->size <= 18446744073709551615;
  requires apart:  \separated(span, bytes + (0 .. span->at + span->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span;
  ensures  inside: span_in(span, \old(span->at + span->size));
  ensures  range:  \result == 0 || \result == 1;
  ensures  no:     \result == 0 ==> empty_span(span);
*/
int pobf_span_untag(struct pobf_span *span, const uint8_t *bytes, uint64_t tag);

#endif
