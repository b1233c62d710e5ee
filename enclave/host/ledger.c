#include "enclave/host/ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "enclave/host/place.h"

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

enum pobf_status ledger_check(const char *folder)
{
    struct stat facts;

    if (stat(folder, &facts) != 0) {
        return errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
    }
    return S_ISDIR(facts.st_mode) && access(folder, W_OK | X_OK) == 0 ? POBF_OK : POBF_E_SYSTEM;
}
