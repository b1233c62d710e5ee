#ifndef POBF_EDGE_TLOG_CHECKPOINT_H
#define POBF_EDGE_TLOG_CHECKPOINT_H

#include "edge/tlog/note.h"
#include "framework/crypto/merkle.h"

/*
 * What a log says of itself: a signed note whose text is three lines.   C2SP tlog-checkpoint.
 * Extension lines are refused: ours have none, and what is not understood is not accepted.
 */
struct checkpoint {
    char origin[NOTE_NAME_ROOM]; /* the log's name, and the name of its key */
    uint64_t size;               /* entries */
    uint8_t root[POBF_MERKLE_BYTES];
};

enum { CHECKPOINT_TEXT_ROOM = NOTE_NAME_ROOM + 80 };

/* The text to sign; returns its length. */
size_t checkpoint_print(char text[CHECKPOINT_TEXT_ROOM], const struct checkpoint *checkpoint);

/*
 * Parse and verify. POBF_E_INPUT where it is no checkpoint, POBF_E_MISSING where the log's key has
 * not signed it, POBF_E_AUTH where the signature does not verify, POBF_E_REFUSED where the origin
 * is not the key's name; then *checkpoint is all zeros. `note` points into `bytes`.
 */
POBF_MUST_CHECK enum pobf_status checkpoint_open(struct checkpoint *checkpoint, struct note *note,
                                                 const char *bytes, size_t size,
                                                 const struct note_key *log);

/* The same without a key: it says what it says. */
POBF_MUST_CHECK enum pobf_status checkpoint_parse(struct checkpoint *checkpoint,
                                                  const struct note *note);

/* A decimal number without leading zeros, at most 2^63 - 1; `end` is behind it, NULL: there is none. */
uint64_t checkpoint_number(const char *text, const char **end);

#endif
