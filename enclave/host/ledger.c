#include "enclave/host/ledger.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/statement/intents.h"
#include "enclave/host/journal.h"

int ledger_name(char path[PLACE_ROOM], const char *folder,
                const uint8_t boot_id[POBF_BOOT_ID_BYTES], uint64_t sequence, const char *kind)
{
    char boot[2 * POBF_BOOT_ID_BYTES + 1];

    sodium_bin2hex(boot, sizeof boot, boot_id, POBF_BOOT_ID_BYTES);
    return (size_t)snprintf(path, PLACE_ROOM, "%s/%s-%010" PRIu64 ".%s", folder, boot, sequence,
                            kind) < PLACE_ROOM;
}

enum pobf_status ledger_record(struct pobf_receipt *receipt, const char *folder,
                               const uint8_t *bytes, size_t size)
{
    char path[PLACE_ROOM];
    const enum pobf_status status = pobf_receipt_parse(receipt, bytes, size);

    if (status != POBF_OK) {
        return status;
    }
    return ledger_name(path, folder, receipt->boot_id, receipt->sequence, "receipt")
               ? file_place(path, bytes, size)
               : POBF_E_SPACE;
}

enum pobf_status ledger_place(struct intents *intents, const char *folder, const uint8_t *bytes,
                              size_t size)
{
    struct pobf_receipt receipt;
    const enum pobf_status status = ledger_record(&receipt, folder, bytes, size);

    if (status == POBF_OK) {
        intents_close(intents, receipt.task_id);
    }
    return status == POBF_E_INPUT ? POBF_OK : status;
}

enum pobf_status ledger_state(const char *folder, const struct intent *intent)
{
    char path[PLACE_ROOM];
    char *text = intent_print(intent);
    enum pobf_status status = text == NULL ? POBF_E_SYSTEM : POBF_E_SPACE;

    if (text != NULL && ledger_name(path, folder, intent->boot_id, intent->sequence, "crashed")) {
        status = file_write(path, (const uint8_t *)text, strlen(text), 0);
    }
    free(text);
    return status;
}

enum pobf_status ledger_keep(const char *folder, const uint8_t boot_id[POBF_BOOT_ID_BYTES],
                             const uint8_t *bytes, size_t size)
{
    char boot[2 * POBF_BOOT_ID_BYTES + 1];
    char path[PLACE_ROOM];

    sodium_bin2hex(boot, sizeof boot, boot_id, POBF_BOOT_ID_BYTES);
    return (size_t)snprintf(path, sizeof path, "%s/%s.evidence", folder, boot) < sizeof path
               ? file_write(path, bytes, size, 0)
               : POBF_E_SPACE;
}

enum pobf_status ledger_sync(const char *folder)
{
    const int opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int synced;

    if (opened < 0) {
        return POBF_E_SYSTEM;
    }
    synced = syncfs(opened) == 0;
    close(opened);
    return synced ? POBF_OK : POBF_E_SYSTEM;
}

/* What was read of a journal so far. */
struct past {
    const char *folder;
    struct intents intents;
};

static enum pobf_status take_intent(void *context, enum journal_kind kind,
                                    const struct intent *intent)
{
    struct past *past = context;

    if (kind == JOURNAL_INTENT) {
        return intents_add(&past->intents, intent);
    }
    intents_close(&past->intents, intent->task_id);
    return POBF_OK;
}

static enum pobf_status take_receipt(void *context, const uint8_t *bytes, size_t size)
{
    struct past *past = context;

    return ledger_place(&past->intents, past->folder, bytes, size);
}

static enum pobf_status state_all(struct past *past, size_t *crashed)
{
    enum pobf_status status = POBF_OK;

    for (size_t i = 0; i < past->intents.count && status == POBF_OK; i++) {
        status = ledger_state(past->folder, &past->intents.open[i]);
        *crashed += status == POBF_OK;
    }
    return status;
}

/* Only what is durable in another place is removed from here; so this may be cut off anywhere. */
static enum pobf_status recover(size_t *crashed, const char *folder, const char *path)
{
    struct past past = {.folder = folder};
    const struct journal_reader reader = {take_intent, take_receipt, &past};
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, path, JOURNAL_ROOM);

    if (status == POBF_OK) {
        status = journal_read(bytes, size, &reader);
    }
    if (status == POBF_OK) {
        status = state_all(&past, crashed);
    }
    if (status == POBF_OK) {
        status = ledger_sync(folder);
    }
    if (status == POBF_OK && unlink(path) != 0) {
        status = POBF_E_SYSTEM;
    }
    intents_free(&past.intents);
    file_free(bytes, size);
    return status;
}

static int is_at(int file, const char *path)
{
    struct stat opened, named;

    return fstat(file, &opened) == 0 && stat(path, &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

/*
 * A journal that is locked is a host's that runs; so is one that another has taken the place of
 * since it was opened: that other is locked. What its host had written is made durable before
 * anything is made of it: else the power could take a receipt out of it whose file is there to stay.
 */
static enum pobf_status recover_ended(size_t *crashed, const char *folder, const char *name)
{
    char path[PLACE_ROOM];
    enum pobf_status status;
    int file;

    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path) {
        return POBF_E_SPACE;
    }
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return errno == ENOENT ? POBF_OK : POBF_E_SYSTEM;
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK ? POBF_OK : POBF_E_SYSTEM;
    } else if (!is_at(file, path)) {
        status = POBF_OK;
    } else {
        status = fsync(file) == 0 ? recover(crashed, folder, path) : POBF_E_SYSTEM;
    }
    close(file);
    return status;
}

static int ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name), end_length = strlen(end);

    return length > end_length && strcmp(name + length - end_length, end) == 0;
}

/* NAME.KIND.PROCESS.part, of a process that is gone: nobody will finish it. */
static int is_left_over(const char *name)
{
    static const char *const kinds[] = {
        "." LEDGER_PROOF ".", ".receipt.", ".crashed.", ".evidence.",
        ".journal.",          ".tip.",     ".alarm."};
    const char *kind = NULL;
    size_t length = 0;
    char *end;
    long process;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && kind == NULL; i++) {
        kind = strstr(name, kinds[i]);
        length = strlen(kinds[i]);
    }
    if (kind == NULL) {
        return 0;
    }
    process = strtol(kind + length, &end, 10);
    return process > 0 && process <= INT_MAX && strcmp(end, ".part") == 0 &&
           kill((pid_t)process, 0) != 0 && errno == ESRCH;
}

static enum pobf_status sweep(size_t *crashed, const char *folder, DIR *listing)
{
    enum pobf_status status = POBF_OK;
    const struct dirent *entry;

    while (status == POBF_OK && (entry = readdir(listing)) != NULL) {
        if (is_left_over(entry->d_name)) {
            unlinkat(dirfd(listing), entry->d_name, 0);
        } else if (ends_with(entry->d_name, ".journal")) {
            status = recover_ended(crashed, folder, entry->d_name);
        }
    }
    return status;
}

enum pobf_status ledger_prepare(size_t *crashed, const char *folder)
{
    DIR *listing = opendir(folder);
    enum pobf_status status;

    *crashed = 0;
    if (listing == NULL) {
        return errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
    }
    status = sweep(crashed, folder, listing);
    closedir(listing);
    if (status != POBF_OK) {
        return status;
    }
    return access(folder, W_OK | X_OK) == 0 ? POBF_OK : POBF_E_SYSTEM;
}
