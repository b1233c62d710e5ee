#include "enclave/host/backlog.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "contracts/sodium.h"

enum { BOOT_HEX = 2 * POBF_BOOT_ID_BYTES };

struct backlog {
    const char *folder;
    pthread_mutex_t lock; /* of all that follows */
    struct backlog_item line[BACKLOG_LINE_MAX];
    size_t first, count;
    int is_partial; /* 1: the folder may hold some that are neither in line nor taken */
    uint64_t size;  /* all that have no proof */
};

int backlog_name(const struct backlog *backlog, char receipt[PLACE_ROOM], char proof[PLACE_ROOM],
                 const struct backlog_item *item)
{
    return ledger_name(receipt, backlog->folder, item->boot_id, item->sequence, "receipt") &&
           ledger_name(proof, backlog->folder, item->boot_id, item->sequence, LEDGER_PROOF);
}

/* An empty one is what a power cut can leave of a file: it is none. */
static int has_proof(const struct backlog *backlog, const struct backlog_item *item)
{
    char receipt[PLACE_ROOM], proof[PLACE_ROOM];
    struct stat facts;

    return backlog_name(backlog, receipt, proof, item) && stat(proof, &facts) == 0 &&
           facts.st_size > 0;
}

/* Exactly as ledger_name makes it. */
static int parse_name(const struct backlog *backlog, struct backlog_item *item, const char *name)
{
    char receipt[PLACE_ROOM], proof[PLACE_ROOM];
    size_t parsed;

    if (strlen(name) < BOOT_HEX + 1 || name[BOOT_HEX] != '-' ||
        sodium_hex2bin(item->boot_id, sizeof item->boot_id, name, BOOT_HEX, NULL, &parsed, NULL) !=
            0) {
        return 0;
    }
    item->sequence = strtoull(name + BOOT_HEX + 1, NULL, 10);
    return backlog_name(backlog, receipt, proof, item) &&
           strcmp(strrchr(receipt, '/') + 1, name) == 0;
}

/* Under the lock. */
static void enqueue(struct backlog *backlog, const struct backlog_item *item)
{
    if (backlog->count == BACKLOG_LINE_MAX) {
        backlog->is_partial = 1;
        return;
    }
    backlog->line[(backlog->first + backlog->count++) % BACKLOG_LINE_MAX] = *item;
}

/* The lock is not held for long: the loop waits for it, too. POBF_E_SYSTEM: not all was seen. */
static enum pobf_status look_through(struct backlog *backlog, uint64_t *found, DIR *listing)
{
    const struct dirent *entry;
    struct backlog_item item;

    *found = 0;
    while (errno = 0, (entry = readdir(listing)) != NULL) {
        if (parse_name(backlog, &item, entry->d_name) && !has_proof(backlog, &item)) {
            pthread_mutex_lock(&backlog->lock);
            enqueue(backlog, &item);
            pthread_mutex_unlock(&backlog->lock);
            ++*found;
        }
    }
    return errno == 0 ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status backlog_open(struct backlog **backlog, const char *folder)
{
    struct backlog *made = calloc(1, sizeof *made);
    DIR *listing = opendir(folder);
    enum pobf_status status = POBF_E_SYSTEM;

    *backlog = made;
    if (made != NULL) {
        made->folder = folder;
        pthread_mutex_init(&made->lock, NULL);
    }
    if (made != NULL && listing != NULL) {
        status = look_through(made, &made->size, listing);
    }
    if (listing != NULL) {
        closedir(listing);
    }
    return status;
}

void backlog_close(struct backlog *backlog)
{
    if (backlog != NULL) {
        pthread_mutex_destroy(&backlog->lock);
        free(backlog);
    }
}

void backlog_add(struct backlog *backlog, const struct backlog_item *item)
{
    pthread_mutex_lock(&backlog->lock);
    enqueue(backlog, item);
    backlog->size++;
    pthread_mutex_unlock(&backlog->lock);
}

static int take_first(struct backlog *backlog, struct backlog_item *item)
{
    int taken;

    pthread_mutex_lock(&backlog->lock);
    taken = backlog->count > 0;
    if (taken) {
        *item = backlog->line[backlog->first];
        backlog->first = (backlog->first + 1) % BACKLOG_LINE_MAX;
        backlog->count--;
    }
    pthread_mutex_unlock(&backlog->lock);
    return taken;
}

/* One that was added while the folder was looked through is in line twice. */
int backlog_take(struct backlog *backlog, struct backlog_item *item)
{
    int taken = take_first(backlog, item);

    while (taken && has_proof(backlog, item)) {
        taken = take_first(backlog, item);
    }
    return taken;
}

void backlog_settle(struct backlog *backlog)
{
    pthread_mutex_lock(&backlog->lock);
    backlog->size -= backlog->size > 0;
    pthread_mutex_unlock(&backlog->lock);
}

void backlog_put_back(struct backlog *backlog)
{
    pthread_mutex_lock(&backlog->lock);
    backlog->is_partial = 1;
    pthread_mutex_unlock(&backlog->lock);
}

void backlog_refill(struct backlog *backlog)
{
    enum pobf_status status = POBF_E_SYSTEM;
    uint64_t found;
    DIR *listing;
    int is_needed;

    pthread_mutex_lock(&backlog->lock);
    is_needed = backlog->is_partial && backlog->count == 0;
    backlog->is_partial &= !is_needed;
    pthread_mutex_unlock(&backlog->lock);
    if (!is_needed) {
        return;
    }
    listing = opendir(backlog->folder);
    if (listing != NULL) {
        status = look_through(backlog, &found, listing);
        closedir(listing);
    }
    if (status != POBF_OK) {
        backlog_put_back(backlog);
    }
}

uint64_t backlog_size(struct backlog *backlog)
{
    uint64_t size;

    pthread_mutex_lock(&backlog->lock);
    size = backlog->size;
    pthread_mutex_unlock(&backlog->lock);
    return size;
}
