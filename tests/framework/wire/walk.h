#ifndef POBF_TESTS_FRAMEWORK_WIRE_WALK_H
#define POBF_TESTS_FRAMEWORK_WIRE_WALK_H

#include <string.h>

#include "framework/wire/cbor_read.h"
#include "framework/wire/cbor_write.h"

/* Is the encoding of the second map key above the first's, byte by byte? RFC 8949, 4.2.1. */
static inline int ascending(const uint8_t *first, size_t first_size, const uint8_t *second,
                            size_t second_size)
{
    const size_t common = first_size < second_size ? first_size : second_size;
    const int order = memcmp(first, second, common);

    return order < 0 || (order == 0 && first_size < second_size);
}

/*
 * Read one item of any type with the reader, the items inside it too, and write it again with the
 * writer, where there is one. 1 where it was deterministic CBOR without floating point.
 */
static inline int walk(struct pobf_cbor_reader *reader, struct pobf_cbor_writer *writer)
{
    const size_t at = reader->at;
    const enum pobf_cbor_major major =
        (enum pobf_cbor_major)(at < reader->size ? reader->bytes[at] >> 5 : 0);
    const uint8_t *key = NULL;
    size_t key_size = 0;
    const uint8_t *string = NULL;
    size_t size = 0;
    uint64_t number = 0;
    uint64_t inside = 0;

    if (major == POBF_CBOR_BYTES || major == POBF_CBOR_TEXT) {
        string = pobf_cbor_read_string(reader, &size, major);
    } else {
        number = pobf_cbor_read_head(reader, major);
    }
    if (reader->failed != 0 || (major == POBF_CBOR_SIMPLE && (number < 20 || number > 22))) {
        return 0;
    }
    if (writer != NULL && string != NULL) {
        pobf_cbor_write_string(writer, major, string, size);
    } else if (writer != NULL) {
        pobf_cbor_write_head(writer, major, number);
    }
    if (major == POBF_CBOR_ARRAY || major == POBF_CBOR_MAP) {
        inside = number;
    } else if (major == POBF_CBOR_TAG) {
        inside = 1;
    }
    for (uint64_t i = 0; i < inside; i++) {
        const uint8_t *start = reader->bytes + reader->at;

        if (!walk(reader, writer)) {
            return 0;
        }
        if (major != POBF_CBOR_MAP) {
            continue;
        }
        size = (size_t)(reader->bytes + reader->at - start);
        if ((key != NULL && !ascending(key, key_size, start, size)) || !walk(reader, writer)) {
            return 0;
        }
        key = start;
        key_size = size;
    }
    return 1;
}

#endif
