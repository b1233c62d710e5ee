#ifndef POBF_FRAMEWORK_WIRE_ANSWER_H
#define POBF_FRAMEWORK_WIRE_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"
#include "framework/wire/wire.acsl"

/*
 * What a host sends back for a sealed input: a CBOR array of two byte strings,
 * [receipt, sealed answer]. The sealed answer is empty where the function ended abnormally.
 */
enum { POBF_ANSWER_HEAD_ROOM = 1024 };

struct pobf_answer {
    const uint8_t *receipt;
    size_t receipt_size;
    const uint8_t *sealed;
    size_t sealed_size;
};

/*@
  predicate empty_answer{L}(struct pobf_answer *a) =
    nowhere(\at(a->receipt, L), \at(a->receipt_size, L)) &&
    nowhere(\at(a->sealed, L), \at(a->sealed_size, L));
*/

/*
 * Print all of the answer but the bytes of `sealed`, which follow it as they are.
 * POBF_E_SPACE where `room` bytes are too few; then they are zero and *size is 0.
 */
/*@
  requires head:    \valid(head + (0 .. room - 1));
  requires size:    \valid(size);
  requires answer:  \valid_read(answer);
  requires receipt: \valid_read(answer->receipt + (0 .. answer->receipt_size - 1));
  requires apart:   \separated(head + (0 .. room - 1), size, answer);
  requires alone:   \separated(head + (0 .. room - 1), size,
                               answer->receipt + (0 .. answer->receipt_size - 1));
  terminates        \true;
  exits             \false;
  assigns           head[0 .. room - 1], *size;
  ensures  code:    \result == POBF_OK || \result == POBF_E_SPACE;
  ensures  success: \result == POBF_OK ==> 0 < *size <= room;
  ensures  failure: \result != POBF_OK ==> zeroed(head, room) && *size == 0;
*/
POBF_MUST_CHECK
enum pobf_status pobf_answer_print_head(uint8_t *head, size_t room, size_t *size,
                                        const struct pobf_answer *answer);

/* Parse; the pointers point into `bytes`. POBF_E_INPUT, and an all-empty answer, otherwise. */
/*@
  requires answer:  \valid(answer);
  requires bytes:   \valid_read(bytes + (0 .. size - 1));
  requires apart:   \separated(answer, bytes + (0 .. size - 1));
  terminates        \true;
  exits             \false;
  assigns           *answer;
  ensures  code:    \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  receipt: \result == POBF_OK ==>
                    within(answer->receipt, answer->receipt_size, bytes, size);
  ensures  sealed:  \result == POBF_OK ==>
                    within(answer->sealed, answer->sealed_size, bytes, size);
  ensures  failure: \result != POBF_OK ==> empty_answer(answer);
*/
POBF_MUST_CHECK
enum pobf_status pobf_answer_parse(struct pobf_answer *answer, const uint8_t *bytes, size_t size);

#endif
