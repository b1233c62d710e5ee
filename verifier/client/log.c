#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "verifier/client/commands.h"
#include "verifier/client/input.h"
#include "verifier/client/verdict.h"
#include "verifier/log/audit.h"

enum { PROGRESS_STEP = 64 * 1024 };

struct options {
    const char *vkey_path, *policy_path, *proof_path, *old_path;
    int as_json;
};

/* Whose word counts, as loaded. */
struct trust {
    struct quorum quorum;
    struct audit_trust audit;
};

#define VKEY_OPTION(options)                                                                       \
    {"vkey", CLI_VALUE, &(options)->vkey_path, "FILE", "the log's key, as its operator gives it"}, \
    {                                                                                              \
        "policy", CLI_VALUE, &(options)->policy_path, "FILE",                                      \
            "rather than --vkey: the log's key and the witnesses who must have signed"             \
    }
#define JSON_OPTION(options)                                                                       \
    {                                                                                              \
        "json", CLI_FLAG, &(options)->as_json, NULL, "print one JSON object"                       \
    }

static int read_vkey(struct note_key *key, const char *path)
{
    struct input input;
    int code = input_read(&input, path);

    if (code == INPUT_GO_ON && note_key_parse(key, (const char *)input.bytes) != POBF_OK) {
        code = talk_unusable(path, "the vkey of a log, as pobf-verifier log key prints it");
    }
    input_free(&input);
    return code;
}

static int read_trust(struct trust *trust, const struct options *options)
{
    int code;

    memset(trust, 0, sizeof *trust);
    if ((options->vkey_path == NULL) == (options->policy_path == NULL)) {
        return talk_error(POBF_E_USAGE, "--vkey", "give this or --policy, and not both");
    }
    if (options->vkey_path != NULL) {
        return read_vkey(&trust->audit.log, options->vkey_path);
    }
    code = input_quorum(&trust->quorum, options->policy_path);
    trust->audit.log = trust->quorum.log;
    trust->audit.quorum = &trust->quorum;
    return code;
}

/* Tell the checks and the sentence; returns the exit code. Takes over `facts`. */
static int tell(const struct checks *checks, const char *sentence, json_t *facts, int as_json)
{
    const enum checks_verdict verdict = checks_verdict(checks);
    const char *said = verdict == VERDICT_AFFIRMED  ? sentence
                       : verdict == VERDICT_REFUSED ? "Refused: the log does not show this."
                                                    : "Cannot tell: something is missing.";

    if (as_json) {
        json_object_update_new(facts, json_pack("{s:s, s:s, s:i, s:o}", "verdict",
                                                checks_verdict_word(verdict), "sentence", said,
                                                "exit_code", checks_exit_code(verdict), "checks",
                                                checks_json(checks)));
        object_print(facts);
    } else {
        checks_print(checks, 1);
        printf("%s\n", said);
        json_decref(facts);
    }
    return checks_exit_code(verdict);
}

static json_t *describe(const struct checkpoint *checkpoint)
{
    return json_pack("{s:s, s:I}", "origin", checkpoint->origin, "size",
                     (json_int_t)checkpoint->size);
}

static int check_inclusion(const struct audit_trust *trust, const struct input *receipt,
                           const struct input *proof, int as_json)
{
    struct checks checks = {.count = 0};
    struct checkpoint checkpoint = {.size = 0};
    json_t *facts;
    uint64_t index;

    audit_inclusion(&checks, &index, &checkpoint, receipt->bytes, receipt->size,
                    (const char *)proof->bytes, proof->size, trust);
    facts = describe(&checkpoint);
    if (checkpoint.size > 0) {
        json_object_set_new(facts, "index", json_integer((json_int_t)index));
    } else {
        json_object_del(facts, "size"); /* a COSE Receipt does not show where */
    }
    return tell(&checks, "The receipt is in the log.", facts, as_json);
}

static int verify_inclusion(const struct options *options, const char *receipt_path)
{
    struct input receipt = {0}, proof = {0};
    struct trust trust;
    int code = options->proof_path == NULL ? talk_error(POBF_E_USAGE, "--proof", "is missing")
                                           : read_trust(&trust, options);

    if (code == INPUT_GO_ON) {
        code = input_read(&receipt, receipt_path);
    }
    if (code == INPUT_GO_ON) {
        code = input_read(&proof, options->proof_path);
    }
    if (code == INPUT_GO_ON) {
        code = check_inclusion(&trust.audit, &receipt, &proof, options->as_json);
    }
    input_free(&receipt);
    input_free(&proof);
    return code;
}

static int inclusion_main(int argc, char **argv)
{
    struct options options = {0};
    const struct cli_option table[] = {
        {"proof", CLI_VALUE, &options.proof_path, "FILE",
         "the .tlog-proof or the .cose of the receipt"},
        VKEY_OPTION(&options),
        JSON_OPTION(&options),
    };
    const struct cli_usage usage = {
        "pobf log verify-inclusion RECEIPT --proof FILE (--vkey FILE | --policy FILE) [--json]",
        "Check, offline, that a receipt is in a log.",
        table,
        sizeof table / sizeof table[0],
        1,
        1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : verify_inclusion(&options, argv[1]);
}

/* The mirror's own checkpoint, under the key. POBF_E_MISSING and the like were told. */
static int read_checkpoint(struct checks *checks, struct checkpoint *checkpoint,
                           const struct mirror *mirror, const char *path,
                           const struct audit_trust *trust)
{
    char *bytes;
    size_t size;
    enum pobf_status status = mirror_checkpoint(mirror, &bytes, &size);

    if (status != POBF_OK) {
        return talk_error(status, path, "its checkpoint cannot be read");
    }
    status = audit_checkpoint(checks, checkpoint, bytes, size, trust);
    file_free((uint8_t *)bytes, size);
    return INPUT_GO_ON;
}

static int read_old(struct checks *checks, struct checkpoint *old, const char *path,
                    const struct audit_trust *trust)
{
    const struct audit_trust of_log = {
        .log = trust->log}; /* who signed it was asked when it was kept */
    struct input input;
    const int code = input_read(&input, path);

    if (code == INPUT_GO_ON &&
        audit_checkpoint(checks, old, (const char *)input.bytes, input.size, &of_log) != POBF_OK) {
        talk_say("%s: the old checkpoint is not one of this log", path);
    }
    input_free(&input);
    return code;
}

/* On a terminal, how far it is. */
static void show_progress(uint64_t done)
{
    if (done % PROGRESS_STEP == 0) {
        fprintf(stderr, "\r%" PRIu64 " entries", done);
    }
}

static void audit(struct checks *checks, struct mirror *mirror, const struct options *options,
                  const struct checkpoint *old, const struct checkpoint *new, int all)
{
    const int shows = all && isatty(STDERR_FILENO);

    if (checks_verdict(checks) != VERDICT_AFFIRMED) {
        return; /* what the checkpoints say is nobody's word */
    }
    if (options->old_path != NULL) {
        audit_consistency(checks, mirror, old, new);
    }
    if (all) {
        audit_entries(checks, mirror, new, shows ? show_progress : NULL);
    }
    if (shows) {
        fputc('\r', stderr);
    }
}

static int check_mirror(struct mirror *mirror, const char *path, const struct options *options,
                        const struct audit_trust *trust, int all)
{
    struct checks checks = {.count = 0};
    struct checkpoint old = {.size = 0}, new = {.size = 0};
    int code = read_checkpoint(&checks, &new, mirror, path, trust);

    if (code == INPUT_GO_ON && options->old_path != NULL) {
        code = read_old(&checks, &old, options->old_path, trust);
    }
    if (code != INPUT_GO_ON) {
        return code;
    }
    audit(&checks, mirror, options, &old, &new, all);
    return tell(&checks, all ? "Every entry is as the checkpoint says." : "The log has only grown.",
                describe(&new), options->as_json);
}

static int verify_mirror(const struct options *options, const char *path, int all)
{
    struct mirror *mirror = NULL;
    struct trust trust;
    int code = read_trust(&trust, options);

    if (code == INPUT_GO_ON) {
        const enum pobf_status status = mirror_open(&mirror, path);

        code = status == POBF_OK ? check_mirror(mirror, path, options, &trust.audit, all)
                                 : talk_error(status, path, NULL);
    }
    mirror_close(mirror);
    return code;
}

/* From a COSE Receipt, which takes no copy of the log. */
static int verify_growth(const struct options *options, const char *path)
{
    struct checks checks = {.count = 0};
    struct checkpoint old = {.size = 0};
    struct input proof = {0};
    struct trust trust;
    int code = read_trust(&trust, options);

    if (code == INPUT_GO_ON) {
        code = input_read(&proof, path);
    }
    if (code == INPUT_GO_ON) {
        code = read_old(&checks, &old, options->old_path, &trust.audit);
    }
    if (code == INPUT_GO_ON) {
        audit_cose_consistency(&checks, &old, proof.bytes, proof.size, &trust.audit);
        code = tell(&checks, "The log has only grown.",
                    json_pack("{s:s, s:I}", "origin", old.origin, "old_size", (json_int_t)old.size),
                    options->as_json);
    }
    input_free(&proof);
    return code;
}

static int consistency_main(int argc, char **argv)
{
    struct options options = {0};
    const struct cli_option table[] = {
        {"old", CLI_VALUE, &options.old_path, "FILE", "a checkpoint that was kept"},
        VKEY_OPTION(&options),
        JSON_OPTION(&options),
    };
    const struct cli_usage usage = {
        "pobf log verify-consistency FOLDER|FILE.cose --old FILE (--vkey FILE | --policy FILE) "
        "[--json]",
        "Check, offline, that a log has only grown since a checkpoint: by the log, a copy of it, "
        "or\n"
        "a COSE Receipt of consistency (RFC 9942).",
        table,
        sizeof table / sizeof table[0],
        1,
        1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code < 0 && options.old_path == NULL) {
        return talk_error(POBF_E_USAGE, "--old", "is missing");
    }
    if (code >= 0) {
        return code;
    }
    return file_is_folder(argv[1]) ? verify_mirror(&options, argv[1], 0)
                                   : verify_growth(&options, argv[1]);
}

static int audit_main(int argc, char **argv)
{
    struct options options = {0};
    const struct cli_option table[] = {
        {"old", CLI_VALUE, &options.old_path, "FILE", "a checkpoint that was kept"},
        VKEY_OPTION(&options),
        JSON_OPTION(&options),
    };
    const struct cli_usage usage = {
        "pobf log audit FOLDER (--vkey FILE | --policy FILE) [--old FILE] [--json]",
        "Hash every entry of a log, or of a copy of it, again, and compare every tile.",
        table,
        sizeof table / sizeof table[0],
        1,
        1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : verify_mirror(&options, argv[1], 1);
}

int log_main(int argc, char **argv)
{
    static const struct cli_command commands[] = {
        {"verify-inclusion", inclusion_main, "is this receipt in the log?"},
        {"verify-consistency", consistency_main, "has the log only grown?"},
        {"audit", audit_main, "is every entry as the checkpoint says?"},
        {"gaps", gaps_main, "are receipts missing?"},
    };

    return cli_dispatch("pobf log", "check a log of receipts, offline", commands,
                        sizeof commands / sizeof *commands, argc, argv);
}
