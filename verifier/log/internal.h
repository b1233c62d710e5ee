#ifndef POBF_VERIFIER_LOG_INTERNAL_H
#define POBF_VERIFIER_LOG_INTERNAL_H

#include "verifier/log/sequencer.h"

enum { SEQUENCER_NOTE_ROOM = NOTE_MAX + 1 };

/* The entries of the bundle that is not full yet, as they stand in its file. */
struct pending {
    uint8_t *bytes;
    size_t size;
    size_t room;
};

/* The sequencer, shared by sequencer.c, recover.c and nobody else. */
struct sequencer {
    int folder;
    int lock;      /* -1: not held */
    int is_broken; /* 1: a write failed, so what is durable is not known */
    uint64_t epoch;
    const struct key *key;
    struct note_key log;
    struct mirror *mirror;
    struct journal journal;
    struct frontier frontier;
    struct pending pending;
    struct checkpoint checkpoint;
    char note[SEQUENCER_NOTE_ROOM];
    size_t note_size;
};

/* An entry goes into the tree; whatever it fills is written. */
POBF_MUST_CHECK enum pobf_status sequencer_grow(void *sequencer, struct entry entry);
/* An entry goes into the bundle alone: its leaf is in the tree. */
POBF_MUST_CHECK enum pobf_status sequencer_hold(struct sequencer *sequencer, struct entry entry);

/* The checkpoint of what the frontier holds, signed; and then for everybody to see. */
POBF_MUST_CHECK enum pobf_status sequencer_sign(struct sequencer *sequencer);
POBF_MUST_CHECK enum pobf_status sequencer_show(const struct sequencer *sequencer);

POBF_MUST_CHECK enum pobf_status sequencer_write(const struct sequencer *sequencer,
                                                 const char *name, const char *text, size_t size);
/* The number in state/epoch. */
POBF_MUST_CHECK enum pobf_status sequencer_read_epoch(const struct sequencer *sequencer,
                                                      uint64_t *epoch);

#endif
