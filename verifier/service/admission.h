#ifndef POBF_VERIFIER_SERVICE_ADMISSION_H
#define POBF_VERIFIER_SERVICE_ADMISSION_H

#include "verifier/log/places.h"
#include "verifier/log/sequencer.h"

/*
 * Who comes into a log: each receipt once, whichever way it comes. One that is in it keeps its
 * place. The index in `state/places` remembers them, and is made of the tiles again where it is
 * missing.
 */
struct admission {
    struct mirror *mirror;
    struct places *places;
};

/* `folder` is the log's. To be closed either way. */
POBF_MUST_CHECK enum pobf_status admission_open(struct admission *admission, const char *folder);
void admission_close(struct admission *admission);

/* Know all that the newest checkpoint has. */
POBF_MUST_CHECK enum pobf_status admission_catch_up(struct admission *admission,
                                                    const struct sequencer *log);

/* The place of an entry below the newest checkpoint. POBF_E_MISSING: it has none. */
POBF_MUST_CHECK enum pobf_status admission_find(const struct admission *admission, uint64_t *place,
                                                const uint8_t leaf[POBF_MERKLE_BYTES],
                                                const struct sequencer *log);

/*
 * Take entries, at most SEQUENCER_BATCH_MAX, and say of each where it stands; those that are new are
 * durable then, and not published. As sequencer_append where it fails.
 */
POBF_MUST_CHECK enum pobf_status admission_take(const struct admission *admission, uint64_t *places,
                                                struct sequencer *log, const struct entry *entries,
                                                size_t count);

#endif
