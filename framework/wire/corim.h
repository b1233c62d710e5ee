#ifndef POBF_FRAMEWORK_WIRE_CORIM_H
#define POBF_FRAMEWORK_WIRE_CORIM_H

#include "framework/wire/comid.h"
#include "framework/wire/sign1.h"

/*
 * Reference values as CoRIM: unsigned, 501({1: [tag], ? 4: validity}), or signed, 18([..]) over the
 * same, under a header {1: algorithm, ? 8: << {? 1: validity} >>, ..} that has no critical ones.
 * Of its tags CoMIDs (506) are read. CBOR in shortest form, keys in any order, none of them twice.
 *                                                                         draft-ietf-rats-corim.
 */
struct pobf_corim {
    struct pobf_comid_values values;
    int64_t from; /* the span in which it counts, both ends included */
    int64_t until;
    int is_signed;
    struct pobf_sign1 sign1;
};

/*@
  predicate empty_corim{L}(struct pobf_corim *c) =
    empty_comid_values{L}(&c->values) && \at(c->from, L) == 0 && \at(c->until, L) == 0 &&
    \at(c->is_signed, L) == 0 && empty_sign1{L}(&c->sign1);
*/

/* Parse; judges nothing. POBF_E_INPUT, and all zeros, where it is not so, or holds too many. */
/*@
  requires corim:    \valid(corim);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(corim, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            *corim;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:   comid_values_in(&corim->values, size);
  ensures  inside:   sign1_in(&corim->sign1, size);
  ensures  failure:  \result != POBF_OK ==> empty_corim(corim);
*/
POBF_MUST_CHECK
enum pobf_status pobf_corim_parse(struct pobf_corim *corim, const uint8_t *bytes, size_t size);

#endif
