#include "enclave/host/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "contracts/sodium.h"

enum { HEAD_BYTES = 3, CHECK_BYTES = 16, INTENT_BYTES = 104, NAME_BYTES = 16 };

/* Head, what is in place behind it, and the check. */
static size_t finish_record(uint8_t *record, enum journal_kind kind, size_t size)
{
    uint8_t digest[POBF_DIGEST_BYTES];

    record[0] = (uint8_t)(size >> 8);
    record[1] = (uint8_t)size;
    record[2] = (uint8_t)kind;
    crypto_hash_sha256(digest, record, HEAD_BYTES + size);
    memcpy(record + HEAD_BYTES + size, digest, CHECK_BYTES);
    return HEAD_BYTES + size + CHECK_BYTES;
}

size_t journal_print_intent(uint8_t *bytes, enum journal_kind kind, const struct intent *intent)
{
    uint8_t *at = bytes + HEAD_BYTES;

    memcpy(at, intent->boot_id, 16);
    for (int i = 0; i < 8; i++) {
        at[16 + i] = (uint8_t)(intent->sequence >> (56 - 8 * i));
    }
    memcpy(at + 24, intent->task_id, 16);
    memcpy(at + 40, intent->salt, 32);
    memcpy(at + 72, intent->commitment, 32);
    return finish_record(bytes, kind, INTENT_BYTES);
}

static void parse_intent(struct intent *intent, const uint8_t *at)
{
    memcpy(intent->boot_id, at, 16);
    intent->sequence = 0;
    for (int i = 0; i < 8; i++) {
        intent->sequence = intent->sequence << 8 | at[16 + i];
    }
    memcpy(intent->task_id, at + 24, 16);
    memcpy(intent->salt, at + 40, 32);
    memcpy(intent->commitment, at + 72, 32);
}

size_t journal_print_receipt(uint8_t *bytes, const uint8_t *receipt, size_t size)
{
    if (size > POBF_RECEIPT_ROOM) {
        return 0;
    }
    memcpy(bytes + HEAD_BYTES, receipt, size);
    return finish_record(bytes, JOURNAL_RECEIPT, size);
}

static int write_all(int file, const uint8_t *bytes, size_t size, off_t at)
{
    while (size > 0) {
        const ssize_t put = pwrite(file, bytes, size, at);

        if (put < 0 && errno != EINTR) {
            return 0;
        }
        bytes += put > 0 ? put : 0;
        size -= put > 0 ? (size_t)put : 0;
        at += put > 0 ? put : 0;
    }
    return 1;
}

static int sync_folder(const char *folder)
{
    const int opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int synced;

    if (opened < 0) {
        return 0;
    }
    synced = fsync(opened) == 0;
    close(opened);
    return synced;
}

/* Zeros first, so that a write later changes no more than what is in the file. */
static int lay_out(int file, const uint8_t *bytes, size_t size)
{
    uint8_t *zeros = calloc(1, JOURNAL_ROOM);
    const int done = zeros != NULL && flock(file, LOCK_EX | LOCK_NB) == 0 &&
                     write_all(file, zeros, JOURNAL_ROOM, 0) && write_all(file, bytes, size, 0) &&
                     fsync(file) == 0;

    free(zeros);
    return done;
}

static int choose_path(struct journal *journal, const char *folder)
{
    uint8_t name[NAME_BYTES];
    char hex[2 * NAME_BYTES + 1];

    if (journal->file >= 0) {
        return 1;
    }
    randombytes_buf(name, sizeof name);
    sodium_bin2hex(hex, sizeof hex, name, sizeof name);
    return (size_t)snprintf(journal->path, sizeof journal->path, "%s/.%s.journal", folder, hex) <
           sizeof journal->path;
}

/* It has its name only once it is locked: nobody takes it for that of a host that has ended. */
enum pobf_status journal_begin(struct journal *journal, const char *folder, const uint8_t *bytes,
                               size_t size)
{
    char part[PLACE_ROOM + 32];
    int file;

    if (size > JOURNAL_ROOM || !choose_path(journal, folder)) {
        return POBF_E_SPACE;
    }
    snprintf(part, sizeof part, "%s.%ld.part", journal->path, (long)getpid());
    file = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) {
        return POBF_E_SYSTEM;
    }
    if (!lay_out(file, bytes, size) || rename(part, journal->path) != 0) {
        unlink(part);
        close(file);
        return POBF_E_SYSTEM;
    }
    journal_close(journal);
    journal->file = file;
    journal->at = (off_t)size;
    return sync_folder(folder) ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status journal_write(struct journal *journal, const uint8_t *bytes, size_t size)
{
    if (size > (size_t)(JOURNAL_ROOM - journal->at)) {
        return POBF_E_SPACE;
    }
    if (!write_all(journal->file, bytes, size, journal->at) || fdatasync(journal->file) != 0) {
        return POBF_E_SYSTEM;
    }
    journal->at += (off_t)size;
    return POBF_OK;
}

void journal_close(struct journal *journal)
{
    if (journal->file >= 0) {
        close(journal->file); /* and with it the lock is given back */
    }
    journal->file = -1;
}

void journal_end(struct journal *journal)
{
    if (journal->file >= 0) {
        unlink(journal->path);
    }
    journal_close(journal);
}

/* The size of what the record holds; 0 where it is none. */
static size_t check_record(const uint8_t *record, size_t room)
{
    uint8_t digest[POBF_DIGEST_BYTES];
    size_t size;

    if (room < HEAD_BYTES + CHECK_BYTES) {
        return 0;
    }
    size = (size_t)record[0] << 8 | record[1];
    if (size > room - HEAD_BYTES - CHECK_BYTES) {
        return 0;
    }
    crypto_hash_sha256(digest, record, HEAD_BYTES + size);
    return memcmp(record + HEAD_BYTES + size, digest, CHECK_BYTES) == 0 ? size : 0;
}

static enum pobf_status tell(const struct journal_reader *reader, const uint8_t *record,
                             size_t size)
{
    const enum journal_kind kind = (enum journal_kind)record[2];
    struct intent intent;

    if (kind == JOURNAL_RECEIPT) {
        return reader->receipt(reader->context, record + HEAD_BYTES, size);
    }
    if (size != INTENT_BYTES) {
        return POBF_E_INPUT; /* its check is right, so it was written by another version of us */
    }
    parse_intent(&intent, record + HEAD_BYTES);
    return reader->intent(reader->context, kind, &intent);
}

enum pobf_status journal_read(const uint8_t *bytes, size_t size,
                              const struct journal_reader *reader)
{
    enum pobf_status status = POBF_OK;
    size_t at = 0;
    size_t held = check_record(bytes, size);

    while (held > 0 && status == POBF_OK) {
        status = tell(reader, bytes + at, held);
        at += HEAD_BYTES + held + CHECK_BYTES;
        held = check_record(bytes + at, size - at);
    }
    return status;
}
