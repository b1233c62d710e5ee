#ifndef POBF_VERIFIER_LOG_AUDIT_H
#define POBF_VERIFIER_LOG_AUDIT_H

#include "edge/tlog/inclusion.h"
#include "verifier/appraisal/checks.h"
#include "verifier/log/mirror.h"
#include "verifier/log/quorum.h"

/*
 * What is checked of a log, all of it in one list of checks. Nothing is fetched: a mirror is a
 * folder. A check that what it needs is missing for stays "not evaluated".
 */

/* Whose word counts. */
struct audit_trust {
    struct note_key log;
    const struct quorum *quorum; /* NULL: no witness is asked for */
};

/*
 * "log.checkpoint", "log.signature", "log.origin", with a quorum "log.witnesses": a note under the
 * log's key. Returns POBF_OK where the first three passed, else *checkpoint is all zeros.
 */
POBF_MUST_CHECK enum pobf_status audit_checkpoint(struct checks *checks,
                                                  struct checkpoint *checkpoint, const char *bytes,
                                                  size_t size, const struct audit_trust *trust);

/*
 * "inclusion.parse", those of audit_checkpoint, "inclusion.path": `entry` is in the log, by the
 * proof in `bytes`, a tlog-proof. Of a COSE Receipt: "inclusion.parse", "log.key", "inclusion.path",
 * "log.signature", and with a quorum "log.witnesses", which it has none of. *index and *checkpoint say
 * where, where all of them passed; a COSE Receipt says the log alone, and leaves the size 0.
 */
void audit_inclusion(struct checks *checks, uint64_t *index, struct checkpoint *checkpoint,
                     const uint8_t *entry, size_t entry_size, const char *bytes, size_t size,
                     const struct audit_trust *trust);

/*
 * "consistency.path": the log has only grown since `old`. Its tiles give the proof. A checkpoint
 * of no entries is a beginning of every log.
 */
void audit_consistency(struct checks *checks, struct mirror *mirror, const struct checkpoint *old,
                       const struct checkpoint *new);

/* The same by a COSE Receipt of consistency, which says to where it has grown by nobody's word. */
void audit_cose_consistency(struct checks *checks, const struct checkpoint *old,
                            const uint8_t *bytes, size_t size, const struct audit_trust *trust);

/*
 * "log.entries", "log.tiles", "log.root": every entry hashed again, every tile compared with what
 * they give. `progress` is told how many entries are done; NULL: nobody is.
 */
void audit_entries(struct checks *checks, struct mirror *mirror,
                   const struct checkpoint *checkpoint, void (*progress)(uint64_t done));

#endif
