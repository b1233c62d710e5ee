#include "framework/wire/claim_table.h"

enum { CBOR_NULL = 0xf6 };

/* How long the name of a row is. */
/*@
  requires row:   \valid_read(row);
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  range: \result <= POBF_CLAIM_NAME_ROOM;
*/
static size_t name_size(const struct pobf_claim_row *row)
{
    size_t size = 0;

    /*@
      loop invariant bound: 0 <= size <= POBF_CLAIM_NAME_ROOM;
      loop assigns size;
      loop variant POBF_CLAIM_NAME_ROOM - size;
    */
    while (size < POBF_CLAIM_NAME_ROOM && row->name[size] != 0) {
        size++;
    }
    return size;
}

/*@
  requires map:    valid_map(map);
  requires span:   \valid(span);
  requires row:    \valid_read(row);
  requires apart:  \separated(span, map);
  terminates       \true;
  exits            \false;
  assigns          *span;
  ensures  inside: span_in(span, map->size);
  ensures  range:  \result == 0 || \result == 1;
*/
static int find(struct pobf_span *span, const struct pobf_cbor_map *map,
                const struct pobf_claim_row *row)
{
    const size_t size = name_size(row);

    return size > 0 ? pobf_cbor_map_find_text(span, map, row->name, size)
                    : pobf_cbor_map_find(span, map, row->key);
}

/* What was found must be of the row's kind and size: 1; else 0, and the span is empty. */
/*@
  requires span:   \valid(span);
  requires bytes:  \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:   span->at + span->size <= 18446744073709551615;
  requires row:    \valid_read(row);
  requires apart:  \separated(span, bytes + (0 .. span->at + span->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span;
  ensures  inside: span_in(span, \old(span->at + span->size));
  ensures  range:  \result == 0 || \result == 1;
  ensures  no:     \result == 0 ==> empty_span(span);
*/
static int take(struct pobf_span *span, const uint8_t *bytes, const struct pobf_claim_row *row)
{
    const size_t least = row->least;
    const size_t most = row->most;

    if (row->kind == POBF_CLAIM_BYTES) {
        return pobf_span_unwrap(span, bytes, POBF_CBOR_BYTES, least, most);
    }
    if (row->kind == POBF_CLAIM_TEXT) {
        return pobf_span_unwrap(span, bytes, POBF_CBOR_TEXT, least, most);
    }
    if (span->size < least || span->size > most) {
        pobf_span_clear(span);
        return 0;
    }
    return 1;
}

/*@
  requires span:  \valid_read(span);
  requires bytes: \valid_read(bytes + (0 .. span->at + span->size - 1));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
*/
static int is_null(const uint8_t *bytes, const struct pobf_span *span)
{
    return span->size == 1 && bytes[span->at] == CBOR_NULL;
}

/*@
  requires token:  valid_token(token);
  requires span:   \valid(span);
  requires row:    \valid_read(row);
  requires apart:  \separated(span, token);
  requires alone:  \separated(span, token->claims.bytes + (0 .. token->claims.size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span, token->failed;
  ensures  token:  valid_token(token);
  ensures  sticky: \old(token->failed) != 0 ==> token->failed != 0;
  ensures  inside: span_in(span, token->claims.size);
*/
static void read_row(struct pobf_span *span, struct pobf_token *token,
                     const struct pobf_claim_row *row)
{
    const uint8_t *bytes = token->claims.bytes;
    const enum pobf_claim_need need = row->need;
    const int found =
        find(span, &token->claims, row) && !(need == POBF_CLAIM_NULLABLE && is_null(bytes, span));

    if (!found) {
        pobf_span_clear(span);
    }
    if (found ? !take(span, bytes, row) : need == POBF_CLAIM_REQUIRED) {
        token->failed = 1;
    }
}

void pobf_claim_table_read(struct pobf_span *spans, struct pobf_token *token,
                           const struct pobf_claim_row *rows, size_t count)
{
    /*@
      loop invariant bound:  0 <= i <= count;
      loop invariant token:  valid_token(token);
      loop invariant sticky: \at(token->failed, Pre) != 0 ==> token->failed != 0;
      loop invariant inside: spans_in(spans, i, token->claims.size);
      loop assigns i, spans[0 .. count - 1], token->failed;
      loop variant count - i;
    */
    for (size_t i = 0; i < count; i++) {
        read_row(&spans[i], token, &rows[i]);
    }
}

void pobf_claim_table_clear(struct pobf_span *spans, size_t count)
{
    /*@
      loop invariant bound: 0 <= i <= count;
      loop invariant empty: empty_spans(spans, i);
      loop assigns i, spans[0 .. count - 1];
      loop variant count - i;
    */
    for (size_t i = 0; i < count; i++) {
        pobf_span_clear(&spans[i]);
    }
}
