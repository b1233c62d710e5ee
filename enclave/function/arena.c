#include "pobf_function.h"

void *pobf_arena_take(struct pobf_arena *arena, size_t size, size_t alignment)
{
    const size_t mask = alignment - 1;
    const size_t gap = (alignment - ((uintptr_t)arena->next & mask)) & mask;
    const size_t left = (size_t)(arena->end - arena->next);
    uint8_t *taken;

    if (gap > left || size > left - gap) {
        return NULL;
    }
    taken = arena->next + gap;
    arena->next = taken + size;
    return taken; /* zeros: the whole arena is brought back to zeros after every call */
}
