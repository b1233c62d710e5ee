#ifndef POBF_FRAMEWORK_WIRE_SPAN_H
#define POBF_FRAMEWORK_WIRE_SPAN_H

#include "framework/wire/cbor_item.h"

/*
 * Where something stands in the bytes that are parsed. Layouts of others nest: what was found is
 * kept as a place in the one outermost message, and read there. No bytes: it is not there.
 */
struct pobf_span {
    size_t at;
    size_t size;
};

/*@
  // The span ends before the size bytes do.
  predicate span_in{L}(struct pobf_span *s, integer size) =
    \at(s->at, L) + \at(s->size, L) <= size;

  predicate empty_span{L}(struct pobf_span *s) = \at(s->at, L) == 0 && \at(s->size, L) == 0;
*/

/*@
  requires span:  \valid(span);
  terminates      \true;
  exits           \false;
  assigns         *span;
  ensures  empty: empty_span(span);
*/
void pobf_span_clear(struct pobf_span *span);

/* A reader of one span: its offsets stay those of the whole message. */
/*@
  requires reader: \valid(reader);
  requires span:   \valid_read(span);
  requires bytes:  \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:   span->at + span->size <= 18446744073709551615;
  requires apart:  \separated(reader, span);
  requires alone:  \separated(reader, bytes + (0 .. span->at + span->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *reader;
  ensures  reader: valid_reader(reader);
  ensures  start:  reader->bytes == bytes && reader->at == span->at && reader->failed == 0;
  ensures  end:    reader->size == span->at + span->size;
*/
void pobf_span_open(struct pobf_cbor_reader *reader, const uint8_t *bytes,
                    const struct pobf_span *span);

/*
 * The item in the span is a string of `least` to `most` bytes, and nothing stands after it: 1, and
 * the span becomes what the string holds; else 0, and the span is empty.
 */
/*@
  requires span:   \valid(span);
  requires bytes:  \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:   span->at + span->size <= 18446744073709551615;
  requires apart:  \separated(span, bytes + (0 .. span->at + span->size - 1));
  requires major:  major == POBF_CBOR_BYTES || major == POBF_CBOR_TEXT;
  terminates       \true;
  exits            \false;
  assigns          *span;
  ensures  inside: span_in(span, \old(span->at + span->size));
  ensures  range:  \result == 0 || \result == 1;
  ensures  yes:    \result == 1 ==> least <= span->size <= most;
  ensures  no:     \result == 0 ==> empty_span(span);
*/
int pobf_span_unwrap(struct pobf_span *span, const uint8_t *bytes, enum pobf_cbor_major major,
                     size_t least, size_t most);

/* The item in the span is a number that is not negative: 1; else 0, and the number is 0. */
/*@
  requires span:   \valid_read(span);
  requires number: \valid(number);
  requires bytes:  \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:   span->at + span->size <= 18446744073709551615;
  requires apart:  \separated(number, bytes + (0 .. span->at + span->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *number;
  ensures  range:  \result == 0 || \result == 1;
  ensures  no:     \result == 0 ==> *number == 0;
*/
int pobf_span_number(uint64_t *number, const uint8_t *bytes, const struct pobf_span *span);

/* How many elements the array in the span has; 0 where it is none. */
/*@
  requires array:  \valid_read(array);
  requires bytes:  \valid_read(bytes + (0 .. array->at + array->size - 1));
  requires fits:   array->at + array->size <= 18446744073709551615;
  terminates       \true;
  exits            \false;
  assigns          \nothing;
*/
uint64_t pobf_span_count(const uint8_t *bytes, const struct pobf_span *array);

/* An element of the array in the span, by index: 1; else 0, and the element is empty. */
/*@
  requires element: \valid(element);
  requires array:   \valid_read(array);
  requires bytes:   \valid_read(bytes + (0 .. array->at + array->size - 1));
  requires fits:    array->at + array->size <= 18446744073709551615;
  requires apart:   \separated(element, array);
  requires alone:  \separated(element, bytes + (0 .. array->at + array->size - 1));
  terminates        \true;
  exits             \false;
  assigns           *element;
  ensures  inside:  span_in(element, \old(array->at + array->size));
  ensures  range:   \result == 0 || \result == 1;
  ensures  no:      \result == 0 ==> empty_span(element);
*/
int pobf_span_element(struct pobf_span *element, const uint8_t *bytes,
                      const struct pobf_span *array, size_t index);

#endif
