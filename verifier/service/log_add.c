#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "edge/tlog/inclusion.h"
#include "framework/wire/receipt.h"
#include "verifier/client/input.h"
#include "verifier/log/cose_receipt.h"
#include "verifier/log/tree.h"
#include "verifier/service/admission.h"
#include "verifier/service/cosign.h"
#include "verifier/service/log.h"
#include "verifier/service/service.h"

enum { ADD_MAX = 4096, PATH_ROOM = 4096 };

/* What `add` is given. */
struct adding {
    struct log_operating with;
    int with_cose;               /* write COSE Receipts, too */
    const struct quorum *quorum; /* NULL: no witness is asked */
};

/* The receipts of one `add`, each with its file's name. */
struct batch {
    char **paths;
    size_t count;
    struct input input[ADD_MAX];
    struct entry entry[ADD_MAX];
    uint64_t place[ADD_MAX];
};

/* Whatever else it is might be data that nobody meant to publish. */
static int take_receipt(struct batch *batch, const char *path)
{
    struct input *input = &batch->input[batch->count];
    struct pobf_receipt receipt;
    const int code = input_read(input, path);

    if (code != INPUT_GO_ON) {
        return code;
    }
    batch->entry[batch->count++] = (struct entry){input->bytes, input->size};
    if (pobf_receipt_parse(&receipt, input->bytes, input->size) != POBF_OK) {
        return talk_refuse(path, "a receipt", "something else",
                           "only receipts are logged: they hold salted commitments, and no data");
    }
    return INPUT_GO_ON;
}

static int write_proof(const struct sequencer *log, struct mirror *mirror, const char *path,
                       uint64_t index)
{
    struct inclusion inclusion = {.index = index};
    char name[PATH_ROOM];
    char *text = NULL;
    size_t size;
    enum pobf_status status;

    if ((size_t)snprintf(name, sizeof name, "%s.tlog-proof", path) >= sizeof name) {
        return talk_error(POBF_E_SPACE, path, "the name of its proof would be too long");
    }
    inclusion.checkpoint = sequencer_note(log, &inclusion.checkpoint_size);
    status = tree_inclusion(mirror, &inclusion.proof, index, sequencer_checkpoint(log)->size);
    if (status == POBF_OK) {
        status = inclusion_print(&text, &size, &inclusion);
    }
    if (status == POBF_OK) {
        status = file_write(name, (const uint8_t *)text, size, 0);
    }
    free(text);
    return status == POBF_OK ? INPUT_GO_ON : file_error(status, name);
}

/* RECEIPT.cose: the same as others read it. The first entry of a log has none until there is a second. */
static int write_cose(const struct sequencer *log, struct mirror *mirror, const char *path,
                      uint64_t index, const struct key *key)
{
    const struct checkpoint *checkpoint = sequencer_checkpoint(log);
    uint8_t bytes[COSE_RECEIPT_ROOM];
    char name[PATH_ROOM];
    struct proof proof;
    size_t size;
    enum pobf_status status = tree_inclusion(mirror, &proof, index, checkpoint->size);

    if (status == POBF_OK) {
        status =
            cose_receipt_sign(bytes, &size, key, sequencer_key(log), checkpoint, index, &proof);
    }
    if (status == POBF_E_MISSING) {
        talk_say("%s: a log of one entry has no COSE Receipt of it", path);
        return INPUT_GO_ON;
    }
    if (status == POBF_OK && (size_t)snprintf(name, sizeof name, "%s.cose", path) >= sizeof name) {
        status = POBF_E_SPACE;
    }
    if (status == POBF_OK) {
        status = file_write(name, bytes, size, 0);
    }
    return status == POBF_OK ? INPUT_GO_ON : file_error(status, path);
}

/* "INDEX<tab>FILE" for each, or an object of all. */
static void print_places(const struct batch *batch, const struct sequencer *log, int as_json)
{
    json_t *places = json_array();

    for (size_t i = 0; i < batch->count; i++) {
        if (as_json) {
            json_array_append_new(places,
                                  json_pack("{s:I, s:s}", "index", (json_int_t)batch->place[i],
                                            "file", batch->paths[i]));
        } else {
            printf("%" PRIu64 "\t%s\n", batch->place[i], batch->paths[i]);
        }
    }
    if (as_json) {
        object_print(json_pack("{s:s, s:I, s:O}", "origin", sequencer_key(log)->name, "size",
                               (json_int_t)sequencer_checkpoint(log)->size, "receipts", places));
    }
    json_decref(places);
}

/* The proofs of each beside it. `key` NULL: no COSE Receipts. */
static int hand_out(const struct sequencer *log, const struct batch *batch, struct mirror *mirror,
                    const struct key *key)
{
    int code = INPUT_GO_ON;

    for (size_t i = 0; i < batch->count && code == INPUT_GO_ON; i++) {
        if (strcmp(batch->paths[i], "-") != 0) {
            code = write_proof(log, mirror, batch->paths[i], batch->place[i]);
            if (code == INPUT_GO_ON && key != NULL) {
                code = write_cose(log, mirror, batch->paths[i], batch->place[i], key);
            }
        }
    }
    return code == INPUT_GO_ON ? 0 : code;
}

/* One that the log has keeps its place. */
static enum pobf_status publish(struct sequencer *log, struct batch *batch,
                                struct admission *admission, const char *path)
{
    enum pobf_status status = admission_open(admission, path);

    if (status == POBF_OK) {
        status = admission_catch_up(admission, log);
    }
    if (status == POBF_OK) {
        status = admission_take(admission, batch->place, log, batch->entry, batch->count);
    }
    return status == POBF_OK ? sequencer_publish(log) : status;
}

/* The receipts are in the log by then: too few witnesses do not keep their proofs back. */
static int append(struct sequencer *log, struct batch *batch, const char *path,
                  const struct adding *adding, const struct key *key)
{
    const uint64_t size = sequencer_size(log);
    struct admission admission = {NULL, NULL};
    enum pobf_status status = publish(log, batch, &admission, path);
    int code = status == POBF_OK ? INPUT_GO_ON : log_explain(status, path), handed;

    if (status == POBF_OK && adding->quorum != NULL) {
        code = cosign(log, path, adding->quorum, size);
    }
    if (status == POBF_OK) {
        print_places(batch, log, adding->with.as_json);
        handed = hand_out(log, batch, admission.mirror, adding->with_cose ? key : NULL);
        code = code == INPUT_GO_ON ? handed : code;
    }
    admission_close(&admission);
    return code;
}

static int add(const char *path, struct adding *adding, char **receipts, size_t count)
{
    struct quorum quorum;
    static struct batch batch; /* large */
    struct sequencer *log = NULL;
    struct key *key = NULL;
    int code = INPUT_GO_ON;

    batch.paths = receipts;
    for (size_t i = 0; i < count && code == INPUT_GO_ON; i++) {
        code = take_receipt(&batch, receipts[i]);
    }
    if (code == INPUT_GO_ON) {
        code = log_open(&log, &key, path, adding->with.key_path);
    }
    if (code == INPUT_GO_ON) {
        code = log_open_policy(&quorum, adding->with.policy_path, log);
    }
    if (code == INPUT_GO_ON) {
        adding->quorum = adding->with.policy_path != NULL ? &quorum : NULL;
        code = append(log, &batch, path, adding, key);
    }
    sequencer_close(log);
    key_close(key);
    for (size_t i = 0; i < batch.count; i++) {
        input_free(&batch.input[i]);
    }
    return code;
}

int log_add_main(int argc, char **argv)
{
    struct adding adding = {.quorum = NULL};
    const struct cli_option table[] = {
        LOG_OPERATING_OPTIONS(&adding.with),
        {"cose", CLI_FLAG, &adding.with_cose, NULL, "write RECEIPT.cose as well (RFC 9942)"},
    };
    const struct cli_usage usage = {
        "pobf-verifier log add FOLDER RECEIPT... --key PEM [--policy FILE] [--cose] [--json]",
        "Log receipts, all or none, and publish. stdout has the place of each, which is the old\n"
        "one of a receipt that the log has; RECEIPT.tlog-proof is written beside it.",
        table,
        sizeof table / sizeof table[0],
        2,
        ADD_MAX + 1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : add(argv[1], &adding, argv + 2, operands - 1);
}
