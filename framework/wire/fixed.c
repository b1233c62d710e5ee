#include "framework/wire/fixed.h"

uint16_t pobf_fixed_u16(const uint8_t *from)
{
    return (uint16_t)(from[0] + from[1] * 256);
}

uint32_t pobf_fixed_u32(const uint8_t *from)
{
    return (uint32_t)pobf_fixed_u16(from) + (uint32_t)pobf_fixed_u16(from + 2) * 65536;
}

uint64_t pobf_fixed_u64(const uint8_t *from)
{
    return (uint64_t)pobf_fixed_u32(from) + (uint64_t)pobf_fixed_u32(from + 4) * 4294967296;
}

void pobf_fixed_init(struct pobf_fixed_reader *reader, const uint8_t *bytes, size_t size)
{
    reader->bytes = bytes;
    reader->size = size;
    reader->at = 0;
    reader->failed = 0;
}

const uint8_t *pobf_fixed_take(struct pobf_fixed_reader *reader, size_t size)
{
    const uint8_t *taken;

    if (reader->failed != 0 || size > reader->size - reader->at) {
        reader->failed = 1;
        return NULL;
    }
    taken = reader->bytes + reader->at;
    reader->at += size;
    return taken;
}

uint16_t pobf_fixed_take_u16(struct pobf_fixed_reader *reader)
{
    const uint8_t *bytes = pobf_fixed_take(reader, 2);

    return reader->failed == 0 ? pobf_fixed_u16(bytes) : 0;
}

uint32_t pobf_fixed_take_u32(struct pobf_fixed_reader *reader)
{
    const uint8_t *bytes = pobf_fixed_take(reader, 4);

    return reader->failed == 0 ? pobf_fixed_u32(bytes) : 0;
}

enum pobf_status pobf_fixed_end(const struct pobf_fixed_reader *reader)
{
    return reader->failed == 0 && reader->at == reader->size ? POBF_OK : POBF_E_INPUT;
}
