#ifndef POBF_FRAMEWORK_WIRE_SPAN_READ_H
#define POBF_FRAMEWORK_WIRE_SPAN_READ_H

#include "framework/wire/span.h"

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

#endif
