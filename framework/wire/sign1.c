#include "framework/wire/sign1.h"

#include "framework/wire/cbor_map.h"
#include "framework/wire/cbor_write.h"
#include "framework/wire/span_read.h"

enum { TAG_SIGN1 = 18, ALGORITHM = 1 };
enum { ALGORITHM_MAX = 65535 };

void pobf_sign1_clear(struct pobf_sign1 *sign1)
{
    sign1->algorithm = 0;
    pobf_span_clear(&sign1->header);
    pobf_span_clear(&sign1->payload);
    pobf_span_clear(&sign1->signature);
}

int32_t pobf_sign1_read_algorithm(struct pobf_cbor_reader *reader)
{
    const uint64_t number = pobf_cbor_read_head(reader, POBF_CBOR_NEGATIVE);

    if (pobf_cbor_read_end(reader) != POBF_OK || number > ALGORITHM_MAX) {
        return 0;
    }
    return -1 - (int32_t)number;
}

/* The protected header: exactly {1: algorithm}, a negative number. Returns it; 0 on failure. */
/*@
  requires header: \valid_read(header);
  requires bytes:  \valid_read(bytes + (0 .. header->at + header->size - 1));
  requires fits:   header->at + header->size <= 18446744073709551615;
  terminates       \true;
  exits            \false;
  assigns          \nothing;
*/
static int32_t parse_header(const uint8_t *bytes, const struct pobf_span *header)
{
    struct pobf_cbor_reader reader;

    pobf_span_open(&reader, bytes, header);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_MAP, 1);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_UINT, ALGORITHM);
    return pobf_sign1_read_algorithm(&reader);
}

/*@
  requires reader: valid_reader(reader);
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed;
  ensures  reader: valid_reader(reader);
*/
static void read_tag(struct pobf_cbor_reader *reader, enum pobf_sign1_tag tag)
{
    if (tag == POBF_SIGN1_TAGGED) {
        pobf_cbor_read_exact_head(reader, POBF_CBOR_TAG, TAG_SIGN1);
    }
    pobf_cbor_read_exact_head(reader, POBF_CBOR_ARRAY, 4);
}

/* The unprotected header: a map of anything. */
/*@
  requires reader: valid_reader(reader);
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed;
  ensures  reader: valid_reader(reader);
*/
static void leave_map(struct pobf_cbor_reader *reader)
{
    struct pobf_cbor_map map;

    pobf_cbor_map_read(reader, &map);
}

void pobf_sign1_read_frame(struct pobf_sign1 *sign1, struct pobf_cbor_reader *reader,
                           enum pobf_sign1_tag tag)
{
    read_tag(reader, tag);
    pobf_span_read_string(&sign1->header, reader, POBF_CBOR_BYTES);
    leave_map(reader);
    pobf_span_read_string(&sign1->payload, reader, POBF_CBOR_BYTES);
    pobf_span_read_string(&sign1->signature, reader, POBF_CBOR_BYTES);
}

enum pobf_status pobf_sign1_parse(struct pobf_sign1 *sign1, const uint8_t *bytes,
                                  const struct pobf_span *span, enum pobf_sign1_tag tag)
{
    struct pobf_cbor_reader reader;
    int32_t algorithm;

    pobf_span_open(&reader, bytes, span);
    pobf_sign1_read_frame(sign1, &reader, tag);
    algorithm = parse_header(bytes, &sign1->header);
    if (pobf_cbor_read_end(&reader) != POBF_OK || algorithm == 0) {
        pobf_sign1_clear(sign1);
        return POBF_E_INPUT;
    }
    sign1->algorithm = algorithm;
    return POBF_OK;
}

enum pobf_status pobf_sign1_print_signed(uint8_t *out, size_t room, size_t *size,
                                         const struct pobf_sign1 *sign1, const uint8_t *bytes)
{
    const uint8_t context[] = "Signature1";
    const uint8_t *header = bytes + sign1->header.at;
    const uint8_t *payload = bytes + sign1->payload.at;
    const size_t header_size = sign1->header.size;
    const size_t payload_size = sign1->payload.size;
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, room);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    pobf_cbor_write_string(&writer, POBF_CBOR_TEXT, context, sizeof context - 1);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, header, header_size);
    pobf_cbor_write_head(&writer, POBF_CBOR_BYTES, 0);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, payload, payload_size);
    return pobf_cbor_write_end(&writer, size);
}
