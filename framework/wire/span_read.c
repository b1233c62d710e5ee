#include "framework/wire/span_read.h"

void pobf_span_read_string(struct pobf_span *span, struct pobf_cbor_reader *reader,
                           enum pobf_cbor_major major)
{
    size_t size;

    (void)pobf_cbor_read_string(reader, &size, major);
    if (reader->failed != 0) {
        pobf_span_clear(span);
        return;
    }
    span->at = reader->at - size;
    span->size = size;
}

void pobf_span_read_item(struct pobf_span *span, struct pobf_cbor_reader *reader)
{
    const size_t at = reader->at;

    pobf_cbor_read_item(reader);
    if (reader->failed != 0) {
        pobf_span_clear(span);
        return;
    }
    span->at = at;
    span->size = reader->at - at;
}

int pobf_span_untag(struct pobf_span *span, const uint8_t *bytes, uint64_t tag)
{
    struct pobf_cbor_reader reader;

    pobf_span_open(&reader, bytes, span);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_TAG, tag);
    pobf_span_read_item(span, &reader);
    if (pobf_cbor_read_end(&reader) != POBF_OK) {
        pobf_span_clear(span);
        return 0;
    }
    return 1;
}
