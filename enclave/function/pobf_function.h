#ifndef POBF_FUNCTION_H
#define POBF_FUNCTION_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a function sees: an input, room for an output, an arena. It has no operating system below
 * it: a system call ends it. Everything it can write is brought back to what the build made it
 * before the answer leaves.
 */
struct pobf_arena {
    uint8_t *next;
    uint8_t *end;
};

struct pobf_call {
    const uint8_t *input;
    size_t input_size; /* bytes */
    uint8_t *output;
    size_t output_room; /* bytes: output_max of the manifest */
    size_t output_size; /* set by the function */
    struct pobf_arena arena;
    size_t steps; /* a WASI command's runtime sets it: fuel used; more than there was: it ran out */
};

/*
 * The developer's function. Returns 0, or 1 for a failure of its own, whose message is in
 * the output; both reach the data provider sealed, and only 0 or 1 reaches the receipt.
 */
int pobf_function(struct pobf_call *call);

/*
 * A file that is packed with the function ("files" of pobf.json), by its path there: where it stands,
 * read only, and its size in bytes. NULL and 0: there is none.
 */
const uint8_t *pobf_file(const char *path, size_t *size);

/* `size` zero bytes from the arena, aligned to `alignment` (a power of two); NULL: none left. */
void *pobf_arena_take(struct pobf_arena *arena, size_t size, size_t alignment);

#endif
