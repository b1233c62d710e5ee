#ifndef POBF_VERIFIER_LOG_JOURNAL_H
#define POBF_VERIFIER_LOG_JOURNAL_H

#include "verifier/log/tile.h"

#include "framework/core/status.h"

/*
 * Entries that were taken but stand in no tile yet, so that taking one costs one fdatasync.
 * state/journal is written over from its start once the tiles are durable:
 *
 *   record   u64 index, u64 epoch, u32 size, entry, the first 16 bytes of SHA-256 of all that
 *
 * Numbers are big-endian. A record that does not check, that has another index than the next or
 * another epoch than the first ends the journal: it was never acknowledged, or is in the tiles.
 */
struct entry {
    const uint8_t *bytes;
    size_t size; /* at most TILE_ENTRY_MAX */
};

struct journal {
    int file; /* -1: closed */
    uint64_t at;
};

enum { JOURNAL_ROOM = 1024 * 1024 };

/* Open or make it; POBF_E_SYSTEM where the system refuses. */
POBF_MUST_CHECK enum pobf_status journal_open(struct journal *journal, int folder);
void journal_close(struct journal *journal);

/* Durable once this returns POBF_OK: all of `count` entries, numbered from `index`. */
POBF_MUST_CHECK enum pobf_status journal_write(struct journal *journal, uint64_t index,
                                               uint64_t epoch, const struct entry *entries,
                                               size_t count);

/* The tiles hold everything: begin again at the start. */
void journal_restart(struct journal *journal);

/*
 * Hand on the entries that are not below `index`, in order. Stops at the first that `take` does
 * not return POBF_OK for, and returns that.
 */
POBF_MUST_CHECK enum pobf_status
journal_replay(const struct journal *journal, uint64_t index,
               enum pobf_status (*take)(void *context, struct entry entry), void *context);

#endif
