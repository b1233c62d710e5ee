#ifndef POBF_ENCLAVE_TRANSLATE_LINE_H
#define POBF_ENCLAVE_TRANSLATE_LINE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Lines of what wasm2c writes. */
struct line {
    const char *text;
    size_t size;
    size_t indent;
    uint32_t steps; /* that are paid before this line; 0: none */
};

struct lines {
    struct line *at;
    size_t count;
};

static inline int line_begins(const struct line *line, const char *text)
{
    const size_t size = strlen(text);

    return line->size - line->indent >= size && memcmp(line->text + line->indent, text, size) == 0;
}

static inline int line_ends(const struct line *line, const char *text)
{
    const size_t size = strlen(text);

    return line->size >= size && memcmp(line->text + line->size - size, text, size) == 0;
}

static inline uint32_t line_count(const struct line *line, char sign)
{
    uint32_t count = 0;

    for (size_t i = line->indent; i < line->size; i++) {
        count += line->text[i] == sign;
    }
    return count;
}

#endif
