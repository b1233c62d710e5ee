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
