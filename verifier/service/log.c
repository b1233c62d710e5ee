#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "edge/tlog/inclusion.h"
#include "framework/wire/receipt.h"
#include "verifier/client/input.h"
#include "verifier/log/cose_receipt.h"
#include "verifier/log/prune.h"
#include "verifier/log/sequencer.h"
#include "verifier/service/cosign.h"
#include "verifier/service/growth.h"
#include "verifier/service/log.h"
#include "verifier/service/service.h"

enum { ADD_MAX = 4096, PATH_ROOM = 4096 };

/* What a command that publishes is given. */
struct operating {
    const char *key_path;
    const char *policy_path; /* NULL: no witness is asked */
    int with_cose;           /* `add`: write COSE Receipts, too */
    const char *old_path;    /* `checkpoint`: since when the log has grown; NULL: not asked */
    const char *cose_path;   /* .. and where the COSE Receipt of that goes */
    int as_json;
};

#define JSON_OPTION(as_json)                                                                       \
    {                                                                                              \
        "json", CLI_FLAG, as_json, NULL, "print one JSON object"                                   \
    }

#define OPERATING_OPTIONS(with)                                                                    \
    {"key", CLI_VALUE, &(with)->key_path, "PEM", "the log's private key"},                         \
        {"policy", CLI_VALUE, &(with)->policy_path, "FILE",                                        \
         "ask the witnesses that it names to sign, too"},                                          \
        JSON_OPTION(&(with)->as_json)

/* What can be wrong with a log, to people; returns the exit code. */
static int explain(enum pobf_status status, const char *path)
{
    switch ((int)status) {
    case POBF_E_MISSING:
        return talk_error(status, path, "holds no log; pobf-verifier log init makes one");
    case POBF_E_REFUSED:
        return talk_error(status, path, "another sequencer is at work on it");
    case POBF_E_AUTH:
        return talk_error(status, path, "the log is under another key");
    case POBF_E_INPUT:
        return talk_error(status, path,
                          "its tiles, journal and checkpoint contradict each other: "
                          "put back a whole copy, and audit it");
    case POBF_E_KEY:
        return talk_error(status, "--key",
                          "a log is signed with a private Ed25519 key "
                          "(pobf-verifier keygen --eddsa)");
    default:
        return talk_error(status, path, NULL);
    }
}

static int open_key(struct key **key, const char *path)
{
    *key = NULL;
    return path == NULL ? talk_error(POBF_E_USAGE, "--key", "is missing") : input_key(key, path);
}

int log_open(struct sequencer **log, struct key **key, const char *path, const char *key_path)
{
    const int code = open_key(key, key_path);
    enum pobf_status status;

    *log = NULL;
    if (code != INPUT_GO_ON) {
        return code;
    }
    status = sequencer_open(log, path, *key);
    return status == POBF_OK ? INPUT_GO_ON : explain(status, path);
}

static int print_vkey(const struct key *key, const char *origin, int as_json)
{
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES];
    char text[NOTE_KEY_ROOM];
    struct note_key log;
    enum pobf_status status = key_public_ed25519(key, public_key);

    if (status == POBF_OK) {
        status = note_key_make(&log, origin, NOTE_SIGNATURE, public_key);
    }
    if (status != POBF_OK) {
        return talk_error(status, origin, NULL);
    }
    note_key_print(text, &log);
    if (as_json) {
        object_print(json_pack("{s:s, s:s}", "origin", origin, "vkey", text));
    } else {
        printf("%s\n", text);
    }
    return 0;
}

static int init(const char *path, const char *origin, const char *key_path, int as_json)
{
    struct key *key;
    int code = origin == NULL ? talk_error(POBF_E_USAGE, "--origin", "is missing")
                              : open_key(&key, key_path);
    enum pobf_status status;

    if (code != INPUT_GO_ON) {
        return code;
    }
    status = sequencer_create(path, origin, key);
    if (status == POBF_E_REFUSED) {
        code = talk_refuse(path, "an empty folder, or none", "a log",
                           "a log is never made anew: that would be a fork");
    } else if (status == POBF_E_INPUT) {
        code = talk_refuse("--origin", "a name without spaces and plus signs, as log.example/pobf",
                           origin, NULL);
    } else if (status != POBF_OK) {
        code = explain(status, path);
    } else {
        code = print_vkey(key, origin, as_json);
    }
    key_close(key);
    return code;
}

static int init_main(int argc, char **argv)
{
    const char *origin = NULL, *key_path = NULL;
    int as_json = 0;
    const struct cli_option table[] = {
        {"origin", CLI_VALUE, &origin, "NAME", "the log's name, as log.example/pobf"},
        {"key", CLI_VALUE, &key_path, "PEM", "the private Ed25519 key that signs checkpoints"},
        JSON_OPTION(&as_json),
    };
    const struct cli_usage usage = {
        "pobf-verifier log init FOLDER --origin NAME --key PEM [--json]",
        "Make a log of no receipts. stdout is its vkey, which whoever checks the log needs.",
        table,
        sizeof table / sizeof table[0],
        1,
        1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : init(argv[1], origin, key_path, as_json);
}

/* The receipts of one `add`, each with its file's name. */
struct batch {
    char **paths;
    size_t count;
    struct input input[ADD_MAX];
    struct entry entry[ADD_MAX];
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
static void print_places(const struct batch *batch, uint64_t first, const struct sequencer *log,
                         int as_json)
{
    json_t *places = json_array();

    for (size_t i = 0; i < batch->count; i++) {
        if (as_json) {
            json_array_append_new(places, json_pack("{s:I, s:s}", "index", (json_int_t)(first + i),
                                                    "file", batch->paths[i]));
        } else {
            printf("%" PRIu64 "\t%s\n", first + i, batch->paths[i]);
        }
    }
    if (as_json) {
        object_print(json_pack("{s:s, s:I, s:O}", "origin", sequencer_key(log)->name, "size",
                               (json_int_t)sequencer_checkpoint(log)->size, "receipts", places));
    }
    json_decref(places);
}

/* The proofs of each beside it. `key` NULL: no COSE Receipts. */
static int hand_out(const struct sequencer *log, const struct batch *batch, const char *path,
                    uint64_t first, const struct key *key)
{
    struct mirror *mirror;
    int code =
        mirror_open(&mirror, path) == POBF_OK ? INPUT_GO_ON : talk_error(POBF_E_SYSTEM, path, NULL);

    for (size_t i = 0; i < batch->count && code == INPUT_GO_ON; i++) {
        if (strcmp(batch->paths[i], "-") != 0) {
            code = write_proof(log, mirror, batch->paths[i], first + i);
            if (code == INPUT_GO_ON && key != NULL) {
                code = write_cose(log, mirror, batch->paths[i], first + i, key);
            }
        }
    }
    mirror_close(mirror);
    return code == INPUT_GO_ON ? 0 : code;
}

/* The receipts are in the log by then: too few witnesses do not keep their proofs back. */
static int append(struct sequencer *log, const struct batch *batch, const char *path,
                  const struct quorum *quorum, const struct key *key, int as_json)
{
    uint64_t first;
    enum pobf_status status = sequencer_append(log, batch->entry, batch->count, &first);
    int code = INPUT_GO_ON, handed;

    if (status == POBF_OK) {
        status = sequencer_publish(log);
    }
    if (status != POBF_OK) {
        return explain(status, path);
    }
    if (quorum != NULL) {
        code = cosign(log, path, quorum, first);
    }
    print_places(batch, first, log, as_json);
    handed = hand_out(log, batch, path, first, key);
    return code == INPUT_GO_ON ? handed : code;
}

int log_open_policy(struct quorum *quorum, const char *path, const struct sequencer *log)
{
    const int code = path == NULL ? INPUT_GO_ON : input_quorum(quorum, path);

    if (code == INPUT_GO_ON && path != NULL &&
        memcmp(quorum->log.id, sequencer_key(log)->id, sizeof quorum->log.id) != 0) {
        return talk_refuse(path, sequencer_key(log)->name, quorum->log.name,
                           "the policy is of another log");
    }
    return code;
}

static int add(const char *path, const struct operating *with, char **receipts, size_t count)
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
        code = log_open(&log, &key, path, with->key_path);
    }
    if (code == INPUT_GO_ON) {
        code = log_open_policy(&quorum, with->policy_path, log);
    }
    if (code == INPUT_GO_ON) {
        code = append(log, &batch, path, with->policy_path != NULL ? &quorum : NULL,
                      with->with_cose ? key : NULL, with->as_json);
    }
    sequencer_close(log);
    key_close(key);
    for (size_t i = 0; i < batch.count; i++) {
        input_free(&batch.input[i]);
    }
    return code;
}

static int add_main(int argc, char **argv)
{
    struct operating with = {0};
    const struct cli_option table[] = {
        OPERATING_OPTIONS(&with),
        {"cose", CLI_FLAG, &with.with_cose, NULL, "write RECEIPT.cose as well (RFC 9942)"},
    };
    const struct cli_usage usage = {
        "pobf-verifier log add FOLDER RECEIPT... --key PEM [--policy FILE] [--cose] [--json]",
        "Log receipts, all or none, and publish. stdout has the place of each; RECEIPT.tlog-proof\n"
        "is written beside it.",
        table,
        sizeof table / sizeof table[0],
        2,
        ADD_MAX + 1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : add(argv[1], &with, argv + 2, operands - 1);
}

static int print_checkpoint_object(const struct sequencer *log, const char *note, size_t size)
{
    const struct checkpoint *checkpoint = sequencer_checkpoint(log);
    char root[2 * POBF_MERKLE_BYTES + 1];

    sodium_bin2hex(root, sizeof root, checkpoint->root, sizeof checkpoint->root);
    object_print(json_pack("{s:s, s:I, s:s, s:s%}", "origin", checkpoint->origin, "size",
                           (json_int_t)checkpoint->size, "root", root, "checkpoint", note, size));
    return 0;
}

static int print_checkpoint(const char *path, const struct operating *with)
{
    struct quorum quorum;
    struct sequencer *log;
    struct key *key;
    int code = log_open(&log, &key, path, with->key_path);

    if (code == INPUT_GO_ON) {
        code = log_open_policy(&quorum, with->policy_path, log);
    }
    if (code == INPUT_GO_ON && with->policy_path != NULL) {
        code = cosign(log, path, &quorum, sequencer_checkpoint(log)->size);
    }
    if (code == INPUT_GO_ON && with->cose_path != NULL) {
        code = growth_write(with->cose_path, log, path, key, with->old_path);
    }
    if (code == INPUT_GO_ON) {
        size_t size;
        const char *note = sequencer_note(log, &size);

        code = with->as_json                           ? print_checkpoint_object(log, note, size)
               : fwrite(note, 1, size, stdout) == size ? 0
                                                       : talk_error(POBF_E_SYSTEM, "stdout", NULL);
    }
    sequencer_close(log);
    key_close(key);
    return code;
}

static int checkpoint_main(int argc, char **argv)
{
    struct operating with = {0};
    const struct cli_option table[] = {
        OPERATING_OPTIONS(&with),
        {"old", CLI_VALUE, &with.old_path, "FILE", "a checkpoint of this log, of before"},
        {"cose", CLI_VALUE, &with.cose_path, "FILE",
         "write a COSE Receipt there: the log has only grown since --old (RFC 9942)"},
    };
    const struct cli_usage usage = {
        "pobf-verifier log checkpoint FOLDER --key PEM [--policy FILE] [--old FILE --cose FILE] "
        "[--json]",
        "Publish what a crash left behind, and print the newest checkpoint.",
        table,
        sizeof table / sizeof table[0],
        1,
        1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code < 0 && (with.old_path == NULL) != (with.cose_path == NULL)) {
        return talk_error(POBF_E_USAGE, "--cose", "goes with --old");
    }
    return code >= 0 ? code : print_checkpoint(argv[1], &with);
}

static int prune_log(const char *path, const char *key_path, uint64_t entries_before, int as_json)
{
    struct sequencer *log;
    struct prune_sum sum;
    struct key *key;
    int code = log_open(&log, &key, path, key_path);

    if (code == INPUT_GO_ON) {
        const enum pobf_status status =
            prune(&sum, sequencer_folder(log), sequencer_checkpoint(log)->size, entries_before);

        code = status == POBF_OK ? 0 : explain(status, path);
    }
    if (code == 0 && as_json) {
        object_print(json_pack("{s:I, s:I}", "partial_tiles", (json_int_t)sum.partial_tiles,
                               "bundles", (json_int_t)sum.bundles));
    } else if (code == 0) {
        printf("removed %" PRIu64 " partial tiles, %" PRIu64 " bundles\n", sum.partial_tiles,
               sum.bundles);
    }
    sequencer_close(log);
    key_close(key);
    return code;
}

static int prune_main(int argc, char **argv)
{
    const char *key_path = NULL;
    uint64_t entries_before = 0;
    int as_json = 0;
    const struct cli_option table[] = {
        {"key", CLI_VALUE, &key_path, "PEM", "the log's private key"},
        {"entries-before", CLI_NUMBER, &entries_before, "N",
         "remove receipts below place N as well: proofs stay, audits of all do not"},
        JSON_OPTION(&as_json),
    };
    const struct cli_usage usage = {
        "pobf-verifier log prune FOLDER --key PEM [--entries-before N] [--json]",
        "Remove partial tiles that full ones have replaced.",
        table,
        sizeof table / sizeof table[0],
        1,
        1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : prune_log(argv[1], key_path, entries_before, as_json);
}

int log_keeper_main(int argc, char **argv)
{
    static const struct cli_command commands[] = {
        {"init", init_main, "make a log of no receipts"},
        {"add", add_main, "log receipts, and publish"},
        {"serve", log_serve_main, "let others read a log, over HTTP"},
        {"checkpoint", checkpoint_main, "publish what a crash left, print the newest checkpoint"},
        {"prune", prune_main, "remove what nobody needs any more"},
    };

    return cli_dispatch("pobf-verifier log", "keep a log that nobody can fork unseen", commands,
                        sizeof commands / sizeof *commands, argc, argv);
}
