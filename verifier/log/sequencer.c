#include "verifier/log/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verifier/log/store.h"

enum { EPOCH_ROOM = 32, HASHES_BYTES = TILE_WIDTH * POBF_MERKLE_BYTES };

const struct checkpoint *sequencer_checkpoint(const struct sequencer *sequencer)
{
    return &sequencer->checkpoint;
}

const char *sequencer_note(const struct sequencer *sequencer, size_t *size)
{
    *size = sequencer->note_size;
    return sequencer->note;
}

const struct note_key *sequencer_key(const struct sequencer *sequencer)
{
    return &sequencer->log;
}

int sequencer_folder(const struct sequencer *sequencer)
{
    return sequencer->folder;
}

uint64_t sequencer_size(const struct sequencer *sequencer)
{
    return sequencer->frontier.size;
}

/* The checkpoint of what the frontier holds, signed. */
enum pobf_status sequencer_sign(struct sequencer *sequencer)
{
    struct checkpoint *checkpoint = &sequencer->checkpoint;
    uint8_t signature[KEY_SIGNATURE_BYTES];
    char line[NOTE_LINE_ROOM];
    enum pobf_status status;
    size_t size;

    memset(checkpoint, 0, sizeof *checkpoint);
    snprintf(checkpoint->origin, sizeof checkpoint->origin, "%s", sequencer->log.name);
    checkpoint->size = sequencer->frontier.size;
    status = frontier_root(&sequencer->frontier, checkpoint->root);
    size = checkpoint_print(sequencer->note, checkpoint);
    if (status == POBF_OK) {
        status = key_sign(sequencer->key, signature, (const uint8_t *)sequencer->note, size);
    }
    if (status == POBF_OK) {
        note_line(line, &sequencer->log, 0, signature);
        sequencer->note_size = size + (size_t)snprintf(sequencer->note + size,
                                                       SEQUENCER_NOTE_ROOM - size, "\n%s", line);
    }
    return status;
}

enum pobf_status sequencer_write(const struct sequencer *sequencer, const char *name,
                                 const char *text, size_t size)
{
    return store_write(sequencer->folder, name, (const uint8_t *)text, size);
}

/* `tip` first: a signed checkpoint is remembered before anybody can see it. */
enum pobf_status sequencer_show(const struct sequencer *sequencer)
{
    enum pobf_status status =
        sequencer_write(sequencer, "state/tip", sequencer->note, sequencer->note_size);

    if (status == POBF_OK) {
        status = sequencer_write(sequencer, "checkpoint", sequencer->note, sequencer->note_size);
    }
    return status;
}

enum pobf_status sequencer_hold(struct sequencer *sequencer, struct entry entry)
{
    struct pending *pending = &sequencer->pending;
    const size_t needed = pending->size + 2 + entry.size;

    if (needed > pending->room) {
        uint8_t *larger = realloc(pending->bytes, 2 * needed);

        if (larger == NULL) {
            return POBF_E_SYSTEM;
        }
        pending->bytes = larger;
        pending->room = 2 * needed;
    }
    pending->bytes[pending->size] = (uint8_t)(entry.size >> 8);
    pending->bytes[pending->size + 1] = (uint8_t)entry.size;
    memcpy(pending->bytes + pending->size + 2, entry.bytes, entry.size);
    pending->size = needed;
    return POBF_OK;
}

static enum pobf_status write_tile(void *context, int level, uint64_t index,
                                   uint8_t hashes[TILE_WIDTH][POBF_MERKLE_BYTES])
{
    struct sequencer *sequencer = context;
    char path[TILE_PATH_ROOM];
    enum pobf_status status = POBF_OK;

    if (level == 0) {
        tile_path(path, TILE_ENTRIES, index, TILE_WIDTH);
        status =
            store_write(sequencer->folder, path, sequencer->pending.bytes, sequencer->pending.size);
        sequencer->pending.size = 0;
    }
    tile_path(path, level, index, TILE_WIDTH);
    return status == POBF_OK ? store_write(sequencer->folder, path, hashes[0], HASHES_BYTES)
                             : status;
}

/* An entry goes into the tree; whatever it fills is written. */
enum pobf_status sequencer_grow(void *context, struct entry entry)
{
    struct sequencer *sequencer = context;
    uint8_t leaf[POBF_MERKLE_BYTES];
    enum pobf_status status = pobf_merkle_leaf(leaf, entry.bytes, entry.size);

    if (status == POBF_OK) {
        status = sequencer_hold(sequencer, entry);
    }
    return status == POBF_OK ? frontier_append(&sequencer->frontier, leaf, write_tile, sequencer)
                             : status;
}

enum pobf_status sequencer_append(struct sequencer *sequencer, const struct entry *entries,
                                  size_t count, uint64_t *index)
{
    enum pobf_status status = sequencer->is_broken ? POBF_E_STATE : POBF_OK;

    *index = sequencer->frontier.size;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].size > TILE_ENTRY_MAX || count > SEQUENCER_BATCH_MAX) {
            return POBF_E_SPACE;
        }
    }
    if (status == POBF_OK) {
        status = journal_write(&sequencer->journal, *index, sequencer->epoch, entries, count);
    }
    for (size_t i = 0; i < count && status == POBF_OK; i++) {
        status = sequencer_grow(sequencer, entries[i]);
    }
    sequencer->is_broken |= status != POBF_OK;
    return status;
}

enum pobf_status sequencer_read_epoch(const struct sequencer *sequencer, uint64_t *epoch)
{
    const int file = openat(sequencer->folder, "state/epoch", O_RDONLY | O_CLOEXEC);
    char text[EPOCH_ROOM] = "";
    const char *end = NULL;

    if (file < 0) {
        return errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
    }
    if (read(file, text, sizeof text - 1) > 0) {
        *epoch = checkpoint_number(text, &end);
    }
    close(file);
    return end != NULL && strcmp(end, "\n") == 0 ? POBF_OK : POBF_E_INPUT;
}

static enum pobf_status check_epoch(const struct sequencer *sequencer)
{
    uint64_t epoch = 0;
    const enum pobf_status status = sequencer_read_epoch(sequencer, &epoch);

    return status == POBF_OK && epoch != sequencer->epoch ? POBF_E_STATE : status;
}

/* The partial tile of each level, under a name that says how wide it is. */
static enum pobf_status write_edge(struct sequencer *sequencer)
{
    const struct frontier *frontier = &sequencer->frontier;
    enum pobf_status status = POBF_OK;
    char path[TILE_PATH_ROOM];

    if (frontier_width(frontier, 0) > 0) {
        tile_path(path, TILE_ENTRIES, frontier->size / TILE_WIDTH, frontier_width(frontier, 0));
        status =
            store_write(sequencer->folder, path, sequencer->pending.bytes, sequencer->pending.size);
    }
    for (int level = 0; level < TILE_LEVELS && status == POBF_OK; level++) {
        const uint32_t width = frontier_width(frontier, level);

        if (width > 0) {
            tile_path(path, level, (frontier->size >> (level * TILE_HEIGHT)) / TILE_WIDTH, width);
            status = store_write(sequencer->folder, path, frontier->hashes[level][0],
                                 (size_t)width * POBF_MERKLE_BYTES);
        }
    }
    return status;
}

enum pobf_status sequencer_publish(struct sequencer *sequencer)
{
    enum pobf_status status = sequencer->is_broken ? POBF_E_STATE : POBF_OK;

    if (status == POBF_OK && sequencer->frontier.size == sequencer->checkpoint.size) {
        return POBF_OK;
    }
    if (status == POBF_OK) {
        status = check_epoch(sequencer);
    }
    if (status == POBF_OK) {
        status = write_edge(sequencer);
    }
    if (status == POBF_OK) {
        status = sequencer_sign(sequencer);
    }
    if (status == POBF_OK) {
        status = sequencer_show(sequencer);
    }
    if (status == POBF_OK) {
        journal_restart(&sequencer->journal);
    }
    sequencer->is_broken |= status != POBF_OK;
    return status;
}

enum pobf_status sequencer_cosign(struct sequencer *sequencer, const char *lines, size_t size)
{
    enum pobf_status status = note_check_lines(lines, size);

    if (status == POBF_OK && size >= sizeof sequencer->note - sequencer->note_size) {
        status = POBF_E_SPACE;
    }
    if (status == POBF_OK) {
        status = check_epoch(sequencer);
    }
    if (status != POBF_OK) {
        return status;
    }
    memcpy(sequencer->note + sequencer->note_size, lines, size);
    sequencer->note_size += size;
    return sequencer_write(sequencer, "checkpoint", sequencer->note, sequencer->note_size);
}

void sequencer_close(struct sequencer *sequencer)
{
    if (sequencer == NULL) {
        return;
    }
    journal_close(&sequencer->journal);
    mirror_close(sequencer->mirror);
    free(sequencer->pending.bytes);
    if (sequencer->folder >= 0) {
        close(sequencer->folder);
    }
    if (sequencer->lock >= 0) {
        close(sequencer->lock); /* and with it the lock is given back */
    }
    free(sequencer);
}
