#include "verifier/corim/corim.h"

#include <string.h>

#include "framework/wire/cbor_item.h"
#include "verifier/cose/cose.h"

enum { TAG_CORIM = 501, TAG_COMID = 506, TAG_RAW = 560, TAG_SIGN1 = 18, TAG_EPOCH = 1 };
enum { RIM_TAGS = 1, RIM_VALIDITY = 4, MID_TRIPLES = 4, TRIPLES_REFERENCE = 0 };
enum { MEASURED_KEY = 0, MEASURED_VALUES = 1, VALUES_DIGESTS = 2, VALUES_RAW = 4 };
enum { HEADER_ALGORITHM = 1, HEADER_CRITICAL = 2, HEADER_META = 8, META_VALIDITY = 1 };
enum { ITEMS_MAX = 1024, BYTES_MAX = 64 };

/* What is parsed, and what was found; where something is not as it should be, `defect` sticks. */
struct parser {
    const uint8_t *bytes;
    struct corim *corim;
    int defect;
};

/* The item in the span without its tag; 0 where it has another one, or none. */
static int untag(struct pobf_span *span, const struct parser *parser, uint64_t tag)
{
    struct pobf_cbor_reader reader;
    size_t start;

    pobf_span_open(&reader, parser->bytes, span);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_TAG, tag);
    start = reader.at;
    pobf_cbor_read_item(&reader);
    if (pobf_cbor_read_end(&reader) != POBF_OK) {
        return 0;
    }
    *span = (struct pobf_span){start, reader.at - start};
    return 1;
}

/* The value under a number in the map of the span; empty where it is not there. */
static struct pobf_span member(struct parser *parser, const struct pobf_span *map, uint64_t key)
{
    struct pobf_cbor_reader reader;
    struct pobf_span found = {0, 0};
    uint64_t count;

    pobf_span_open(&reader, parser->bytes, map);
    count = pobf_cbor_read_head(&reader, POBF_CBOR_MAP);
    parser->defect |= count > ITEMS_MAX;
    for (uint64_t i = 0; !parser->defect && i < count; i++) {
        const int is_number = pobf_cbor_next_major(&reader) == POBF_CBOR_UINT;
        uint64_t number = 0;
        size_t start;

        if (is_number) {
            number = pobf_cbor_read_head(&reader, POBF_CBOR_UINT);
        } else {
            pobf_cbor_read_item(&reader);
        }
        start = reader.at;
        pobf_cbor_read_item(&reader);
        if (is_number && number == key && !reader.failed) {
            parser->defect |= found.size != 0; /* twice: which of them was meant? */
            found = (struct pobf_span){start, reader.at - start};
        }
    }
    parser->defect |= pobf_cbor_read_end(&reader) != POBF_OK;
    return parser->defect ? (struct pobf_span){0, 0} : found;
}

/* Call `take` with each element of the array in the span. */
static void each(struct parser *parser, const struct pobf_span *array,
                 void (*take)(struct parser *parser, const struct pobf_span *element))
{
    struct pobf_cbor_reader reader;
    uint64_t count;

    pobf_span_open(&reader, parser->bytes, array);
    count = pobf_cbor_read_head(&reader, POBF_CBOR_ARRAY);
    parser->defect |= count > ITEMS_MAX;
    for (uint64_t i = 0; !parser->defect && i < count; i++) {
        const size_t start = reader.at;
        struct pobf_span element;

        pobf_cbor_read_item(&reader);
        element = (struct pobf_span){start, reader.at - start};
        parser->defect |= reader.failed != 0;
        if (!parser->defect) {
            take(parser, &element);
        }
    }
    parser->defect |= pobf_cbor_read_end(&reader) != POBF_OK;
}

/* A new value of the measurement that is being read; its key is that of the one before it. */
static void add(struct parser *parser, struct pobf_span bytes)
{
    struct corim *corim = parser->corim;

    if (corim->count == CORIM_VALUES_MAX ||
        !pobf_span_unwrap(&bytes, parser->bytes, POBF_CBOR_BYTES, 1, BYTES_MAX)) {
        parser->defect = 1;
        return;
    }
    corim->value[corim->count].bytes = bytes;
    corim->count++;
    if (corim->count < CORIM_VALUES_MAX) {
        corim->value[corim->count] = corim->value[corim->count - 1];
    }
}

/* [algorithm, hash]: which algorithm, the length of what is compared decides. */
static void take_digest(struct parser *parser, const struct pobf_span *digest)
{
    struct pobf_span hash;

    if (pobf_span_count(parser->bytes, digest) != 2 ||
        !pobf_span_element(&hash, parser->bytes, digest, 1)) {
        parser->defect = 1;
        return;
    }
    add(parser, hash);
}

static void take_key(struct parser *parser, struct corim_value *value, struct pobf_span key)
{
    *value = (struct corim_value){.kind = CORIM_KEY_OTHER};
    if (key.size == 0) {
        value->kind = CORIM_KEY_NONE;
    } else if (pobf_span_number(&value->number, parser->bytes, &key)) {
        value->kind = CORIM_KEY_NUMBER;
    } else if (pobf_span_unwrap(&key, parser->bytes, POBF_CBOR_TEXT, 1, BYTES_MAX)) {
        value->kind = CORIM_KEY_TEXT;
        value->text = key;
    }
}

/* {0: key, 1: {2: [[algorithm, hash]], 4: 560(bytes)}} */
static void take_measurement(struct parser *parser, const struct pobf_span *measurement)
{
    const struct pobf_span values = member(parser, measurement, MEASURED_VALUES);
    struct pobf_span digests, raw;

    if (values.size == 0 || parser->corim->count == CORIM_VALUES_MAX) {
        parser->defect = 1;
        return;
    }
    take_key(parser, &parser->corim->value[parser->corim->count],
             member(parser, measurement, MEASURED_KEY));
    digests = member(parser, &values, VALUES_DIGESTS);
    raw = member(parser, &values, VALUES_RAW);
    if (digests.size != 0) {
        each(parser, &digests, take_digest);
    }
    /* A raw value under a mask has another layout, and is not one to compare with. */
    if (!parser->defect && raw.size != 0 && untag(&raw, parser, TAG_RAW)) {
        add(parser, raw);
    }
}

/* [environment, [measurement]] */
static void take_triple(struct parser *parser, const struct pobf_span *triple)
{
    struct pobf_span measurements;

    if (pobf_span_count(parser->bytes, triple) < 2 ||
        !pobf_span_element(&measurements, parser->bytes, triple, 1)) {
        parser->defect = 1;
        return;
    }
    each(parser, &measurements, take_measurement);
}

/* 506(<< {4: {0: [triple]}} >>); tags of other kinds are left alone. */
static void take_tag(struct parser *parser, const struct pobf_span *tag)
{
    struct pobf_span mid = *tag, triples, reference;

    if (!untag(&mid, parser, TAG_COMID)) {
        return;
    }
    if (!pobf_span_unwrap(&mid, parser->bytes, POBF_CBOR_BYTES, 1, tag->size)) {
        parser->defect = 1;
        return;
    }
    triples = member(parser, &mid, MID_TRIPLES);
    if (triples.size == 0) {
        return;
    }
    reference = member(parser, &triples, TRIPLES_REFERENCE);
    if (reference.size != 0) {
        each(parser, &reference, take_triple);
    }
}

/* 1(seconds); INT64_MIN where it is not there. */
static int64_t take_time(struct parser *parser, struct pobf_span time)
{
    uint64_t seconds = 0;

    if (time.size == 0) {
        return INT64_MIN;
    }
    parser->defect |= !untag(&time, parser, TAG_EPOCH) ||
                      !pobf_span_number(&seconds, parser->bytes, &time) || seconds > INT64_MAX;
    return parser->defect ? INT64_MIN : (int64_t)seconds;
}

/* {0: not before, 1: not after} */
static void take_validity(struct parser *parser, const struct pobf_span *validity)
{
    struct corim *corim = parser->corim;
    int64_t from, until;

    if (validity->size == 0) {
        return;
    }
    from = take_time(parser, member(parser, validity, 0));
    until = take_time(parser, member(parser, validity, 1));
    corim->from = from > corim->from ? from : corim->from;
    corim->until = until != INT64_MIN && until < corim->until ? until : corim->until;
}

static void take_rim(struct parser *parser, struct pobf_span rim)
{
    struct pobf_span tags, validity;

    if (!untag(&rim, parser, TAG_CORIM)) {
        parser->defect = 1;
        return;
    }
    tags = member(parser, &rim, RIM_TAGS);
    validity = member(parser, &rim, RIM_VALIDITY);
    take_validity(parser, &validity);
    parser->defect |= tags.size == 0;
    if (!parser->defect) {
        each(parser, &tags, take_tag);
    }
}

/* The protected header: an algorithm of ours, nothing critical, {1: validity} of the signer. */
static void take_header(struct parser *parser)
{
    struct pobf_sign1 *sign1 = &parser->corim->sign1;
    const struct pobf_span algorithm = member(parser, &sign1->header, HEADER_ALGORITHM);
    struct pobf_span meta = member(parser, &sign1->header, HEADER_META), validity;
    struct pobf_cbor_reader reader;
    uint64_t number;

    pobf_span_open(&reader, parser->bytes, &algorithm);
    number = pobf_cbor_read_head(&reader, POBF_CBOR_NEGATIVE);
    parser->defect |= pobf_cbor_read_end(&reader) != POBF_OK || number > INT32_MAX ||
                      member(parser, &sign1->header, HEADER_CRITICAL).size != 0;
    sign1->algorithm = parser->defect ? 0 : -1 - (int32_t)number;
    if (!parser->defect && meta.size != 0) {
        parser->defect |= !pobf_span_unwrap(&meta, parser->bytes, POBF_CBOR_BYTES, 1, meta.size);
        validity = member(parser, &meta, META_VALIDITY);
        take_validity(parser, &validity);
    }
}

static struct pobf_span take_string(struct pobf_cbor_reader *reader)
{
    size_t size;

    (void)pobf_cbor_read_string(reader, &size, POBF_CBOR_BYTES);
    return (struct pobf_span){reader->at - size, size};
}

/* 18([protected, unprotected, payload, signature]); what is not protected nobody reads. */
static void take_signed(struct parser *parser, const struct pobf_span *all)
{
    struct pobf_sign1 *sign1 = &parser->corim->sign1;
    struct pobf_cbor_reader reader;

    pobf_span_open(&reader, parser->bytes, all);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_TAG, TAG_SIGN1);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_ARRAY, 4);
    sign1->header = take_string(&reader);
    parser->defect |= pobf_cbor_next_major(&reader) != POBF_CBOR_MAP;
    pobf_cbor_read_item(&reader);
    sign1->payload = take_string(&reader);
    sign1->signature = take_string(&reader);
    parser->defect |= pobf_cbor_read_end(&reader) != POBF_OK;
    if (!parser->defect) {
        take_header(parser);
        take_rim(parser, sign1->payload);
    }
}

enum pobf_status corim_parse(struct corim *corim, const uint8_t *bytes, size_t size)
{
    struct parser parser = {bytes, corim, 0};
    const struct pobf_span all = {0, size};

    memset(corim, 0, sizeof *corim);
    corim->until = INT64_MAX;
    corim->is_signed = size > 0 && bytes[0] == 0xd2;
    if (corim->is_signed) {
        take_signed(&parser, &all);
    } else {
        take_rim(&parser, all);
    }
    if (parser.defect) {
        memset(corim, 0, sizeof *corim);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

enum pobf_status corim_verify(const struct corim *corim, const uint8_t *bytes, EVP_PKEY *key)
{
    return corim->is_signed ? cose_verify(&corim->sign1, bytes, key) : POBF_E_AUTH;
}

static int is_for(const struct corim_value *value, const uint8_t *bytes, uint64_t number)
{
    static const char name[] = "measurement";

    switch (value->kind) {
    case CORIM_KEY_NONE:
        return 1;
    case CORIM_KEY_NUMBER:
        return number != 0 && value->number == number;
    case CORIM_KEY_TEXT:
        return value->text.size == sizeof name - 1 &&
               memcmp(bytes + value->text.at, name, sizeof name - 1) == 0;
    case CORIM_KEY_OTHER:
    default:
        return 0;
    }
}

int corim_has(const struct corim *corim, const uint8_t *bytes, uint64_t number,
              const uint8_t *measurement, size_t size)
{
    for (size_t i = 0; i < corim->count; i++) {
        const struct corim_value *value = &corim->value[i];

        if (is_for(value, bytes, number) && value->bytes.size == size &&
            memcmp(bytes + value->bytes.at, measurement, size) == 0) {
            return 1;
        }
    }
    return 0;
}
