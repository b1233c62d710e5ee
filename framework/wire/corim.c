#include "framework/wire/corim.h"

#include "framework/wire/claim_table.h"
#include "framework/wire/span_read.h"

enum { TAG_CORIM = 501, TAG_COMID = 506, TAG_EPOCH = 1, SIGNED = 0xd2 };

enum { VALID_FROM, VALID_UNTIL, VALID };

static const struct pobf_claim_row valid_rows[VALID] = {
    [VALID_FROM] = {POBF_CLAIM_ITEM, POBF_CLAIM_OPTIONAL, 1, SIZE_MAX, .key = 0},
    [VALID_UNTIL] = {POBF_CLAIM_ITEM, POBF_CLAIM_OPTIONAL, 1, SIZE_MAX, .key = 1},
};

/* 1(seconds), or left out; 1 where it is so. */
/*@
  requires seconds: \valid(seconds);
  requires span:    \valid(span) && span_in(span, size);
  requires bytes:   \valid_read(bytes + (0 .. size - 1));
  requires apart:   \separated(seconds, bytes + (0 .. size - 1));
  requires alone:   \separated(span, bytes + (0 .. size - 1));
  requires other:   \separated(seconds, span);
  terminates        \true;
  exits             \false;
  assigns           *seconds, *span;
*/
static int read_time(int64_t *seconds, const uint8_t *bytes, size_t size, struct pobf_span *span)
{
    uint64_t number;

    (void)size; /* for the contract */
    if (span->size == 0) {
        return 1;
    }
    if (!pobf_span_untag(span, bytes, TAG_EPOCH) || !pobf_span_number(&number, bytes, span) ||
        number > INT64_MAX) {
        return 0;
    }
    *seconds = (int64_t)number;
    return 1;
}

/* {0: not before, 1: not after}, or left out: the span gets no longer by it. 1 where it is so. */
/*@
  requires corim:  \valid(corim);
  requires map:    \valid_read(map) && span_in(map, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(corim, bytes + (0 .. size - 1));
  requires other:  \separated(corim, map);
  terminates       \true;
  exits            \false;
  assigns          corim->from, corim->until;
  ensures  later:  corim->from >= \old(corim->from);
  ensures  sooner: corim->until <= \old(corim->until);
*/
static int read_validity(struct pobf_corim *corim, const uint8_t *bytes, size_t size,
                         const struct pobf_span *map)
{
    struct pobf_span found[VALID];
    struct pobf_token token;
    int64_t from = corim->from;
    int64_t until = corim->until;

    if (map->size == 0) {
        return 1;
    }
    pobf_token_open(&token, bytes, map);
    pobf_claim_table_read(found, &token, valid_rows, VALID);
    if (token.failed != 0 || !read_time(&from, bytes, size, &found[VALID_FROM]) ||
        !read_time(&until, bytes, size, &found[VALID_UNTIL])) {
        return 0;
    }
    corim->from = from > corim->from ? from : corim->from;
    corim->until = until < corim->until ? until : corim->until;
    return 1;
}

/* 506(bytes of a CoMID); tags of other kinds are left alone. 1 where it is so. */
/*@
  requires values: \valid(values) && comid_values_in(values, size);
  requires span:   \valid(span) && span_in(span, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(values, bytes + (0 .. size - 1));
  requires alone:  \separated(span, bytes + (0 .. size - 1));
  requires other:  \separated(values, span);
  terminates       \true;
  exits            \false;
  assigns          *values, *span;
  ensures  inside: comid_values_in(values, size);
*/
static int read_tag(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                    struct pobf_span *span)
{
    if (!pobf_span_untag(span, bytes, TAG_COMID)) {
        return 1;
    }
    return pobf_span_unwrap(span, bytes, POBF_CBOR_BYTES, 1, SIZE_MAX) &&
           pobf_comid_read(values, bytes, size, span);
}

/* One tag; where it is not so, the reader fails. */
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
static void add_tag(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
                    struct pobf_cbor_reader *reader)
{
    struct pobf_span tag;

    pobf_span_read_item(&tag, reader);
    if (!read_tag(values, bytes, size, &tag)) {
        reader->failed = 1;
    }
}

/* [tag]: 1 where it is so. */
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
static int add_tags(struct pobf_comid_values *values, const uint8_t *bytes, size_t size,
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
        add_tag(values, bytes, size, &reader);
    }
    return pobf_cbor_read_end(&reader) == POBF_OK;
}

enum { RIM_TAGS, RIM_VALIDITY, RIM };

static const struct pobf_claim_row rim_rows[RIM] = {
    [RIM_TAGS] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, SIZE_MAX, .key = 1},
    [RIM_VALIDITY] = {POBF_CLAIM_ITEM, POBF_CLAIM_OPTIONAL, 1, SIZE_MAX, .key = 4},
};

/* 501({1: tags, 4: validity}): 1 where it is so. */
/*@
  requires corim:  \valid(corim) && corim->values.count == 0;
  requires rim:    \valid(rim) && span_in(rim, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(corim, bytes + (0 .. size - 1));
  requires alone:  \separated(rim, bytes + (0 .. size - 1));
  requires other:  \separated(corim, rim);
  terminates       \true;
  exits            \false;
  assigns          corim->values, corim->from, corim->until, *rim;
  ensures  inside: comid_values_in(&corim->values, size);
*/
static int read_rim(struct pobf_corim *corim, const uint8_t *bytes, size_t size,
                    struct pobf_span *rim)
{
    struct pobf_span found[RIM];
    struct pobf_token token;

    (void)pobf_span_untag(rim, bytes, TAG_CORIM);
    pobf_token_open(&token, bytes, rim);
    pobf_claim_table_read(found, &token, rim_rows, RIM);
    return token.failed == 0 && read_validity(corim, bytes, size, &found[RIM_VALIDITY]) &&
           add_tags(&corim->values, bytes, size, &found[RIM_TAGS]);
}

enum { HEADER_ALGORITHM, HEADER_CRITICAL, HEADER_META, HEADER };

static const struct pobf_claim_row header_rows[HEADER] = {
    [HEADER_ALGORITHM] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, 3, .key = 1},
    [HEADER_CRITICAL] = {POBF_CLAIM_ITEM, POBF_CLAIM_OPTIONAL, 1, SIZE_MAX, .key = 2},
    [HEADER_META] = {POBF_CLAIM_BYTES, POBF_CLAIM_OPTIONAL, 1, SIZE_MAX, .key = 8},
};

/* The algorithm, a negative number; 0 where it is none. */
/*@
  requires span:  \valid_read(span);
  requires bytes: \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:  span->at + span->size <= 18446744073709551615;
  terminates      \true;
  exits           \false;
  assigns         \nothing;
*/
static int32_t read_algorithm(const uint8_t *bytes, const struct pobf_span *span)
{
    struct pobf_cbor_reader reader;

    pobf_span_open(&reader, bytes, span);
    return pobf_sign1_read_algorithm(&reader);
}

/* << {1: validity} >> of what the header says of the signer, or left out: 1 where it is so. */
/*@
  requires corim:  \valid(corim);
  requires meta:   \valid_read(meta) && span_in(meta, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(corim, bytes + (0 .. size - 1));
  requires other:  \separated(corim, meta);
  terminates       \true;
  exits            \false;
  assigns          corim->from, corim->until;
*/
static int read_meta(struct pobf_corim *corim, const uint8_t *bytes, size_t size,
                     const struct pobf_span *meta)
{
    struct pobf_span validity;
    struct pobf_token token;

    if (meta->size == 0) {
        return 1;
    }
    pobf_token_open(&token, bytes, meta);
    pobf_token_item(&token, &validity, 1, POBF_TOKEN_OPTIONAL);
    return token.failed == 0 && read_validity(corim, bytes, size, &validity);
}

/*@
  requires corim:  \valid(corim) && sign1_in(&corim->sign1, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(corim, bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          corim->sign1.algorithm, corim->from, corim->until;
*/
static int read_header(struct pobf_corim *corim, const uint8_t *bytes, size_t size)
{
    struct pobf_span found[HEADER];
    struct pobf_token token;

    pobf_token_open(&token, bytes, &corim->sign1.header);
    pobf_claim_table_read(found, &token, header_rows, HEADER);
    corim->sign1.algorithm = read_algorithm(bytes, &found[HEADER_ALGORITHM]);
    return token.failed == 0 && corim->sign1.algorithm != 0 && found[HEADER_CRITICAL].size == 0 &&
           read_meta(corim, bytes, size, &found[HEADER_META]);
}

/*@
  requires corim: \valid(corim);
  terminates      \true;
  exits           \false;
  assigns         *corim;
  ensures  empty: empty_corim(corim);
*/
static void clear(struct pobf_corim *corim)
{
    pobf_comid_clear(&corim->values);
    pobf_sign1_clear(&corim->sign1);
    corim->from = 0;
    corim->until = 0;
    corim->is_signed = 0;
}

/* A signed one, its frame and its header: 1 where they are so. */
/*@
  requires corim:  \valid(corim);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(corim, bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          corim->sign1, corim->from, corim->until;
  ensures  inside: sign1_in(&corim->sign1, size);
*/
static int read_signed(struct pobf_corim *corim, const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;
    int framed;

    pobf_cbor_read_init(&reader, bytes, size);
    pobf_sign1_read_frame(&corim->sign1, &reader, POBF_SIGN1_TAGGED);
    framed = pobf_cbor_read_end(&reader) == POBF_OK;
    return read_header(corim, bytes, size) && framed;
}

/* 1 where all of it is as it should be. */
/*@
  requires corim:  \valid(corim) && corim->values.count == 0;
  requires none:   sign1_in(&corim->sign1, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(corim, bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          *corim;
  ensures  inside: comid_values_in(&corim->values, size);
  ensures  inside: sign1_in(&corim->sign1, size);
*/
static int read_all(struct pobf_corim *corim, const uint8_t *bytes, size_t size)
{
    struct pobf_span rim = {0, size};

    corim->is_signed = size > 0 && bytes[0] == SIGNED;
    if (corim->is_signed != 0) {
        if (!read_signed(corim, bytes, size)) {
            return 0;
        }
        rim.at = corim->sign1.payload.at;
        rim.size = corim->sign1.payload.size;
    }
    return read_rim(corim, bytes, size, &rim);
}

enum pobf_status pobf_corim_parse(struct pobf_corim *corim, const uint8_t *bytes, size_t size)
{
    clear(corim);
    corim->until = INT64_MAX;
    if (read_all(corim, bytes, size)) {
        return POBF_OK;
    }
    clear(corim);
    return POBF_E_INPUT;
}
