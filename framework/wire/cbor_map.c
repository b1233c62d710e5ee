#include "framework/wire/cbor_map.h"

#include "framework/core/bytes.h"

/* Equal encodings are equal keys, since every item has one form only. */
/*@
  requires map:   valid_map(map);
  requires range: at <= end <= map->size;
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  range: \result == 0 || \result == 1;
*/
static int has_key(const struct pobf_cbor_map *map, size_t at, size_t end)
{
    /*@
      loop invariant bound: 0 <= i <= map->count;
      loop assigns i;
      loop variant map->count - i;
    */
    for (size_t i = 0; i < map->count; i++) {
        if (map->value_at[i] - map->key_at[i] == end - at &&
            pobf_bytes_equal(map->bytes + map->key_at[i], map->bytes + at, end - at)) {
            return 1;
        }
    }
    return 0;
}

/*@
  requires map:     \valid(map) && valid_map(map) && map->count < POBF_CBOR_MAP_MAX;
  requires order:   key_at <= value_at <= end <= map->size;
  terminates        \true;
  exits             \false;
  assigns           map->count, map->key_at[map->count], map->value_at[map->count],
                    map->end[map->count];
  ensures  map:     valid_map(map);
  ensures  one:     map->count == \old(map->count) + 1;
*/
static void append(struct pobf_cbor_map *map, size_t key_at, size_t value_at, size_t end)
{
    map->key_at[map->count] = key_at;
    map->value_at[map->count] = value_at;
    map->end[map->count] = end;
    map->count++;
}

/* Read a key and its value. */
/*@
  requires reader:  valid_reader(reader);
  requires map:     \valid(map) && valid_map(map) && map->count < POBF_CBOR_MAP_MAX;
  requires source:  map->bytes == reader->bytes && map->size == reader->size;
  requires apart:   \separated(map, reader);
  requires alone:   \separated(map, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, map->count, map->key_at[map->count],
                    map->value_at[map->count], map->end[map->count];
  ensures  reader:  valid_reader(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  map:     valid_map(map);
  ensures  one:     reader->failed == 0 ==> map->count == \old(map->count) + 1;
*/
static void read_pair(struct pobf_cbor_reader *reader, struct pobf_cbor_map *map)
{
    const size_t key_at = reader->at;
    size_t value_at;

    pobf_cbor_read_item(reader);
    value_at = reader->at;
    pobf_cbor_read_item(reader);
    if (reader->failed == 0 && !has_key(map, key_at, value_at)) {
        append(map, key_at, value_at, reader->at);
    } else {
        reader->failed = 1;
    }
}

/*@
  requires reader:  valid_reader(reader);
  requires map:     \valid(map) && valid_map(map) && map->count == 0;
  requires source:  map->bytes == reader->bytes && map->size == reader->size;
  requires apart:   \separated(map, reader);
  requires alone:   \separated(map, reader->bytes + (0 .. reader->size - 1));
  requires count:   count <= POBF_CBOR_MAP_MAX;
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, *map;
  ensures  reader:  valid_reader(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  map:     valid_map(map);
  ensures  source:  map->bytes == reader->bytes && map->size == reader->size;
*/
static void read_pairs(struct pobf_cbor_reader *reader, struct pobf_cbor_map *map, uint64_t count)
{
    /*@
      loop invariant bound:  0 <= i <= count && (reader->failed == 0 ==> map->count == i);
      loop invariant reader: valid_reader(reader) && valid_map(map);
      loop invariant source: map->bytes == reader->bytes && map->size == reader->size;
      loop invariant sticky: \at(reader->failed, Pre) != 0 ==> reader->failed != 0;
      loop assigns i, reader->at, reader->failed, *map;
      loop variant count - i;
    */
    for (uint64_t i = 0; i < count && reader->failed == 0; i++) {
        read_pair(reader, map);
    }
}

void pobf_cbor_map_read(struct pobf_cbor_reader *reader, struct pobf_cbor_map *map)
{
    const uint64_t announced = pobf_cbor_read_head(reader, POBF_CBOR_MAP);

    map->bytes = reader->bytes;
    map->size = reader->size;
    map->count = 0;
    if (announced <= POBF_CBOR_MAP_MAX) {
        read_pairs(reader, map, announced);
    } else {
        reader->failed = 1;
    }
    if (reader->failed != 0) {
        map->count = 0;
    }
}

/* Is the i-th key this head, and after it these bytes? */
/*@
  requires map:   valid_map(map);
  requires index: i < map->count;
  requires major: 0 <= major < POBF_CBOR_MAJOR_COUNT;
  requires key:   \valid_read(key + (0 .. size - 1));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  range: \result == 0 || \result == 1;
*/
static int is_key(const struct pobf_cbor_map *map, size_t i, enum pobf_cbor_major major,
                  uint64_t number, const uint8_t *key, size_t size)
{
    const uint8_t *bytes = map->bytes + map->key_at[i];
    const size_t whole = map->value_at[i] - map->key_at[i];
    uint64_t found;
    const size_t head = pobf_cbor_head_parse(&found, bytes, whole, major);

    return head != 0 && found == number && whole - head == size &&
           pobf_bytes_equal(bytes + head, key, size);
}

/* Find a key by its head and the bytes after it. */
/*@
  requires map:   valid_map(map);
  requires value: \valid(value);
  requires major: 0 <= major < POBF_CBOR_MAJOR_COUNT;
  requires key:   \valid_read(key + (0 .. size - 1));
  requires apart: \separated(value, map);
  terminates      \true;
  exits           \false;
  assigns         *value;
  ensures  value: span_in(value, map->size);
  ensures  range: \result == 0 || \result == 1;
  ensures  none:  \result == 0 ==> empty_span(value);
*/
static int find(struct pobf_span *value, const struct pobf_cbor_map *map,
                enum pobf_cbor_major major, uint64_t number, const uint8_t *key, size_t size)
{
    /*@
      loop invariant bound: 0 <= i <= map->count;
      loop assigns i;
      loop variant map->count - i;
    */
    for (size_t i = 0; i < map->count; i++) {
        if (is_key(map, i, major, number, key, size)) {
            value->at = map->value_at[i];
            value->size = map->end[i] - map->value_at[i];
            return 1;
        }
    }
    pobf_span_clear(value);
    return 0;
}

int pobf_cbor_map_find(struct pobf_span *value, const struct pobf_cbor_map *map, int64_t key)
{
    if (key < 0) {
        return find(value, map, POBF_CBOR_NEGATIVE, (uint64_t)(-1 - key), NULL, 0);
    }
    return find(value, map, POBF_CBOR_UINT, (uint64_t)key, NULL, 0);
}

int pobf_cbor_map_find_text(struct pobf_span *value, const struct pobf_cbor_map *map,
                            const uint8_t *key, size_t size)
{
    return find(value, map, POBF_CBOR_TEXT, size, key, size);
}
