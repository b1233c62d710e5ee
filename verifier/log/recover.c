#include "verifier/log/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/cli/file.h"
#include "verifier/log/store.h"

enum { EPOCH_ROOM = 32, PATH_ROOM = 4096 };

static enum pobf_status set_key(struct sequencer *sequencer, const char *origin,
                                const struct key *key)
{
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES];

    sequencer->key = key;
    if (!key_is_private(key) || key_public_ed25519(key, public_key) != POBF_OK) {
        return POBF_E_KEY;
    }
    return note_key_make(&sequencer->log, origin, NOTE_SIGNATURE, public_key);
}

static struct sequencer *make(const char *path)
{
    struct sequencer *sequencer = calloc(1, sizeof *sequencer);

    if (sequencer != NULL) {
        sequencer->lock = -1;
        sequencer->journal.file = -1;
        sequencer->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    return sequencer;
}

static enum pobf_status create(struct sequencer *sequencer, const char *origin,
                               const struct key *key)
{
    enum pobf_status status = set_key(sequencer, origin, key);

    if (status == POBF_OK) {
        status = sequencer_sign(sequencer);
    }
    if (status == POBF_OK) {
        status = journal_open(&sequencer->journal, sequencer->folder);
    }
    if (status == POBF_OK) {
        status = sequencer_write(sequencer, "state/epoch", "0\n", 2);
    }
    return status == POBF_OK ? sequencer_show(sequencer) : status;
}

enum pobf_status sequencer_create(const char *path, const char *origin, const struct key *key)
{
    struct sequencer *sequencer;
    enum pobf_status status;

    if (mkdir(path, 0755) != 0 && errno != EEXIST) {
        return POBF_E_SYSTEM;
    }
    sequencer = make(path);
    if (sequencer == NULL) {
        return POBF_E_SYSTEM;
    }
    if (sequencer->folder < 0) {
        status = POBF_E_SYSTEM;
    } else if (faccessat(sequencer->folder, "state/tip", F_OK, 0) == 0 ||
               faccessat(sequencer->folder, "checkpoint", F_OK, 0) == 0) {
        status = POBF_E_REFUSED;
    } else {
        status = create(sequencer, origin, key);
    }
    sequencer_close(sequencer);
    return status;
}

/* A lock keeps others of this machine out; the epoch shows what a lock that did not hold let in. */
static enum pobf_status take_over(struct sequencer *sequencer)
{
    char text[EPOCH_ROOM];
    enum pobf_status status;

    sequencer->lock = openat(sequencer->folder, "state/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (sequencer->lock < 0) {
        return errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
    }
    if (flock(sequencer->lock, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? POBF_E_REFUSED : POBF_E_SYSTEM;
    }
    status = sequencer_read_epoch(sequencer, &sequencer->epoch);
    if (status == POBF_OK) {
        sequencer->epoch++;
        snprintf(text, sizeof text, "%" PRIu64 "\n", sequencer->epoch);
        status = sequencer_write(sequencer, "state/epoch", text, strlen(text));
    }
    return status;
}

/* The name of the log is the tip's; that this key signed it is checked with it. */
static enum pobf_status open_tip(struct sequencer *sequencer, const char *bytes, size_t size,
                                 const struct key *key)
{
    struct note note;
    enum pobf_status status = note_split(&note, bytes, size);

    if (status == POBF_OK) {
        status = checkpoint_parse(&sequencer->checkpoint, &note);
    }
    if (status == POBF_OK) {
        status = set_key(sequencer, sequencer->checkpoint.origin, key);
    }
    if (status == POBF_OK) {
        status = checkpoint_open(&sequencer->checkpoint, &note, bytes, size, &sequencer->log);
        status = status == POBF_E_MISSING ? POBF_E_AUTH : status;
    }
    if (status == POBF_OK && size < sizeof sequencer->note) {
        memcpy(sequencer->note, bytes, size);
        sequencer->note_size = size;
    }
    return status;
}

static enum pobf_status read_tip(struct sequencer *sequencer, const char *path,
                                 const struct key *key)
{
    char name[PATH_ROOM];
    uint8_t *bytes;
    size_t size;
    enum pobf_status status;

    if ((size_t)snprintf(name, sizeof name, "%s/state/tip", path) >= sizeof name) {
        return POBF_E_SPACE;
    }
    status = file_read(&bytes, &size, name, SEQUENCER_NOTE_ROOM - 1);
    if (status == POBF_OK) {
        status = open_tip(sequencer, (const char *)bytes, size, key);
    }
    file_free(bytes, size);
    return status;
}

/* The tip may have been published with the words of witnesses, which it does not have itself. */
static enum pobf_status compare_published(struct sequencer *sequencer, const char *bytes,
                                          size_t size)
{
    struct checkpoint published;
    struct note note;

    if (checkpoint_open(&published, &note, bytes, size, &sequencer->log) != POBF_OK ||
        published.size > sequencer->checkpoint.size) {
        return POBF_E_INPUT;
    }
    if (published.size < sequencer->checkpoint.size) {
        return sequencer_write(sequencer, "checkpoint", sequencer->note, sequencer->note_size);
    }
    if (memcmp(published.root, sequencer->checkpoint.root, sizeof published.root) != 0) {
        return POBF_E_INPUT;
    }
    memcpy(sequencer->note, bytes, size);
    sequencer->note_size = size;
    return POBF_OK;
}

/*
 * What is published is the tip, or one before it where the power failed between the two. Anything
 * else means that somebody put back an old `state/`.
 */
static enum pobf_status check_published(struct sequencer *sequencer)
{
    char *bytes;
    size_t size;
    enum pobf_status status = mirror_checkpoint(sequencer->mirror, &bytes, &size);

    if (status == POBF_E_MISSING) {
        return sequencer_write(sequencer, "checkpoint", sequencer->note, sequencer->note_size);
    }
    if (status == POBF_OK) {
        status = compare_published(sequencer, bytes, size);
    }
    file_free((uint8_t *)bytes, size);
    return status;
}

/* The tiles must lead to the root that was signed: else what follows would be a fork. */
static enum pobf_status load_tiles(struct sequencer *sequencer)
{
    const uint64_t size = sequencer->checkpoint.size;
    uint8_t root[POBF_MERKLE_BYTES];
    struct bundle bundle = {0};
    enum pobf_status status = frontier_load(&sequencer->frontier, sequencer->mirror, size);

    if (status == POBF_OK) {
        status = frontier_root(&sequencer->frontier, root);
    }
    if (status == POBF_OK && memcmp(root, sequencer->checkpoint.root, sizeof root) != 0) {
        status = POBF_E_INPUT;
    }
    if (status == POBF_OK && size % TILE_WIDTH != 0) {
        status = mirror_bundle(sequencer->mirror, &bundle, size / TILE_WIDTH, size);
    }
    for (uint32_t i = 0; i < bundle.count && status == POBF_OK; i++) {
        status = sequencer_hold(sequencer, (struct entry){bundle.entry[i], bundle.entry_size[i]});
    }
    bundle_free(&bundle);
    return status == POBF_E_MISSING ? POBF_E_INPUT : status;
}

static enum pobf_status open_all(struct sequencer *sequencer, const char *path,
                                 const struct key *key)
{
    enum pobf_status status = take_over(sequencer);

    if (status == POBF_OK) {
        status = mirror_open(&sequencer->mirror, path);
    }
    if (status == POBF_OK) {
        status = read_tip(sequencer, path, key);
    }
    if (status == POBF_OK) {
        status = check_published(sequencer);
    }
    if (status == POBF_OK) {
        status = load_tiles(sequencer);
    }
    if (status == POBF_OK) {
        status = journal_open(&sequencer->journal, sequencer->folder);
    }
    if (status == POBF_OK) {
        status = journal_replay(&sequencer->journal, sequencer->frontier.size, sequencer_grow,
                                sequencer);
    }
    return status == POBF_OK ? sequencer_publish(sequencer) : status;
}

enum pobf_status sequencer_open(struct sequencer **sequencer, const char *path,
                                const struct key *key)
{
    enum pobf_status status = POBF_E_SYSTEM;

    *sequencer = make(path);
    if (*sequencer != NULL) {
        status = (*sequencer)->folder < 0 ? POBF_E_MISSING : open_all(*sequencer, path, key);
    }
    if (status != POBF_OK) {
        sequencer_close(*sequencer);
        *sequencer = NULL;
    }
    return status;
}
