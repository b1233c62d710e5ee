#include "framework/wire/span.h"

void pobf_span_clear(struct pobf_span *span)
{
    span->at = 0;
    span->size = 0;
}

void pobf_span_open(struct pobf_cbor_reader *reader, const uint8_t *bytes,
                    const struct pobf_span *span)
{
    pobf_cbor_read_init(reader, bytes, span->at + span->size);
    reader->at = span->at;
}

int pobf_span_unwrap(struct pobf_span *span, const uint8_t *bytes, enum pobf_cbor_major major,
                     size_t least, size_t most)
{
    struct pobf_cbor_reader reader;
    size_t size;

    pobf_span_open(&reader, bytes, span);
    (void)pobf_cbor_read_string(&reader, &size, major);
    if (pobf_cbor_read_end(&reader) != POBF_OK || size < least || size > most) {
        pobf_span_clear(span);
        return 0;
    }
    span->at = reader.at - size;
    span->size = size;
    return 1;
}

int pobf_span_number(uint64_t *number, const uint8_t *bytes, const struct pobf_span *span)
{
    struct pobf_cbor_reader reader;
    uint64_t found;

    pobf_span_open(&reader, bytes, span);
    found = pobf_cbor_read_head(&reader, POBF_CBOR_UINT);
    if (pobf_cbor_read_end(&reader) != POBF_OK) {
        *number = 0;
        return 0;
    }
    *number = found;
    return 1;
}

uint64_t pobf_span_count(const uint8_t *bytes, const struct pobf_span *array)
{
    struct pobf_cbor_reader reader;

    pobf_span_open(&reader, bytes, array);
    return pobf_cbor_read_head(&reader, POBF_CBOR_ARRAY);
}

/* Leave so many items. */
/*@
  requires reader: valid_reader(reader);
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed;
  ensures  reader: valid_reader(reader);
*/
static void leave_items(struct pobf_cbor_reader *reader, size_t count)
{
    /*@
      loop invariant bound:  0 <= i <= count;
      loop invariant reader: valid_reader(reader);
      loop assigns i, reader->at, reader->failed;
      loop variant count - i;
    */
    for (size_t i = 0; i < count && reader->failed == 0; i++) {
        pobf_cbor_read_item(reader);
    }
}

int pobf_span_element(struct pobf_span *element, const uint8_t *bytes,
                      const struct pobf_span *array, size_t index)
{
    struct pobf_cbor_reader reader;
    size_t at;

    pobf_span_open(&reader, bytes, array);
    if (index >= pobf_cbor_read_head(&reader, POBF_CBOR_ARRAY)) {
        reader.failed = 1;
    }
    leave_items(&reader, index);
    at = reader.at;
    pobf_cbor_read_item(&reader);
    if (reader.failed != 0) {
        pobf_span_clear(element);
        return 0;
    }
    element->at = at;
    element->size = reader.at - at;
    return 1;
}
