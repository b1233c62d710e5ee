#ifndef POBF_FRAMEWORK_WIRE_CBOR_MAP_H
#define POBF_FRAMEWORK_WIRE_CBOR_MAP_H

#include "framework/wire/span.h"

/*
 * A map whose keys may stand in any order, as others print them. No two keys are the same.
 * It holds places, not copies: what it was read from must stay.
 */
enum { POBF_CBOR_MAP_MAX = 40 };

struct pobf_cbor_map {
    const uint8_t *bytes; /* what the reader reads                              */
    size_t size;
    size_t count;
    size_t key_at[POBF_CBOR_MAP_MAX]; /* offsets: the key, its value, the value's end */
    size_t value_at[POBF_CBOR_MAP_MAX];
    size_t end[POBF_CBOR_MAP_MAX];
};

/*@
  predicate valid_map{L}(struct pobf_cbor_map *m) =
    \valid_read{L}(m) && \at(m->count, L) <= POBF_CBOR_MAP_MAX &&
    \valid_read{L}(\at(m->bytes, L) + (0 .. \at(m->size, L) - 1)) &&
    \forall integer i; 0 <= i < \at(m->count, L) ==>
      \at(m->key_at[i], L) <= \at(m->value_at[i], L) <= \at(m->end[i], L) <= \at(m->size, L);
*/

/*
 * Read a map: its keys and values may be any items that pobf_cbor_read_item reads. On failure, and
 * where it has more than POBF_CBOR_MAP_MAX keys or one of them twice, the reader fails and the map
 * is empty.
 */
/*@
  requires reader:  valid_reader(reader);
  requires map:     \valid(map);
  requires apart:   \separated(map, reader);
  requires alone:   \separated(map, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, *map;
  ensures  reader:  valid_reader(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  map:     valid_map(map);
  ensures  source:  map->bytes == reader->bytes && map->size == reader->size;
  ensures  failure: reader->failed != 0 ==> map->count == 0;
*/
void pobf_cbor_map_read(struct pobf_cbor_reader *reader, struct pobf_cbor_map *map);

/*
 * Find the value under a key: a number, or a text. Returns 1 where there is one; else it is none.
 */
/*@
  requires map:   valid_map(map);
  requires value: \valid(value);
  requires apart: \separated(value, map);
  terminates      \true;
  exits           \false;
  assigns         *value;
  ensures  value: span_in(value, map->size);
  ensures  range: \result == 0 || \result == 1;
  ensures  none:  \result == 0 ==> empty_span(value);
*/
int pobf_cbor_map_find(struct pobf_span *value, const struct pobf_cbor_map *map, int64_t key);

/*@
  requires map:   valid_map(map);
  requires value: \valid(value);
  requires key:   \valid_read(key + (0 .. size - 1));
  requires apart: \separated(value, map);
  terminates      \true;
  exits           \false;
  assigns         *value;
  ensures  value: span_in(value, map->size);
  ensures  range: \result == 0 || \result == 1;
  ensures  none:  \result == 0 ==> empty_span(value);
*/
int pobf_cbor_map_find_text(struct pobf_span *value, const struct pobf_cbor_map *map,
                            const uint8_t *key, size_t size);

#endif
