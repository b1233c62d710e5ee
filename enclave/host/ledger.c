#include "enclave/host/ledger.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/place.h"

enum pobf_status ledger_record(struct pobf_receipt *receipt, const char *folder,
                               const uint8_t *bytes, size_t size)
{
    char boot[2 * POBF_BOOT_ID_BYTES + 1];
    char path[PLACE_ROOM];
    const enum pobf_status status = pobf_receipt_parse(receipt, bytes, size);

    if (status != POBF_OK || folder == NULL) {
        return status;
    }
    sodium_bin2hex(boot, sizeof boot, receipt->boot_id, POBF_BOOT_ID_BYTES);
    if ((size_t)snprintf(path, sizeof path, "%s/%s-%010" PRIu64 ".receipt", folder, boot,
                         receipt->sequence) >= sizeof path) {
        return POBF_E_SPACE;
    }
    return file_write(path, bytes, size, 0);
}

/* BOOTID-SEQUENCE.receipt.PROCESS.part, of a process that is gone: nobody will finish it. */
static int is_left_over(const char *name)
{
    const char *suffix = strstr(name, ".receipt.");
    char *end;
    long process;

    if (suffix == NULL) {
        return 0;
    }
    process = strtol(suffix + sizeof ".receipt." - 1, &end, 10);
    return process > 0 && process <= INT_MAX && strcmp(end, ".part") == 0 &&
           kill((pid_t)process, 0) != 0 && errno == ESRCH;
}

static void sweep(DIR *listing)
{
    const struct dirent *entry;

    while ((entry = readdir(listing)) != NULL) {
        if (is_left_over(entry->d_name)) {
            unlinkat(dirfd(listing), entry->d_name, 0);
        }
    }
}

enum pobf_status ledger_prepare(const char *folder)
{
    DIR *listing = opendir(folder);

    if (listing == NULL) {
        return errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
    }
    sweep(listing);
    closedir(listing);
    return access(folder, W_OK | X_OK) == 0 ? POBF_OK : POBF_E_SYSTEM;
}
