#ifndef POBF_VERIFIER_LOG_PLACES_H
#define POBF_VERIFIER_LOG_PLACES_H

#include "verifier/log/mirror.h"

/*
 * Where in a log an entry stands, by its hash: so that one which is handed in twice is logged once.
 * An index on disk, made of the log's tiles and of nothing else. It may lack what a power cut took,
 * and is caught up then; nor is it believed: a place counts where the tile has that hash.
 */
struct places;

/*
 * `path` is the index's file, made where there is none. POBF_E_SYSTEM where it can be neither read
 * nor made.
 */
POBF_MUST_CHECK enum pobf_status places_open(struct places **places, const char *path);
void places_close(struct places *places);

/*
 * Take in the entries of the log of `size` that it has not yet. Where the last one that it knows is
 * not in this log, the index is of another one, and made anew.
 */
POBF_MUST_CHECK enum pobf_status places_catch_up(struct places *places, struct mirror *mirror,
                                                 uint64_t size);

/* The first place of an entry in the log of `size`. POBF_E_MISSING where it has none. */
POBF_MUST_CHECK enum pobf_status places_find(struct places *places, struct mirror *mirror,
                                             uint64_t *index, const uint8_t leaf[POBF_MERKLE_BYTES],
                                             uint64_t size);

#endif
