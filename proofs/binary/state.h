#ifndef POBF_PROOFS_BINARY_STATE_H
#define POBF_PROOFS_BINARY_STATE_H

#include <stddef.h>
#include <stdint.h>

/* All that a subject is at one moment: its writable memory, and every register that can be read. */
enum { STATE_AREAS = 128, STATE_NAME_ROOM = 48 };

struct state_area {
    char name[STATE_NAME_ROOM]; /* what it is, for people: "[heap]", "general registers", ... */
    uint64_t address;           /* of its first byte; for registers 0                        */
    size_t size;
    uint8_t *bytes;
};

struct state {
    struct state_area areas[STATE_AREAS];
    size_t count;
    /* What the host was given, or can compute of that. A byte that is a copy of it is no residue. */
    uint8_t *published;
    size_t published_size;
};

/* A new area of zeros, to be filled in; NULL where there is no room, and the state is of no use. */
uint8_t *state_add(struct state *state, const char *name, uint64_t address, size_t size);
/* Append to what is published. 1, or 0 where there is no memory. */
int state_publish(struct state *state, const void *bytes, size_t size);
void state_clear(struct state *state);

#endif
