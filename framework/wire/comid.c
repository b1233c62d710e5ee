#include "framework/wire/comid.h"

#include "framework/wire/claim_table.h"
#include "framework/wire/span_read.h"

enum { KEY_TRIPLES = 4, KEY_REFERENCE = 0, TAG_RAW = 560 };

/* The member of a map under a number, or an empty span: 1; 0 where it is no map, or needed. */
/*@
  requires member: \valid(member);
  requires map:    \valid_read(map) && span_in(map, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(member, bytes + (0 .. size - 1));
  requires other:  \separated(member, map);
  terminates       \true;
  exits            \false;
  assigns          *member;
  ensures  inside: span_in(member, size);
*/
static int read_member(struct pobf_span *member, const uint8_t *bytes, size_t size,
                       const struct pobf_span *map, int64_t key)
{
    struct pobf_token token;

    (void)size; /* for the contract */
    pobf_token_open(&token, bytes, map);
    pobf_token_item(&token, member, key, POBF_TOKEN_OPTIONAL);
    return token.failed == 0;
}

/* A value of a measurement with this key: 1; 0 where it is none, or one too many. */
/*@
  requires values: \valid(values) && comid_values_in(values, size);
  requires key:    \valid_read(key) && span_in(&key->text, size);
  requires span:   \valid(span) && span_in(span, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(values, bytes + (0 .. size - 1));
  requires alone:  \separated(span, bytes + (0 .. size - 1));
  requires other:  \separated(values, key, span);
  terminates       \true;
  exits            \false;
  assigns          *values, *span;
  ensures  inside: comid_values_in(values, size);
*/
static int add(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
               const struct pobf_comid_value *key, struct pobf_span *span)
{
    struct pobf_comid_value *value;

    (void)size; /* for the contract */
    if (values->count >= POBF_COMID_VALUES_MAX ||
        !pobf_span_unwrap(span, bytes, POBF_CBOR_BYTES, 1, POBF_COMID_VALUE_BYTES)) {
        return 0;
    }
    value = &values->item[values->count];
    value->kind = key->kind;
    value->number = key->number;
    value->text.at = key->text.at;
    value->text.size = key->text.size;
    value->bytes.at = span->at;
    value->bytes.size = span->size;
    values->count++;
    return 1;
}

/* The second of two elements of an array; where it is none, the reader fails. */
/*@
  requires reader:  valid_reader(reader);
  requires second:  \valid(second);
  requires apart:   \separated(second, reader);
  requires alone:   \separated(second, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           *second, reader->at, reader->failed;
  ensures  reader:  valid_reader(reader);
  ensures  inside:  span_in(second, reader->size);
*/
static void read_second(struct pobf_span *second, struct pobf_cbor_reader *reader)
{
    struct pobf_span pair;

    pobf_span_read_item(&pair, reader);
    (void)pobf_span_element(second, reader->bytes, &pair, 1);
    if (pobf_span_count(reader->bytes, &pair) != 2) {
        reader->failed = 1;
    }
}

/* [algorithm, digest]: which algorithm, the length of what is compared decides. */
/*@
  requires values: \valid(values) && comid_values_in(values, size);
  requires reader: valid_reader(reader) && reader->size <= size;
  requires key:    \valid_read(key) && span_in(&key->text, size);
  requires bytes:  reader->bytes == bytes && \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(values, bytes + (0 .. size - 1));
  requires alone:  \separated(reader, bytes + (0 .. size - 1));
  requires other:  \separated(values, key, reader);
  terminates       \true;
  exits            \false;
  assigns          *values, reader->at, reader->failed;
  ensures  inside: comid_values_in(values, size);
  ensures  reader: valid_reader(reader);
*/
static void add_digest(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                       const struct pobf_comid_value *key, struct pobf_cbor_reader *reader)
{
    struct pobf_span digest;

    read_second(&digest, reader);
    if (!add(values, bytes, size, key, &digest)) {
        reader->failed = 1;
    }
}

/* [[algorithm, digest]]: 1 where it is so. */
/*@
  requires values: \valid(values) && comid_values_in(values, size);
  requires key:    \valid_read(key) && span_in(&key->text, size);
  requires list:   \valid_read(list) && span_in(list, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(values, bytes + (0 .. size - 1));
  requires other:  \separated(values, key, list);
  terminates       \true;
  exits            \false;
  assigns          *values;
  ensures  inside: comid_values_in(values, size);
*/
static int add_digests(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                       const struct pobf_comid_value *key, const struct pobf_span *list)
{
    struct pobf_cbor_reader reader;
    uint64_t count;

    pobf_span_open(&reader, bytes, list);
    count = pobf_cbor_read_head(&reader, POBF_CBOR_ARRAY);
    /*@
      loop invariant bound:  0 <= i <= count;
      loop invariant reader: valid_reader(&reader);
      loop invariant inside: comid_values_in(values, size);
      loop invariant key:    span_in(&key->text, size);
      loop assigns i, reader.at, reader.failed, *values;
      loop variant count - i;
    */
    for (uint64_t i = 0; i < count && reader.failed == 0; i++) {
        add_digest(values, bytes, size, key, &reader);
    }
    return pobf_cbor_read_end(&reader) == POBF_OK;
}

/* Under what a measurement stands; empty: under nothing. */
/*@
  requires key:    \valid(key);
  requires span:   \valid(span) && span_in(span, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(key, bytes + (0 .. size - 1));
  requires alone:  \separated(span, bytes + (0 .. size - 1));
  requires other:  \separated(key, span);
  terminates       \true;
  exits            \false;
  assigns          *key, *span;
  ensures  inside: span_in(&key->text, size);
*/
static void read_key(struct pobf_comid_value *key, const uint8_t *bytes, size_t size,
                     struct pobf_span *span)
{
    (void)size; /* for the contract */
    key->number = 0;
    pobf_span_clear(&key->text);
    if (span->size == 0) {
        key->kind = POBF_COMID_KEY_NONE;
    } else if (pobf_span_number(&key->number, bytes, span)) {
        key->kind = POBF_COMID_KEY_NUMBER;
    } else if (pobf_span_unwrap(span, bytes, POBF_CBOR_TEXT, 1, POBF_COMID_VALUE_BYTES)) {
        key->kind = POBF_COMID_KEY_TEXT;
        key->text.at = span->at;
        key->text.size = span->size;
    } else {
        key->kind = POBF_COMID_KEY_OTHER;
    }
}

enum { MEASURED_KEY, MEASURED_VALUES, MEASURED };

static const struct pobf_claim_row measured_rows[MEASURED] = {
    [MEASURED_KEY] = {POBF_CLAIM_ITEM, POBF_CLAIM_OPTIONAL, 1, SIZE_MAX, .key = 0},
    [MEASURED_VALUES] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, SIZE_MAX, .key = 1},
};

enum { VALUE_DIGESTS, VALUE_RAW, VALUE };

static const struct pobf_claim_row value_rows[VALUE] = {
    [VALUE_DIGESTS] = {POBF_CLAIM_ITEM, POBF_CLAIM_OPTIONAL, 1, SIZE_MAX, .key = 2},
    [VALUE_RAW] = {POBF_CLAIM_ITEM, POBF_CLAIM_OPTIONAL, 1, SIZE_MAX, .key = 4},
};

/* A measurement: its key, of which the bytes are unused, and where its values stand. */
struct measured {
    struct pobf_comid_value key;
    struct pobf_span value[VALUE];
};

/*@
  predicate measured_in{L}(struct measured *m, integer size) =
    span_in{L}(&m->key.text, size) && spans_in{L}(&m->value[0], VALUE, size);
*/

/* {2: digests, 4: raw value}: 1 where it is so. */
/*@
  requires measured: \valid(measured);
  requires map:      \valid_read(map) && span_in(map, size);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(measured, bytes + (0 .. size - 1));
  requires other:    \separated(measured, map);
  terminates         \true;
  exits              \false;
  assigns            measured->value[0 .. VALUE - 1];
  ensures  inside:   spans_in(&measured->value[0], VALUE, size);
*/
static int read_values(struct measured *measured, const uint8_t *bytes, size_t size,
                       const struct pobf_span *map)
{
    struct pobf_token token;

    (void)size; /* for the contract */
    pobf_token_open(&token, bytes, map);
    pobf_claim_table_read(measured->value, &token, value_rows, VALUE);
    return token.failed == 0;
}

/* {0: key, 1: values}: 1 where it is so. */
/*@
  requires measured: \valid(measured);
  requires map:      \valid_read(map) && span_in(map, size);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(measured, bytes + (0 .. size - 1));
  requires other:    \separated(measured, map);
  terminates         \true;
  exits              \false;
  assigns            *measured;
  ensures  inside:   measured_in(measured, size);
*/
static int read_measured(struct measured *measured, const uint8_t *bytes, size_t size,
                         const struct pobf_span *map)
{
    struct pobf_span found[MEASURED];
    struct pobf_token token;
    int is_whole;

    pobf_token_open(&token, bytes, map);
    pobf_claim_table_read(found, &token, measured_rows, MEASURED);
    is_whole = read_values(measured, bytes, size, &found[MEASURED_VALUES]);
    read_key(&measured->key, bytes, size, &found[MEASURED_KEY]);
    return is_whole && token.failed == 0;
}

/* What was read of a measurement; a raw value under a mask is not one to compare with. */
/*@
  requires values:   \valid(values) && comid_values_in(values, size);
  requires measured: \valid(measured) && measured_in(measured, size);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(values, bytes + (0 .. size - 1));
  requires alone:    \separated(measured, bytes + (0 .. size - 1));
  requires other:    \separated(values, measured);
  terminates         \true;
  exits              \false;
  assigns            *values, measured->value[VALUE_RAW];
  ensures  inside:   comid_values_in(values, size);
*/
static int add_measured(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                        struct measured *measured)
{
    const struct pobf_span *digests = &measured->value[VALUE_DIGESTS];
    struct pobf_span *raw = &measured->value[VALUE_RAW];

    if (digests->size > 0 && !add_digests(values, bytes, size, &measured->key, digests)) {
        return 0;
    }
    return !pobf_span_untag(raw, bytes, TAG_RAW) || add(values, bytes, size, &measured->key, raw);
}

/* One measurement; where it is none, or one too many, the reader fails. */
/*@
  requires values: \valid(values) && comid_values_in(values, size);
  requires reader: valid_reader(reader) && reader->size <= size;
  requires bytes:  reader->bytes == bytes && \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(values, bytes + (0 .. size - 1));
  requires alone:  \separated(reader, bytes + (0 .. size - 1));
  requires other:  \separated(values, reader);
  terminates       \true;
  exits            \false;
  assigns          *values, reader->at, reader->failed;
  ensures  inside: comid_values_in(values, size);
  ensures  reader: valid_reader(reader);
*/
static void add_measurement(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                            struct pobf_cbor_reader *reader)
{
    struct pobf_span map;
    struct measured measured;

    pobf_span_read_item(&map, reader);
    if (!read_measured(&measured, bytes, size, &map) ||
        !add_measured(values, bytes, size, &measured)) {
        reader->failed = 1;
    }
}

/* [measurement]: 1 where it is so. */
/*@
  requires values: \valid(values) && comid_values_in(values, size);
  requires list:   \valid_read(list) && span_in(list, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(values, bytes + (0 .. size - 1));
  requires other:  \separated(values, list);
  terminates       \true;
  exits            \false;
  assigns          *values;
  ensures  inside: comid_values_in(values, size);
*/
static int add_measurements(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                            const struct pobf_span *list)
{
    struct pobf_cbor_reader reader;
    uint64_t count;

    pobf_span_open(&reader, bytes, list);
    count = pobf_cbor_read_head(&reader, POBF_CBOR_ARRAY);
    /*@
      loop invariant bound:  0 <= i <= count;
      loop invariant reader: valid_reader(&reader);
      loop invariant inside: comid_values_in(values, size);
      loop assigns i, reader.at, reader.failed, *values;
      loop variant count - i;
    */
    for (uint64_t i = 0; i < count && reader.failed == 0; i++) {
        add_measurement(values, bytes, size, &reader);
    }
    return pobf_cbor_read_end(&reader) == POBF_OK;
}

/* [environment, [measurement]]; where it is not so, the reader fails. */
/*@
  requires values: \valid(values) && comid_values_in(values, size);
  requires reader: valid_reader(reader) && reader->size <= size;
  requires bytes:  reader->bytes == bytes && \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(values, bytes + (0 .. size - 1));
  requires alone:  \separated(reader, bytes + (0 .. size - 1));
  requires other:  \separated(values, reader);
  terminates       \true;
  exits            \false;
  assigns          *values, reader->at, reader->failed;
  ensures  inside: comid_values_in(values, size);
  ensures  reader: valid_reader(reader);
*/
static void add_triple(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                       struct pobf_cbor_reader *reader)
{
    struct pobf_span measurements;

    read_second(&measurements, reader);
    if (!add_measurements(values, bytes, size, &measurements)) {
        reader->failed = 1;
    }
}

/* [triple]: 1 where it is so. */
/*@
  requires values: \valid(values) && comid_values_in(values, size);
  requires list:   \valid_read(list) && span_in(list, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(values, bytes + (0 .. size - 1));
  requires other:  \separated(values, list);
  terminates       \true;
  exits            \false;
  assigns          *values;
  ensures  inside: comid_values_in(values, size);
*/
static int add_triples(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                       const struct pobf_span *list)
{
    struct pobf_cbor_reader reader;
    uint64_t count;

    pobf_span_open(&reader, bytes, list);
    count = pobf_cbor_read_head(&reader, POBF_CBOR_ARRAY);
    /*@
      loop invariant bound:  0 <= i <= count;
      loop invariant reader: valid_reader(&reader);
      loop invariant inside: comid_values_in(values, size);
      loop assigns i, reader.at, reader.failed, *values;
      loop variant count - i;
    */
    for (uint64_t i = 0; i < count && reader.failed == 0; i++) {
        add_triple(values, bytes, size, &reader);
    }
    return pobf_cbor_read_end(&reader) == POBF_OK;
}

int pobf_comid_read(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                    const struct pobf_span *span)
{
    struct pobf_span triples, reference;

    if (!read_member(&triples, bytes, size, span, KEY_TRIPLES)) {
        return 0;
    }
    if (triples.size == 0) {
        return 1;
    }
    if (!read_member(&reference, bytes, size, &triples, KEY_REFERENCE)) {
        return 0;
    }
    return reference.size == 0 || add_triples(values, bytes, size, &reference) != 0;
}

/*@
  requires value: \valid(value);
  terminates      \true;
  exits           \false;
  assigns         *value;
  ensures  empty: empty_comid_value(value);
*/
static void clear_value(struct pobf_comid_value *value)
{
    value->kind = POBF_COMID_KEY_NONE;
    value->number = 0;
    pobf_span_clear(&value->text);
    pobf_span_clear(&value->bytes);
}

void pobf_comid_clear(struct pobf_comid_values *values)
{
    values->count = 0;
    /*@
      loop invariant bound: 0 <= i <= POBF_COMID_VALUES_MAX;
      loop invariant empty: \forall integer k; 0 <= k < i ==> empty_comid_value(&values->item[k]);
      loop assigns i, values->item[0 .. POBF_COMID_VALUES_MAX - 1];
      loop variant POBF_COMID_VALUES_MAX - i;
    */
    for (size_t i = 0; i < POBF_COMID_VALUES_MAX; i++) {
        clear_value(&values->item[i]);
    }
}
