#ifndef POBF_FRAMEWORK_WIRE_COMID_H
#define POBF_FRAMEWORK_WIRE_COMID_H

#include "framework/core/status.h"
#include "framework/wire/span.h"

/*
 * The reference values of a CoMID: of its reference triples digests and raw values, each with its
 * key. Whatever else stands there is left alone.                          draft-ietf-rats-corim.
 *
 *   {4: {0: [[environment, [measurement]]]}}
 *   measurement = {? 0: key, 1: {? 2: [[algorithm, digest]], ? 4: 560(raw value)}}
 */
enum { POBF_COMID_VALUES_MAX = 256, POBF_COMID_VALUE_BYTES = 64 };

enum pobf_comid_key {
    POBF_COMID_KEY_NONE,   /* the environment's one measurement */
    POBF_COMID_KEY_NUMBER, /* 641: SEV-SNP's launch measurement */
    POBF_COMID_KEY_TEXT,
    POBF_COMID_KEY_OTHER /* a UUID, an OID, a key of PSA */
};

struct pobf_comid_value {
    enum pobf_comid_key kind;
    uint64_t number;
    struct pobf_span text;  /* where it is one */
    struct pobf_span bytes; /* the digest, or the raw value: 1 to 64 bytes */
};

struct pobf_comid_values {
    struct pobf_comid_value item[POBF_COMID_VALUES_MAX];
    size_t count;
};

/*@
  predicate comid_value_in{L}(struct pobf_comid_value *v, integer size) =
    span_in{L}(&v->text, size) && span_in{L}(&v->bytes, size);

  predicate comid_values_in{L}(struct pobf_comid_values *v, integer size) =
    \at(v->count, L) <= POBF_COMID_VALUES_MAX &&
    \forall integer i; 0 <= i < \at(v->count, L) ==> comid_value_in{L}(&v->item[i], size);

  predicate empty_comid_value{L}(struct pobf_comid_value *v) =
    \at(v->kind, L) == POBF_COMID_KEY_NONE && \at(v->number, L) == 0 &&
    empty_span{L}(&v->text) && empty_span{L}(&v->bytes);

  predicate empty_comid_values{L}(struct pobf_comid_values *v) =
    \at(v->count, L) == 0 &&
    \forall integer i; 0 <= i < POBF_COMID_VALUES_MAX ==> empty_comid_value{L}(&v->item[i]);
*/

/*
 * Add the values of the CoMID in a span: 1; 0 where it is none, or there are too many. Then what
 * was added so far is not to be used.
 */
/*@
  requires values: \valid(values) && comid_values_in(values, size);
  requires span:   \valid_read(span) && span_in(span, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(values, bytes + (0 .. size - 1));
  requires other:  \separated(values, span);
  terminates       \true;
  exits            \false;
  assigns          *values;
  ensures  inside: comid_values_in(values, size);
  ensures  range:  \result == 0 || \result == 1;
*/
int pobf_comid_read(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                    const struct pobf_span *span);

/*@
  requires values: \valid(values);
  terminates       \true;
  exits            \false;
  assigns          *values;
  ensures  empty:  empty_comid_values(values);
*/
void pobf_comid_clear(struct pobf_comid_values *values);

#endif
