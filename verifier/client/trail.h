#ifndef POBF_VERIFIER_CLIENT_TRAIL_H
#define POBF_VERIFIER_CLIENT_TRAIL_H

#include "framework/wire/stream.h"
#include "verifier/client/session.h"

enum { TRAIL_ID_ROOM = 2 * POBF_STREAM_ID_BYTES + 1 };

/*
 * The files that a stream leaves:
 *
 *   OUT                                the result, last
 *   OUT.failed.message                 the words of a function that failed; not where OUT is stdout
 *   RECEIPTS/STREAM-INDEX.receipt, .evidence   of each part that was run
 *   EXCHANGES/STREAM-INDEX.exchange    the same, with the cipher text
 *
 * Each returns INPUT_GO_ON, or the exit code to end with, after it told on stderr why.
 */
struct trail {
    const char *out_path, *receipts_path;
    const char *exchanges_path; /* NULL: they are not kept */
    char id[TRAIL_ID_ROOM];
    int has_made_receipts, has_made_exchanges;
};

/* Make the folders, and try the names: what could not be kept would be lost. */
int trail_open(struct trail *trail, const uint8_t id[POBF_STREAM_ID_BYTES]);

/* Of a part whose receipt was affirmed. */
int trail_keep_part(const struct trail *trail, const struct session *session, uint64_t index);
int trail_keep_result(const struct trail *trail, const uint8_t *bytes, size_t size);

/* Where what there is instead of a result was kept: an exit code. */
int trail_tell_failure(const struct trail *trail, const struct session *session);

/* Folders that it made, and in which nothing came to be kept, go. */
void trail_close(const struct trail *trail);

#endif
