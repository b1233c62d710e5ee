#ifndef POBF_VERIFIER_LOG_SEQUENCER_H
#define POBF_VERIFIER_LOG_SEQUENCER_H

#include "verifier/key/key.h"
#include "verifier/log/frontier.h"
#include "verifier/log/journal.h"

/*
 * The one writer of a log. Its folder holds what everybody may read, `checkpoint` and `tile/`, and
 * what is its own, `state/`:
 *
 *   lock     held while a sequencer runs
 *   epoch    counted up by each one that starts; whoever finds another number in it stops
 *   journal  entries that were taken and stand in no tile yet
 *   tip      the newest checkpoint, written before `checkpoint` is: two checkpoints of one size
 *            are never signed, whenever the power fails
 *
 * The order of a publication: tiles and bundles, tip, checkpoint, each durable before the next.
 */
struct sequencer;

/*
 * Make a log of no entries and publish its first checkpoint. `origin` is the log's name and its
 * key's. POBF_E_KEY where the key is not a private Ed25519 key, POBF_E_INPUT where the origin is
 * no name of a key, POBF_E_REFUSED where the folder holds a log.
 */
POBF_MUST_CHECK enum pobf_status sequencer_create(const char *path, const char *origin,
                                                  const struct key *key);

/*
 * Take over a log. What a crash left in the journal is published first.
 *   POBF_E_MISSING  there is no log
 *   POBF_E_REFUSED  another sequencer runs on it
 *   POBF_E_AUTH     the newest checkpoint is not signed by this key
 *   POBF_E_INPUT    tiles, journal and checkpoint contradict each other
 */
POBF_MUST_CHECK enum pobf_status sequencer_open(struct sequencer **sequencer, const char *path,
                                                const struct key *key);
void sequencer_close(struct sequencer *sequencer);

/*
 * Take entries: once this returns POBF_OK they are durable and have their places, from *index on.
 * POBF_E_SPACE where one is longer than TILE_ENTRY_MAX or where `count` is more than
 * SEQUENCER_BATCH_MAX: then none is taken. POBF_E_SYSTEM: some may have been taken, the sequencer
 * takes no more, and whoever opens the log next finds out.
 */
enum { SEQUENCER_BATCH_MAX = 4096 };
POBF_MUST_CHECK enum pobf_status sequencer_append(struct sequencer *sequencer,
                                                  const struct entry *entries, size_t count,
                                                  uint64_t *index);

/* Publish all that was taken; nothing new: POBF_OK at once. POBF_E_STATE: another one took over. */
POBF_MUST_CHECK enum pobf_status sequencer_publish(struct sequencer *sequencer);

/*
 * Publish the newest checkpoint again, with these lines of witnesses below it. POBF_E_INPUT where
 * they are no signature lines, POBF_E_SPACE where they are too many; then nothing changes.
 */
POBF_MUST_CHECK enum pobf_status sequencer_cosign(struct sequencer *sequencer, const char *lines,
                                                  size_t size);

/* The newest published checkpoint. */
const struct checkpoint *sequencer_checkpoint(const struct sequencer *sequencer);
/* Its bytes, a note; and the key that verifies it. */
const char *sequencer_note(const struct sequencer *sequencer, size_t *size);
const struct note_key *sequencer_key(const struct sequencer *sequencer);
/* The log's folder, open. */
int sequencer_folder(const struct sequencer *sequencer);
/* Entries taken, published or not. */
uint64_t sequencer_size(const struct sequencer *sequencer);

#endif
