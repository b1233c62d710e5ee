#include "enclave/translate/reading.h"

/* Parts of the name section, by their number. */
enum { NAME_OF_MODULE = 0, NAMES_OF_LOCALS = 2, NAMES_OF_LABELS = 3 };

static const char harmless[] = "_.-:$<>(),&{}[]!@#%^+=|~; ";

/* Numbers, each with a name. */
static int is_map_harmless(struct cursor *in)
{
    const uint32_t count = cursor_number(in);

    for (uint32_t i = 0; i < count; i++) {
        struct cursor name;

        (void)cursor_number(in);
        name = cursor_text(in);
        if (!reading_is_name(&name, harmless)) {
            return 0;
        }
    }
    return 1;
}

/* The same once for each function: the names of its locals, or of its labels. */
static int are_maps_harmless(struct cursor *in)
{
    const uint32_t count = cursor_number(in);

    for (uint32_t i = 0; i < count; i++) {
        (void)cursor_number(in);
        if (in->is_broken || !is_map_harmless(in)) {
            return 0;
        }
    }
    return 1;
}

static int is_part_harmless(uint8_t kind, struct cursor *in)
{
    struct cursor name;

    switch (kind) {
    case NAME_OF_MODULE:
        name = cursor_text(in);
        return reading_is_name(&name, harmless);
    case NAMES_OF_LOCALS:
    case NAMES_OF_LABELS:
        return are_maps_harmless(in);
    default:
        return is_map_harmless(in);
    }
}

/* 1 where all names are harmless, of whatever kind, and it says nothing that does not parse. */
int reading_are_names_harmless(struct cursor in)
{
    while (!in.is_broken && in.at < in.size) {
        const uint8_t kind = cursor_byte(&in);
        struct cursor part = cursor_text(&in);

        if (!is_part_harmless(kind, &part) || !cursor_is_done(&part)) {
            return 0;
        }
    }
    return cursor_is_done(&in);
}
