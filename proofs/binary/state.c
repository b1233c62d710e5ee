#include "proofs/binary/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint8_t *state_add(struct state *state, const char *name, uint64_t address, size_t size)
{
    struct state_area *area = &state->areas[state->count];

    if (state->count == STATE_AREAS) {
        return NULL;
    }
    area->bytes = calloc(1, size);
    if (area->bytes == NULL) {
        return NULL;
    }
    snprintf(area->name, sizeof area->name, "%s", name);
    area->address = address;
    area->size = size;
    state->count++;
    return area->bytes;
}

int state_publish(struct state *state, const void *bytes, size_t size)
{
    uint8_t *more = realloc(state->published, state->published_size + size);

    if (more == NULL) {
        return 0;
    }
    memcpy(more + state->published_size, bytes, size);
    state->published = more;
    state->published_size += size;
    return 1;
}

void state_clear(struct state *state)
{
    for (size_t i = 0; i < state->count; i++) {
        free(state->areas[i].bytes);
    }
    free(state->published);
    *state = (struct state){.count = 0};
}
