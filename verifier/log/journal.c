#include "verifier/log/journal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "verifier/log/store.h"

enum { HEAD_BYTES = 20, CHECK_BYTES = 16 };

static const char name[] = "state/journal";

static void put(uint8_t *bytes, size_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    }
}

static uint64_t get(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

/* Zeros that are written now: a later write changes data alone, so fdatasync writes nothing else. */
static enum pobf_status lay_out(int folder)
{
    uint8_t *zeros = calloc(1, JOURNAL_ROOM);
    const enum pobf_status status =
        zeros == NULL ? POBF_E_SYSTEM : store_write(folder, name, zeros, JOURNAL_ROOM);

    free(zeros);
    return status;
}

enum pobf_status journal_open(struct journal *journal, int folder)
{
    enum pobf_status status = store_folder(folder, "state");
    struct stat facts;

    journal->at = 0;
    journal->file = -1;
    if (status == POBF_OK && fstatat(folder, name, &facts, 0) != 0) {
        status = lay_out(folder);
    }
    if (status == POBF_OK) {
        journal->file = openat(folder, name, O_RDWR | O_CLOEXEC);
        status = journal->file < 0 ? POBF_E_SYSTEM : POBF_OK;
    }
    return status;
}

void journal_close(struct journal *journal)
{
    if (journal->file >= 0) {
        close(journal->file);
    }
    journal->file = -1;
}

/* Returns the record's size. */
static size_t print_record(uint8_t *record, uint64_t index, uint64_t epoch,
                           const struct entry *entry)
{
    uint8_t digest[crypto_hash_sha256_BYTES];

    put(record, 8, index);
    put(record + 8, 8, epoch);
    put(record + 16, 4, entry->size);
    memcpy(record + HEAD_BYTES, entry->bytes, entry->size);
    crypto_hash_sha256(digest, record, HEAD_BYTES + entry->size);
    memcpy(record + HEAD_BYTES + entry->size, digest, CHECK_BYTES);
    return HEAD_BYTES + entry->size + CHECK_BYTES;
}

enum pobf_status journal_write(struct journal *journal, uint64_t index, uint64_t epoch,
                               const struct entry *entries, size_t count)
{
    enum pobf_status status;
    size_t room = 0, size = 0;
    uint8_t *records;

    for (size_t i = 0; i < count; i++) {
        room += HEAD_BYTES + entries[i].size + CHECK_BYTES;
    }
    records = malloc(room + 1);
    if (records == NULL) {
        return POBF_E_SYSTEM;
    }
    for (size_t i = 0; i < count; i++) {
        size += print_record(records + size, index + i, epoch, &entries[i]);
    }
    status = store_put(journal->file, records, size, (off_t)journal->at);
    if (status == POBF_OK && fdatasync(journal->file) != 0) {
        status = POBF_E_SYSTEM;
    }
    if (status == POBF_OK) {
        journal->at += size;
    }
    free(records);
    return status;
}

void journal_restart(struct journal *journal)
{
    journal->at = 0;
}

/* A record at the start of `bytes`; returns its size, or 0. */
static size_t take_record(struct entry *entry, uint64_t *index, uint64_t *epoch,
                          const uint8_t *bytes, size_t size)
{
    uint8_t digest[crypto_hash_sha256_BYTES];

    if (size < HEAD_BYTES + CHECK_BYTES) {
        return 0;
    }
    entry->bytes = bytes + HEAD_BYTES;
    entry->size = get(bytes + 16, 4);
    *index = get(bytes, 8);
    *epoch = get(bytes + 8, 8);
    if (entry->size > TILE_ENTRY_MAX || size - HEAD_BYTES - CHECK_BYTES < entry->size) {
        return 0;
    }
    crypto_hash_sha256(digest, bytes, HEAD_BYTES + entry->size);
    if (memcmp(digest, entry->bytes + entry->size, CHECK_BYTES) != 0) {
        return 0;
    }
    return HEAD_BYTES + entry->size + CHECK_BYTES;
}

static enum pobf_status replay(const uint8_t *bytes, size_t size, uint64_t wanted,
                               enum pobf_status (*take)(void *context, struct entry entry),
                               void *context)
{
    enum pobf_status status = POBF_OK;
    uint64_t index, epoch, next = 0, first_epoch = 0;
    struct entry entry;
    size_t at = 0, got;

    while (status == POBF_OK &&
           (got = take_record(&entry, &index, &epoch, bytes + at, size - at)) > 0) {
        if (at > 0 && (index != next || epoch != first_epoch)) {
            break;
        }
        if (at == 0 && index > wanted) {
            return POBF_E_INPUT; /* entries that were acknowledged are in neither place */
        }
        first_epoch = epoch;
        next = index + 1;
        at += got;
        if (index >= wanted) {
            status = take(context, entry);
        }
    }
    return status;
}

static enum pobf_status read_whole(int file, uint8_t *bytes, size_t size)
{
    size_t at = 0;

    while (at < size) {
        const ssize_t got = pread(file, bytes + at, size - at, (off_t)at);

        if (got <= 0) {
            return POBF_E_SYSTEM;
        }
        at += (size_t)got;
    }
    return POBF_OK;
}

enum pobf_status journal_replay(const struct journal *journal, uint64_t index,
                                enum pobf_status (*take)(void *context, struct entry entry),
                                void *context)
{
    enum pobf_status status = POBF_E_SYSTEM;
    struct stat facts;
    uint8_t *bytes;

    if (fstat(journal->file, &facts) != 0) {
        return POBF_E_SYSTEM;
    }
    bytes = malloc((size_t)facts.st_size + 1);
    if (bytes != NULL) {
        status = read_whole(journal->file, bytes, (size_t)facts.st_size);
    }
    if (status == POBF_OK) {
        status = replay(bytes, (size_t)facts.st_size, index, take, context);
    }
    free(bytes);
    return status;
}
