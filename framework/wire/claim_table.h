#ifndef POBF_FRAMEWORK_WIRE_CLAIM_TABLE_H
#define POBF_FRAMEWORK_WIRE_CLAIM_TABLE_H

#include "framework/wire/token.h"

/*
 * The claims of a token as a table: what is looked for, one a row, and what it must be. What was
 * found is a table of spans with the same index.
 */
enum { POBF_CLAIM_NAME_ROOM = 12 };

enum pobf_claim_kind {
    POBF_CLAIM_ITEM, /* anything: others take it apart */
    POBF_CLAIM_BYTES,
    POBF_CLAIM_TEXT
};

enum pobf_claim_need {
    POBF_CLAIM_REQUIRED,
    POBF_CLAIM_OPTIONAL,
    POBF_CLAIM_NULLABLE /* left out, or null */
};

struct pobf_claim_row {
    enum pobf_claim_kind kind;
    enum pobf_claim_need need;
    size_t least; /* bytes: of a string what is in it, of another item all of it */
    size_t most;
    uint8_t name[POBF_CLAIM_NAME_ROOM]; /* the key, zeros after it; only zeros: it is a number */
    int64_t key;
};

/*@
  predicate spans_in{L}(struct pobf_span *s, integer count, integer size) =
    \forall integer i; 0 <= i < count ==> span_in{L}(s + i, size);

  predicate empty_spans{L}(struct pobf_span *s, integer count) =
    \forall integer i; 0 <= i < count ==> empty_span{L}(s + i);
*/

/* Find all claims of a table. One that is wrong sticks to the token; its span is empty. */
/*@
  requires token:  valid_token(token);
  requires spans:  \valid(spans + (0 .. count - 1));
  requires rows:   \valid_read(rows + (0 .. count - 1));
  requires apart:  \separated(spans + (0 .. count - 1), token);
  requires alone:  \separated(spans + (0 .. count - 1),
                              token->claims.bytes + (0 .. token->claims.size - 1));
  terminates       \true;
  exits            \false;
  assigns          spans[0 .. count - 1], token->failed;
  ensures  token:  valid_token(token);
  ensures  sticky: \old(token->failed) != 0 ==> token->failed != 0;
  ensures  inside: spans_in(spans, count, token->claims.size);
*/
void pobf_claim_table_read(struct pobf_span *spans, struct pobf_token *token,
                           const struct pobf_claim_row *rows, size_t count);

/*@
  requires spans: \valid(spans + (0 .. count - 1));
  terminates      \true;
  exits           \false;
  assigns         spans[0 .. count - 1];
  ensures  empty: empty_spans(spans, count);
*/
void pobf_claim_table_clear(struct pobf_span *spans, size_t count);

#endif
