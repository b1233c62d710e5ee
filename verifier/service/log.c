#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "verifier/client/input.h"
#include "verifier/log/mirror.h"
#include "verifier/log/prune.h"
#include "verifier/service/cosign.h"
#include "verifier/service/growth.h"
#include "verifier/service/log.h"
#include "verifier/service/service.h"

/* What `checkpoint` is given. */
struct publishing {
    struct log_operating with;
    const char *old_path;  /* since when the log has grown; NULL: not asked */
    const char *cose_path; /* .. and where the COSE Receipt of that goes */
};

int log_explain(enum pobf_status status, const char *path)
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
        return talk_error(POBF_E_MISSING, "--key",
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
    return status == POBF_OK ? INPUT_GO_ON : log_explain(status, path);
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
        code = talk_error(POBF_E_USAGE, "--origin",
                          "takes a name without spaces and plus signs, as log.example/pobf");
    } else if (status != POBF_OK) {
        code = log_explain(status, path);
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
        LOG_JSON_OPTION(&as_json),
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

static int print_checkpoint_object(const struct sequencer *log, const char *note, size_t size)
{
    const struct checkpoint *checkpoint = sequencer_checkpoint(log);
    char root[2 * POBF_MERKLE_BYTES + 1];

    sodium_bin2hex(root, sizeof root, checkpoint->root, sizeof checkpoint->root);
    object_print(json_pack("{s:s, s:I, s:s, s:s%}", "origin", checkpoint->origin, "size",
                           (json_int_t)checkpoint->size, "root", root, "checkpoint", note, size));
    return 0;
}

static int print_checkpoint(const char *path, const struct publishing *given)
{
    const struct log_operating *with = &given->with;
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
    if (code == INPUT_GO_ON && given->cose_path != NULL) {
        code = growth_write(given->cose_path, log, path, key, given->old_path);
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
    struct publishing given = {.old_path = NULL};
    const struct cli_option table[] = {
        LOG_OPERATING_OPTIONS(&given.with),
        {"old", CLI_VALUE, &given.old_path, "FILE", "a checkpoint of this log, of before"},
        {"cose", CLI_VALUE, &given.cose_path, "FILE",
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

    if (code < 0 && (given.old_path == NULL) != (given.cose_path == NULL)) {
        return talk_error(POBF_E_USAGE, "--cose", "goes with --old");
    }
    return code >= 0 ? code : print_checkpoint(argv[1], &given);
}

/* The log's name is in its checkpoint, which shows that the key is its own; nobody is kept from writing. */
static int read_origin(char origin[NOTE_NAME_ROOM], const char *path, const struct key *key)
{
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES];
    struct checkpoint checkpoint = {.size = 0};
    struct note_key log;
    struct note note;
    struct mirror *mirror;
    char *bytes = NULL;
    size_t size = 0;
    enum pobf_status status = mirror_open(&mirror, path);

    if (status == POBF_OK) {
        status = mirror_checkpoint(mirror, &bytes, &size);
    }
    if (status == POBF_OK) {
        status = note_split(&note, bytes, size);
    }
    if (status == POBF_OK) {
        status = checkpoint_parse(&checkpoint, &note);
    }
    if (status == POBF_OK) {
        status = key_public_ed25519(key, public_key);
    }
    if (status == POBF_OK) {
        status = note_key_make(&log, checkpoint.origin, NOTE_SIGNATURE, public_key);
    }
    if (status == POBF_OK) {
        status = note_verify(&note, &log, NULL) == POBF_OK ? POBF_OK : POBF_E_AUTH;
    }
    snprintf(origin, NOTE_NAME_ROOM, "%s", checkpoint.origin);
    file_free((uint8_t *)bytes, size);
    mirror_close(mirror);
    return status == POBF_OK ? INPUT_GO_ON : log_explain(status, path);
}

static int key_main(int argc, char **argv)
{
    const char *key_path = NULL;
    int as_json = 0;
    const struct cli_option table[] = {
        {"key", CLI_VALUE, &key_path, "PEM", "the log's key; its public half is enough"},
        LOG_JSON_OPTION(&as_json),
    };
    const struct cli_usage usage = {
        "pobf-verifier log key FOLDER --key PEM [--json]",
        "Print a log's vkey again, which whoever checks the log needs, as init printed it. Also\n"
        "while it is served.",
        table,
        sizeof table / sizeof table[0],
        1,
        1};
    char origin[NOTE_NAME_ROOM];
    struct key *key = NULL;
    size_t operands;
    int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    code = open_key(&key, key_path);
    if (code == INPUT_GO_ON) {
        code = read_origin(origin, argv[1], key);
    }
    if (code == INPUT_GO_ON) {
        code = print_vkey(key, origin, as_json);
    }
    key_close(key);
    return code;
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

        code = status == POBF_OK ? 0 : log_explain(status, path);
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
        LOG_JSON_OPTION(&as_json),
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
        {"key", key_main, "print the log's vkey again"},
        {"add", log_add_main, "log receipts, and publish"},
        {"serve", log_serve_main, "let others read a log, over HTTP"},
        {"checkpoint", checkpoint_main, "publish what a crash left, print the newest checkpoint"},
        {"prune", prune_main, "remove what nobody needs any more"},
    };

    return cli_dispatch("pobf-verifier log", "keep a log that nobody can fork unseen", commands,
                        sizeof commands / sizeof *commands, argc, argv);
}
