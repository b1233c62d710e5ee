#include "framework/wire/cbor_read.h"

#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

void pobf_cbor_read_init(struct pobf_cbor_reader *reader, const uint8_t *bytes, size_t size)
{
    reader->bytes = bytes;
    reader->size = size;
    reader->at = 0;
    reader->failed = 0;
}

uint64_t pobf_cbor_read_head(struct pobf_cbor_reader *reader, enum pobf_cbor_major major)
{
    uint64_t number = 0;
    size_t head = 0;

    if (reader->failed == 0) {
        head = pobf_cbor_head_parse(&number, reader->bytes + reader->at, reader->size - reader->at,
                                    major);
    }
    if (head == 0) {
        reader->failed = 1;
    }
    reader->at += head;
    return number;
}

void pobf_cbor_read_exact_head(struct pobf_cbor_reader *reader, enum pobf_cbor_major major,
                               uint64_t number)
{
    if (pobf_cbor_read_head(reader, major) != number) {
        reader->failed = 1;
    }
}

const uint8_t *pobf_cbor_read_string(struct pobf_cbor_reader *reader, size_t *size,
                                     enum pobf_cbor_major major)
{
    const uint64_t announced = pobf_cbor_read_head(reader, major);
    const uint8_t *string = reader->bytes + reader->at;

    if (reader->failed != 0 || announced > reader->size - reader->at) {
        reader->failed = 1;
        *size = 0;
        return NULL;
    }
    reader->at += announced;
    *size = announced;
    return string;
}

void pobf_cbor_read_bytes(struct pobf_cbor_reader *reader, uint8_t *out, size_t size)
{
    size_t found;
    const uint8_t *string = pobf_cbor_read_string(reader, &found, POBF_CBOR_BYTES);

    if (reader->failed != 0 || found != size) {
        reader->failed = 1;
        pobf_wipe(out, size);
        return;
    }
    pobf_bytes_copy(out, string, size);
}

void pobf_cbor_read_exact_string(struct pobf_cbor_reader *reader, enum pobf_cbor_major major,
                                 const uint8_t *wanted, size_t size)
{
    size_t found;
    const uint8_t *string = pobf_cbor_read_string(reader, &found, major);

    if (reader->failed != 0 || found != size || !pobf_bytes_equal(wanted, string, size)) {
        reader->failed = 1;
    }
}

enum pobf_status pobf_cbor_read_end(const struct pobf_cbor_reader *reader)
{
    return reader->failed == 0 && reader->at == reader->size ? POBF_OK : POBF_E_INPUT;
}
