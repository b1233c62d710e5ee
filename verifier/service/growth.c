#include "verifier/service/growth.h"

#include <inttypes.h>
#include <stdio.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "verifier/client/input.h"
#include "verifier/log/cose_receipt.h"

static int read_old(struct checkpoint *old, const char *path, const struct note_key *log)
{
    struct input input;
    struct note note;
    int code = input_read(&input, path);

    if (code == INPUT_GO_ON &&
        checkpoint_open(old, &note, (const char *)input.bytes, input.size, log) != POBF_OK) {
        code = talk_refuse(path, "a checkpoint of this log", "another text", NULL);
    }
    input_free(&input);
    return code;
}

static enum pobf_status sign(uint8_t bytes[COSE_RECEIPT_ROOM], size_t *size,
                             const struct sequencer *log, const char *folder, const struct key *key,
                             uint64_t old_size)
{
    const struct checkpoint *checkpoint = sequencer_checkpoint(log);
    struct mirror *mirror;
    struct proof proof;
    enum pobf_status status = mirror_open(&mirror, folder);

    if (status == POBF_OK) {
        status = tree_consistency(mirror, &proof, old_size, checkpoint->size);
    }
    if (status == POBF_OK) {
        status = cose_receipt_sign_growth(bytes, size, key, sequencer_key(log), checkpoint,
                                          old_size, &proof);
    }
    mirror_close(mirror);
    return status;
}

int growth_write(const char *path, const struct sequencer *log, const char *folder,
                 const struct key *key, const char *old_path)
{
    uint8_t bytes[COSE_RECEIPT_ROOM];
    struct checkpoint old;
    enum pobf_status status;
    size_t size;
    const int code = read_old(&old, old_path, sequencer_key(log));
    char seen[32];

    if (code != INPUT_GO_ON) {
        return code;
    }
    status = sign(bytes, &size, log, folder, key, old.size);
    if (status == POBF_E_MISSING) {
        snprintf(seen, sizeof seen, "%" PRIu64 " of %" PRIu64, old.size,
                 sequencer_checkpoint(log)->size);
        return talk_refuse("--old", "some entries, and less than there are now", seen, NULL);
    }
    if (status != POBF_OK) {
        return talk_error(status, folder, NULL);
    }
    status = file_write(path, bytes, size, 0);
    return status == POBF_OK ? INPUT_GO_ON : file_error(status, path);
}
