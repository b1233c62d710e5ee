#include "enclave/host/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "contracts/sodium.h"

enum { NAME_BYTES = 16 };

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
