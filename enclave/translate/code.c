#include "enclave/translate/reading.h"

/*
 * The code of each function, read for what a tool could choke on: how many locals there are, how
 * deep blocks stand in each other. Source: WebAssembly Core Specification 2.0, section 5.4
 * (instructions). Whether it is valid is for others to find; but an instruction that they may not
 * see is refused by its name.
 */
enum {
    BODY_BYTES_MAX = 1 << 20,
    CODE_BYTES_MAX = 8 << 20,
    LOCALS_MAX = 10000,
    ALL_LOCALS_MAX = 1 << 20,
    DEPTH_MAX = 500
};

/* What stands behind an instruction's number. */
enum shape {
    UNKNOWN,
    NOTHING,
    BEGIN, /* a block's type */
    END,
    NUMBER,
    TWO_NUMBERS,
    VECTOR, /* numbers, and one more */
    TYPES,
    FOUR_BYTES,
    EIGHT_BYTES,
    PREFIX
};

static enum shape shape_of(uint8_t number)
{
    static const uint8_t shapes[256] = {
        [0x00 ... 0x01] = NOTHING,     /* unreachable, nop                       */
        [0x02 ... 0x04] = BEGIN,       /* block, loop, if                        */
        [0x05] = NOTHING,              /* else                                   */
        [0x0b] = END,                  /*                                        */
        [0x0c ... 0x0d] = NUMBER,      /* br, br_if                              */
        [0x0e] = VECTOR,               /* br_table                               */
        [0x0f] = NOTHING,              /* return                                 */
        [0x10] = NUMBER,               /* call                                   */
        [0x11] = TWO_NUMBERS,          /* call_indirect                          */
        [0x1a ... 0x1b] = NOTHING,     /* drop, select                           */
        [0x1c] = TYPES,                /* select of a type                       */
        [0x20 ... 0x26] = NUMBER,      /* local, global, table                   */
        [0x28 ... 0x3e] = TWO_NUMBERS, /* loads and stores: alignment and offset */
        [0x3f ... 0x40] = NUMBER,      /* memory.size, memory.grow               */
        [0x41 ... 0x42] = NUMBER,      /* i32.const, i64.const                   */
        [0x43] = FOUR_BYTES,           /* f32.const                              */
        [0x44] = EIGHT_BYTES,          /* f64.const                              */
        [0x45 ... 0xc4] = NOTHING,     /* comparisons, arithmetic, conversions   */
        [0xd0] = NUMBER,               /* ref.null                               */
        [0xd1] = NOTHING,              /* ref.is_null                            */
        [0xd2] = NUMBER,               /* ref.func                               */
        [0xfc] = PREFIX,
    };

    return (enum shape)shapes[number];
}

/* Past a number of any width, with or without a sign. */
static void skip_number(struct cursor *in)
{
    while ((cursor_byte(in) & 0x80) != 0) {
    }
}

static void skip_numbers(struct cursor *in, uint32_t count)
{
    for (uint32_t i = 0; i < count && !in->is_broken; i++) {
        skip_number(in);
    }
}

/* Saturating conversions have nothing behind them; memory.fill, table.grow and the like a number. */
static uint32_t numbers_of_prefixed(uint32_t number)
{
    static const uint8_t counts[] = {
        [8] = 2,  [9] = 1,  [10] = 2, [11] = 1, [12] = 2,
        [13] = 1, [14] = 2, [15] = 1, [16] = 1, [17] = 1,
    };

    return number < sizeof counts ? counts[number] : 0;
}

static void skip_rest(struct cursor *in, enum shape shape)
{
    switch (shape) {
    case BEGIN:
    case NUMBER:
        skip_number(in);
        break;
    case TWO_NUMBERS:
        skip_numbers(in, 2);
        break;
    case VECTOR:
        skip_numbers(in, cursor_number(in));
        skip_number(in);
        break;
    case TYPES:
        (void)cursor_text(in);
        break;
    case FOUR_BYTES:
        (void)cursor_part(in, 4);
        break;
    case EIGHT_BYTES:
        (void)cursor_part(in, 8);
        break;
    case PREFIX:
        skip_numbers(in, numbers_of_prefixed(cursor_number(in)));
        break;
    case UNKNOWN:
    case NOTHING:
    case END:
    default:
        break;
    }
}

static const char *feature_of(uint8_t number)
{
    switch (number) {
    case 0xfd:
        return "SIMD";
    case 0xfe:
        return "threads";
    case 0x12:
    case 0x13:
        return "tail calls";
    case 0x06 ... 0x0a:
    case 0x18:
    case 0x19:
        return "exceptions";
    default:
        return "an instruction that is not known";
    }
}

static enum pobf_status take_instructions(struct reading *reading, struct cursor *in,
                                          uint32_t index)
{
    uint32_t depth = 1;

    while (in->at < in->size) {
        const uint8_t number = cursor_byte(in);
        const enum shape shape = shape_of(number);

        depth += shape == BEGIN;
        depth -= shape == END && depth > 0;
        if (shape == UNKNOWN) {
            return reading_refuse(reading, "code: function %u: %s (0x%02x): not supported", index,
                                  feature_of(number), number);
        }
        if (depth > DEPTH_MAX) {
            return reading_refuse(reading, "code: function %u: more than %d blocks in each other",
                                  index, DEPTH_MAX);
        }
        skip_rest(in, shape);
    }
    return POBF_OK;
}

/* How many locals a function has: groups of one type each, whose sizes are any number. */
static uint64_t count_locals(struct cursor *in)
{
    const uint32_t groups = cursor_number(in);
    uint64_t count = 0;

    for (uint32_t i = 0; i < groups && !in->is_broken; i++) {
        count += cursor_number(in);
        (void)cursor_byte(in);
    }
    return count;
}

static enum pobf_status take_body(struct reading *reading, struct cursor *in, uint32_t index,
                                  uint64_t *all_locals)
{
    struct cursor body = cursor_text(in);
    uint64_t locals;

    if (body.is_broken) {
        return reading_refuse(reading, "code: the section ends within function %u", index);
    }
    if (body.size > BODY_BYTES_MAX) {
        return reading_refuse(reading, "code: function %u: more than %d bytes", index,
                              BODY_BYTES_MAX);
    }
    locals = count_locals(&body);
    *all_locals += locals;
    if (locals > LOCALS_MAX || *all_locals > ALL_LOCALS_MAX) {
        return reading_refuse(reading, "code: more than %d locals in function %u, or %d in all",
                              LOCALS_MAX, index, ALL_LOCALS_MAX);
    }
    return take_instructions(reading, &body, index);
}

/* A function is told by its number, the imported ones first. */
enum pobf_status reading_code(struct reading *reading, struct cursor *in)
{
    const uint32_t imported = reading->function_count - reading->module->functions;
    const uint32_t count = cursor_number(in);
    uint64_t all_locals = 0;
    enum pobf_status status = POBF_OK;

    if (in->size > CODE_BYTES_MAX) {
        return reading_refuse(reading, "code: more than %d bytes", CODE_BYTES_MAX);
    }
    for (uint32_t i = 0; status == POBF_OK && i < count; i++) {
        status = take_body(reading, in, imported + i, &all_locals);
    }
    return status;
}
