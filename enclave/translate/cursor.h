#ifndef POBF_ENCLAVE_TRANSLATE_CURSOR_H
#define POBF_ENCLAVE_TRANSLATE_CURSOR_H

#include <stddef.h>
#include <stdint.h>

/*
 * A reader of WebAssembly's binary format that goes forward only. What would go past the end, or is
 * no number, breaks it: from then on it is at its end, and gives zeros.
 */
struct cursor {
    const uint8_t *bytes;
    size_t size;
    size_t at;
    int is_broken;
};

static inline void cursor_break(struct cursor *cursor)
{
    cursor->is_broken = 1;
    cursor->at = cursor->size;
}

static inline uint8_t cursor_byte(struct cursor *cursor)
{
    if (cursor->at == cursor->size) {
        cursor_break(cursor);
        return 0;
    }
    return cursor->bytes[cursor->at++];
}

/* An unsigned number of 32 bits, LEB128: five bytes at most, and no bit beyond the 32nd. */
static inline uint32_t cursor_number(struct cursor *cursor)
{
    uint64_t number = 0;

    for (unsigned shift = 0; shift < 35; shift += 7) {
        const uint8_t byte = cursor_byte(cursor);

        number |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            if (number <= UINT32_MAX) {
                return (uint32_t)number;
            }
            break;
        }
    }
    cursor_break(cursor);
    return 0;
}

/* The next `size` bytes, as a reader of their own; an empty, broken one where there are fewer. */
static inline struct cursor cursor_part(struct cursor *cursor, uint32_t size)
{
    struct cursor part = {.bytes = cursor->bytes + cursor->at, .size = size};

    if (size > cursor->size - cursor->at) {
        cursor_break(cursor);
        part.size = 0;
        part.is_broken = 1;
    } else {
        cursor->at += size;
    }
    return part;
}

/* A vector of bytes: its size, and that many. */
static inline struct cursor cursor_text(struct cursor *cursor)
{
    const uint32_t size = cursor_number(cursor);

    return cursor_part(cursor, size);
}

/* 1 where everything was read, and nothing is left over. */
static inline int cursor_is_done(const struct cursor *cursor)
{
    return !cursor->is_broken && cursor->at == cursor->size;
}

#endif
