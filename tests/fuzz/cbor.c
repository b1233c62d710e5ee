#include "tests/framework/wire/walk.h"
#include "tests/fuzz/fuzz.h"

enum { DEEPEST = 200 };

size_t seed(uint8_t *out, size_t room)
{
    static const uint8_t item[] = {0xd2, 0x83, 0x19, 0x01, 0x00, 0x42, 1,
                                   2,    0xa2, 0x01, 0xf5, 0x20, 0x61, 'a'};

    promise(sizeof item <= room);
    memcpy(out, item, sizeof item);
    return sizeof item;
}

/* What is read is written again as the same bytes: an item has one encoding. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;
    struct pobf_cbor_writer writer;
    uint8_t again[DEEPEST];
    size_t again_size;

    if (size > DEEPEST) {
        return 0; /* the walk recurses; nothing in the product does */
    }
    pobf_cbor_read_init(&reader, bytes, size);
    pobf_cbor_write_init(&writer, again, size);
    if (!walk(&reader, &writer) || pobf_cbor_read_end(&reader) != POBF_OK) {
        return 0;
    }
    promise(pobf_cbor_write_end(&writer, &again_size) == POBF_OK);
    promise(again_size == size && memcmp(again, bytes, size) == 0);
    return 0;
}
