#ifndef POBF_FRAMEWORK_WIRE_SIGN1_H
#define POBF_FRAMEWORK_WIRE_SIGN1_H

#include "framework/core/status.h"
#include "framework/wire/span.h"

/*
 * COSE_Sign1 as hardware prints it: any algorithm, the protected header exactly {1: algorithm},
 * payload embedded, no external data. What stands in the unprotected header nobody vouches for, and
 * nobody reads.                                                RFC 9052, sections 4.2 and 4.4.
 */

/* What is signed is at most so much longer than the payload. */
enum { POBF_SIGN1_EXTRA_BYTES = 24 };

enum pobf_sign1_tag { POBF_SIGN1_UNTAGGED, POBF_SIGN1_TAGGED };

struct pobf_sign1 {
    int32_t algorithm;       /* of the registry of COSE, -7: ES256; 0 on failure */
    struct pobf_span header; /* the protected one, as it is signed */
    struct pobf_span payload;
    struct pobf_span signature;
};

/*@
  predicate sign1_in{L}(struct pobf_sign1 *s, integer size) =
    span_in{L}(&s->header, size) && span_in{L}(&s->payload, size) &&
    span_in{L}(&s->signature, size);

  predicate empty_sign1{L}(struct pobf_sign1 *s) =
    \at(s->algorithm, L) == 0 && empty_span{L}(&s->header) && empty_span{L}(&s->payload) &&
    empty_span{L}(&s->signature);
*/

/*@
  requires sign1: \valid(sign1);
  terminates      \true;
  exits           \false;
  assigns         *sign1;
  ensures  empty: empty_sign1(sign1);
*/
void pobf_sign1_clear(struct pobf_sign1 *sign1);

/*
 * The two halves of a parser, for headers of other layouts. The frame: [protected, unprotected,
 * payload, signature], with the tag or without it; of the header only where it stands.
 */
/*@
  requires reader: valid_reader(reader);
  requires sign1:  \valid(sign1);
  requires apart:  \separated(sign1, reader);
  requires alone:  \separated(sign1, reader->bytes + (0 .. reader->size - 1));
  terminates       \true;
  exits            \false;
  assigns          sign1->header, sign1->payload, sign1->signature, reader->at, reader->failed;
  ensures  reader: valid_reader(reader);
  ensures  inside: sign1_in(sign1, reader->size);
*/
void pobf_sign1_read_frame(struct pobf_sign1 *sign1, struct pobf_cbor_reader *reader,
                           enum pobf_sign1_tag tag);

/* The algorithm, a negative number and all that is left to read; 0 where it is none. */
/*@
  requires reader: valid_reader(reader);
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed;
*/
int32_t pobf_sign1_read_algorithm(struct pobf_cbor_reader *reader);

/*
 * Parse what stands in a span; judges nothing. POBF_E_INPUT where it is not exactly this layout, with
 * the tag or without it, in deterministic form and with nothing left over; then *sign1 is all zeros.
 */
/*@
  requires sign1:    \valid(sign1);
  requires span:     \valid_read(span);
  requires bytes:    \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:     span->at + span->size <= 18446744073709551615;
  requires apart:    \separated(sign1, span);
  requires alone:  \separated(sign1, bytes + (0 .. span->at + span->size - 1));
  terminates         \true;
  exits              \false;
  assigns            *sign1;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:   sign1_in(sign1, \old(span->at + span->size));
  ensures  failure:  \result != POBF_OK ==> empty_sign1(sign1);
*/
POBF_MUST_CHECK
enum pobf_status pobf_sign1_parse(struct pobf_sign1 *sign1, const uint8_t *bytes,
                                  const struct pobf_span *span, enum pobf_sign1_tag tag);

/*
 * Print what is signed; POBF_SIGN1_EXTRA_BYTES more than the payload, of less than 4 GiB, are room
 * enough. POBF_E_SPACE where `room` is too little: then `room` bytes at out are zero, and *size is 0.
 */
/*@
  requires out:     \valid(out + (0 .. room - 1));
  requires size:    \valid(size);
  requires sign1:   \valid_read(sign1) && sign1_in(sign1, 18446744073709551615);
  requires header:  \valid_read(bytes + (0 .. sign1->header.at + sign1->header.size - 1));
  requires payload: \valid_read(bytes + (0 .. sign1->payload.at + sign1->payload.size - 1));
  requires apart:   \separated(out + (0 .. room - 1), size, sign1);
  requires alone:   \separated(out + (0 .. room - 1), size,
                               bytes + (0 .. sign1->header.at + sign1->header.size - 1));
  requires other:   \separated(out + (0 .. room - 1), size,
                               bytes + (0 .. sign1->payload.at + sign1->payload.size - 1));
  terminates        \true;
  exits             \false;
  assigns           out[0 .. room - 1], *size;
  ensures  code:    \result == POBF_OK || \result == POBF_E_SPACE;
  ensures  failure: \result != POBF_OK ==> zeroed(out, room) && *size == 0;
*/
POBF_MUST_CHECK
enum pobf_status pobf_sign1_print_signed(uint8_t *out, size_t room, size_t *size,
                                         const struct pobf_sign1 *sign1, const uint8_t *bytes);

#endif
