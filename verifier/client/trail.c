#include "verifier/client/trail.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "verifier/client/keep.h"

static const char message[] = ".failed.message";

static void name_part(char prefix[KEEP_PATH_ROOM], const struct trail *trail, const char *folder,
                      uint64_t index)
{
    snprintf(prefix, KEEP_PATH_ROOM, "%s/%s-%010" PRIu64, folder, trail->id, index);
}

static int make_folder(int *is_new, const char *path)
{
    *is_new = path != NULL && mkdir(path, 0777) == 0;
    return path == NULL || *is_new || errno == EEXIST ? INPUT_GO_ON
                                                      : file_error(POBF_E_SYSTEM, path);
}

int trail_open(struct trail *trail, const uint8_t id[POBF_STREAM_ID_BYTES])
{
    struct keep keep = {.count = 0};
    char prefix[KEEP_PATH_ROOM];
    int code = make_folder(&trail->has_made_receipts, trail->receipts_path);

    sodium_bin2hex(trail->id, sizeof trail->id, id, POBF_STREAM_ID_BYTES);
    if (code == INPUT_GO_ON) {
        code = make_folder(&trail->has_made_exchanges, trail->exchanges_path);
    }
    if (code != INPUT_GO_ON) {
        return code;
    }
    name_part(prefix, trail, trail->receipts_path, 0);
    keep_add(&keep, prefix, ".receipt", NULL, 0, 0);
    if (trail->exchanges_path != NULL) {
        name_part(prefix, trail, trail->exchanges_path, 0);
        keep_add(&keep, prefix, ".exchange", NULL, 0, 1);
    }
    keep_add(&keep, trail->out_path, "", NULL, 0, 1);
    return keep_try(&keep);
}

static int has_message(const struct trail *trail, const struct session *session)
{
    return session->appraisal.receipt.exit != POBF_EXIT_RETURNED && session->output.bytes != NULL &&
           strcmp(trail->out_path, "-") != 0;
}

int trail_keep_part(const struct trail *trail, const struct session *session, uint64_t index)
{
    struct keep keep = {.count = 0};
    char prefix[KEEP_PATH_ROOM];

    name_part(prefix, trail, trail->receipts_path, index);
    keep_add(&keep, prefix, ".evidence", session->evidence.bytes, session->evidence.size, 0);
    keep_add(&keep, prefix, ".receipt", session->parts.receipt, session->parts.receipt_size, 0);
    if (trail->exchanges_path != NULL) {
        name_part(prefix, trail, trail->exchanges_path, index);
        keep_add(&keep, prefix, ".exchange", session->exchange.bytes, session->exchange.size, 1);
    }
    if (has_message(trail, session)) {
        keep_add(&keep, trail->out_path, message, session->output.bytes + SESSION_CLEAR_AT,
                 session->output_size, 1);
    }
    return keep_write(&keep);
}

int trail_keep_result(const struct trail *trail, const uint8_t *bytes, size_t size)
{
    struct keep keep = {.count = 0};

    keep_add(&keep, trail->out_path, "", bytes, size, 1);
    return keep_write(&keep);
}

int trail_tell_failure(const struct trail *trail, const struct session *session)
{
    const char *how = appraisal_exit_sentence(session->appraisal.receipt.exit);
    char where[KEEP_PATH_ROOM + 128];

    if (has_message(trail, session)) {
        snprintf(where, sizeof where, "%s: it is in %s%s", how, trail->out_path, message);
    } else {
        snprintf(where, sizeof where, "%s; the receipt is in %s", how, trail->receipts_path);
    }
    return talk_error(POBF_E_FUNCTION, "no result", where);
}

void trail_close(const struct trail *trail)
{
    if (trail->has_made_receipts) {
        rmdir(trail->receipts_path);
    }
    if (trail->has_made_exchanges) {
        rmdir(trail->exchanges_path);
    }
}
