#include "verifier/log/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "edge/cli/talk.h"
#include "verifier/log/cose_receipt.h"
#include "verifier/log/frontier.h"
#include "verifier/log/journal.h"

enum { NUMBER_ROOM = 64 };

static const char get_again[] = "get the file again, from the log itself";
static const char ask_operator[] = "keep both files: together they are evidence against the log";

enum pobf_status audit_checkpoint(struct checks *checks, struct checkpoint *checkpoint,
                                  const char *bytes, size_t size, const struct audit_trust *trust)
{
    const struct note_key *log = &trust->log;
    struct check *parse = checks_add(checks, "log.checkpoint", 1, get_again);
    struct check *signature =
        checks_add(checks, "log.signature", 1, "give the vkey that the log's operator publishes");
    struct check *origin = checks_add(checks, "log.origin", 1, ask_operator);
    struct checkpoint seen;
    struct note note;
    enum pobf_status status = note_split(&note, bytes, size);

    memset(checkpoint, 0, sizeof *checkpoint);
    if (status == POBF_OK) {
        status = checkpoint_parse(&seen, &note);
    }
    check_judge(parse, status == POBF_OK, "a signed checkpoint of three lines",
                status == POBF_OK ? "one" : "another text");
    if (status != POBF_OK) {
        return status;
    }
    status = log->type == NOTE_SIGNATURE ? note_verify(&note, log, NULL) : POBF_E_MISSING;
    check_judge(signature, status == POBF_OK, log->name,
                status == POBF_OK          ? log->name
                : status == POBF_E_MISSING ? "no signature by this key"
                                           : "a signature that does not verify");
    check_judge(origin, strcmp(seen.origin, log->name) == 0, log->name, seen.origin);
    if (status == POBF_OK && strcmp(seen.origin, log->name) != 0) {
        status = POBF_E_REFUSED;
    }
    if (trust->quorum != NULL) {
        quorum_judge(checks, trust->quorum, &note);
    }
    if (status == POBF_OK) {
        *checkpoint = seen;
    }
    return status;
}

/* Where the root of a checkpoint is what a path must lead to. */
static void judge_path(struct check *check, enum pobf_status status)
{
    check_judge(check, status == POBF_OK, "the root of the checkpoint",
                status == POBF_OK ? "the root of the checkpoint" : "another one");
}

/* Key, path and signature, as whoever verified a COSE Receipt found them. */
static void judge_cose(struct checks *checks, const struct note_key *log, const char *path_name,
                       const char *wanted, enum pobf_status status)
{
    struct check *key =
        checks_add(checks, "log.key", 1, "give the vkey that the log's operator publishes");
    struct check *path = checks_add(checks, path_name, 1, get_again);
    struct check *signature =
        checks_add(checks, "log.signature", 1, "give what the proof is of, and its own log");

    check_judge(key, status != POBF_E_KEY, log->name,
                status != POBF_E_KEY ? log->name : "another log or key");
    if (status == POBF_E_KEY || status == POBF_E_SYSTEM) {
        return;
    }
    check_judge(path, status != POBF_E_INPUT, wanted,
                status != POBF_E_INPUT ? wanted : "one that does not fit");
    if (status == POBF_E_INPUT) {
        return;
    }
    check_judge(signature, status == POBF_OK, "a signature on the root",
                status == POBF_OK ? "a signature on the root" : "one on another root, or none");
}

/*
 * A COSE Receipt has no checkpoint: its signature is on the root that entry and path lead to. Nor
 * has it a place for words of witnesses, so who asks for them gets no yes.
 */
static void audit_cose(struct checks *checks, struct checkpoint *checkpoint,
                       const struct entry *entry, const struct cose_receipt *receipt,
                       const struct audit_trust *trust)
{
    const struct note_key *log = &trust->log;
    const enum pobf_status status = cose_receipt_verify(receipt, log, entry->bytes, entry->size);

    if (trust->quorum != NULL) {
        checks_add(checks, "log.witnesses", 1, "give the .tlog-proof: a COSE Receipt has none");
    }
    judge_cose(checks, log, "inclusion.path", "a path of an entry", status);
    if (status == POBF_OK) {
        memcpy(checkpoint->origin, log->name, sizeof checkpoint->origin);
    }
}

void audit_inclusion(struct checks *checks, uint64_t *index, struct checkpoint *checkpoint,
                     const uint8_t *entry, size_t entry_size, const char *bytes, size_t size,
                     const struct audit_trust *trust)
{
    struct check *parse = checks_add(checks, "inclusion.parse", 1, get_again);
    struct inclusion inclusion;
    struct cose_receipt receipt;
    uint8_t leaf[POBF_MERKLE_BYTES];
    enum pobf_status status;
    struct check *path;

    *index = 0;
    memset(checkpoint, 0, sizeof *checkpoint);
    if (cose_receipt_is((const uint8_t *)bytes, size)) {
        status = cose_receipt_parse(&receipt, (const uint8_t *)bytes, size);
        check_judge(parse, status == POBF_OK, "a COSE Receipt",
                    status == POBF_OK ? "a COSE Receipt" : "another COSE_Sign1");
        if (status == POBF_OK) {
            audit_cose(checks, checkpoint, &(struct entry){entry, entry_size}, &receipt, trust);
        }
        return;
    }
    status = inclusion_parse(&inclusion, bytes, size);
    check_judge(parse, status == POBF_OK, "c2sp.org/tlog-proof@v1",
                status == POBF_OK ? "c2sp.org/tlog-proof@v1" : "another text");
    if (status != POBF_OK) {
        return;
    }
    status = audit_checkpoint(checks, checkpoint, inclusion.checkpoint, inclusion.checkpoint_size,
                              trust);
    path = checks_add(checks, "inclusion.path", 1, "give the receipt that the proof is of");
    if (status == POBF_OK) {
        status = pobf_merkle_leaf(leaf, entry, entry_size);
    }
    if (status == POBF_OK) {
        status = pobf_merkle_check_inclusion(leaf, inclusion.index, checkpoint->size,
                                             proof_path(&inclusion.proof), checkpoint->root);
        judge_path(path, status);
    }
    if (status == POBF_OK) {
        *index = inclusion.index;
    }
}

void audit_cose_consistency(struct checks *checks, const struct checkpoint *old,
                            const uint8_t *bytes, size_t size, const struct audit_trust *trust)
{
    struct check *parse = checks_add(checks, "consistency.parse", 1, get_again);
    struct cose_receipt receipt;
    enum pobf_status status = cose_receipt_parse(&receipt, bytes, size);

    check_judge(parse, status == POBF_OK, "a COSE Receipt",
                status == POBF_OK ? "a COSE Receipt" : "something else");
    if (trust->quorum != NULL) {
        checks_add(checks, "log.witnesses", 1, "give a copy of the log: a COSE Receipt has none");
    }
    if (status == POBF_OK) {
        status = cose_receipt_verify_growth(&receipt, &trust->log, old);
        judge_cose(checks, &trust->log, "consistency.path", "a path from the old checkpoint on",
                   status);
    }
}

void audit_consistency(struct checks *checks, struct mirror *mirror, const struct checkpoint *old,
                       const struct checkpoint *new)
{
    struct check *check = checks_add(checks, "consistency.path", 1, ask_operator);
    char expected[NUMBER_ROOM], seen[CHECK_TEXT_ROOM];
    struct proof proof;
    enum pobf_status status;

    snprintf(expected, sizeof expected, "at least %" PRIu64 " entries", old->size);
    snprintf(seen, sizeof seen, "%" PRIu64, new->size);
    if (old->size > new->size) {
        check_judge(check, 0, expected, seen);
        return;
    }
    if (old->size == 0) {
        check_judge(check, 1, expected, seen);
        return;
    }
    status = tree_consistency(mirror, &proof, old->size, new->size);
    snprintf(seen, sizeof seen, "by %s it does not", mirror_names(mirror));
    if (status == POBF_OK) {
        status = pobf_merkle_check_consistency(0, old->size, new->size, old->root,
                                               proof_path(&proof), new->root);
        check_judge(check, status == POBF_OK, "the old entries, then new ones",
                    status == POBF_OK ? "the old entries, then new ones" : seen);
    } else if (status == POBF_E_INPUT) {
        snprintf(seen, sizeof seen, "one of %s is not", mirror_names(mirror));
        check_judge(check, 0, "tiles of their size", seen);
    }
}

/* What the entries give, beside what the tiles say. */
struct audit {
    struct mirror *mirror;
    uint64_t size;
    struct frontier frontier;
    char place[TILE_PATH_ROOM]; /* of the first tile that differs or is missing */
    enum pobf_status status;    /* of it */
};

static void note_place(struct audit *audit, enum pobf_status status, int level, uint64_t index,
                       uint32_t width)
{
    if (audit->status == POBF_OK) {
        audit->status = status;
        tile_path(audit->place, level, index, width);
    }
}

static void compare_tile(struct audit *audit, int level, uint64_t index,
                         uint8_t hashes[TILE_WIDTH][POBF_MERKLE_BYTES])
{
    const uint32_t width = tile_width(level, index, audit->size);
    uint8_t seen[TILE_WIDTH][POBF_MERKLE_BYTES];
    enum pobf_status status = mirror_tile(audit->mirror, seen, level, index, audit->size);

    if (status == POBF_OK && memcmp(seen, hashes, (size_t)width * POBF_MERKLE_BYTES) != 0) {
        status = POBF_E_AUTH;
    }
    if (status != POBF_OK) {
        note_place(audit, status, level, index, width);
    }
}

/* Full tiles are compared as they fill, however wrong: the audit goes on to the root. */
static enum pobf_status on_full(void *context, int level, uint64_t index,
                                uint8_t hashes[TILE_WIDTH][POBF_MERKLE_BYTES])
{
    compare_tile(context, level, index, hashes);
    return POBF_OK;
}

static enum pobf_status grow_by_bundle(struct audit *audit, uint64_t index)
{
    struct bundle bundle;
    enum pobf_status status = mirror_bundle(audit->mirror, &bundle, index, audit->size);

    for (uint32_t i = 0; i < bundle.count && status == POBF_OK; i++) {
        uint8_t leaf[POBF_MERKLE_BYTES];

        status = pobf_merkle_leaf(leaf, bundle.entry[i], bundle.entry_size[i]);
        if (status == POBF_OK) {
            status = frontier_append(&audit->frontier, leaf, on_full, audit);
        }
    }
    bundle_free(&bundle);
    return status;
}

static enum pobf_status grow_by_all(struct audit *audit, void (*progress)(uint64_t done))
{
    enum pobf_status status = POBF_OK;

    for (uint64_t index = 0; audit->frontier.size < audit->size && status == POBF_OK; index++) {
        status = grow_by_bundle(audit, index);
        if (status != POBF_OK) {
            tile_path(audit->place, TILE_ENTRIES, index,
                      tile_width(TILE_ENTRIES, index, audit->size));
        }
        if (progress != NULL) {
            progress(audit->frontier.size);
        }
    }
    return status;
}

static void compare_edge(struct audit *audit)
{
    for (int level = 0; level < TILE_LEVELS; level++) {
        const uint64_t hashes = audit->size >> (level * TILE_HEIGHT);

        if (hashes % TILE_WIDTH != 0) {
            compare_tile(audit, level, hashes / TILE_WIDTH, audit->frontier.hashes[level]);
        }
    }
}

/* Missing is "cannot tell": a mirror need not have everything. */
static void judge_piece(struct check *check, enum pobf_status status, const char *expected,
                        const char *place)
{
    char seen[CHECK_TEXT_ROOM];

    if (status == POBF_E_MISSING || status == POBF_E_SYSTEM) {
        return;
    }
    snprintf(seen, sizeof seen, "%s differs", place);
    check_judge(check, status == POBF_OK, expected, status == POBF_OK ? expected : seen);
}

void audit_entries(struct checks *checks, struct mirror *mirror,
                   const struct checkpoint *checkpoint, void (*progress)(uint64_t done))
{
    static struct audit audit; /* large */
    struct check *entries = checks_add(checks, "log.entries", 1, "mirror the log's bundles again");
    struct check *tiles = checks_add(checks, "log.tiles", 1, "mirror the log's tiles again");
    struct check *root = checks_add(checks, "log.root", 1, ask_operator);
    uint8_t seen[POBF_MERKLE_BYTES];
    enum pobf_status status;

    memset(&audit, 0, sizeof audit);
    audit.mirror = mirror;
    audit.size = checkpoint->size;
    status = grow_by_all(&audit, progress);
    judge_piece(entries, status, "every entry that the checkpoint counts", audit.place);
    if (status != POBF_OK) {
        return;
    }
    compare_edge(&audit);
    judge_piece(tiles, audit.status, "the hashes of the entries", audit.place);
    if (frontier_root(&audit.frontier, seen) == POBF_OK) {
        check_bytes(root, checkpoint->root, seen, sizeof seen);
    }
}
