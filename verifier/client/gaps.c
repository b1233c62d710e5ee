#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include <sodium.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "edge/statement/intent.h"
#include "verifier/client/commands.h"
#include "verifier/client/folder.h"
#include "verifier/client/input.h"
#include "verifier/log/gaps.h"
#include "verifier/log/mirror.h"

enum { OPERANDS_MAX = 4096, PATH_ROOM = 4096 };

static int refuse_entry(const char *where)
{
    return talk_refuse(where, "a receipt", "something else",
                       "a log of pobf holds receipts and nothing else");
}

static int add_file(struct gaps *gaps, const char *path)
{
    struct input input;
    int code = input_read(&input, path);

    if (code == INPUT_GO_ON) {
        const enum pobf_status status = intent_is(input.bytes, input.size)
                                            ? gaps_add_crash(gaps, input.bytes, input.size)
                                            : gaps_add(gaps, input.bytes, input.size);

        if (status == POBF_E_INPUT) {
            code = refuse_entry(path);
        } else if (status != POBF_OK) {
            code = talk_error(status, path, NULL);
        }
    }
    input_free(&input);
    return code;
}

static enum pobf_status add_bundle(struct gaps *gaps, struct mirror *mirror, uint64_t index,
                                   uint64_t size)
{
    struct bundle bundle;
    enum pobf_status status = mirror_bundle(mirror, &bundle, index, size);

    for (uint32_t i = 0; i < bundle.count && status == POBF_OK; i++) {
        status = gaps_add(gaps, bundle.entry[i], bundle.entry_size[i]);
    }
    bundle_free(&bundle);
    return status;
}

/* How many entries the log says it has; who signed that is for `pobf log audit`. */
static enum pobf_status size_of(const struct mirror *mirror, uint64_t *size)
{
    struct checkpoint checkpoint;
    struct note note;
    char *bytes;
    size_t bytes_size;
    enum pobf_status status = mirror_checkpoint(mirror, &bytes, &bytes_size);

    if (status == POBF_OK) {
        status = note_split(&note, bytes, bytes_size);
    }
    if (status == POBF_OK) {
        status = checkpoint_parse(&checkpoint, &note);
    }
    *size = status == POBF_OK ? checkpoint.size : 0;
    input_free(&(struct input){(uint8_t *)bytes, bytes_size});
    return status;
}

static int add_log(struct gaps *gaps, const char *path)
{
    struct mirror *mirror;
    uint64_t size = 0;
    enum pobf_status status = mirror_open(&mirror, path);

    if (status == POBF_OK) {
        status = size_of(mirror, &size);
    }
    for (uint64_t index = 0; index * TILE_WIDTH < size && status == POBF_OK; index++) {
        status = add_bundle(gaps, mirror, index, size);
    }
    mirror_close(mirror);
    return status == POBF_OK ? INPUT_GO_ON
                             : talk_error(status, path, "it is no whole log of receipts");
}

/* The folder of a host's receipts, as it stands. */
struct harvest {
    struct gaps *gaps;
    size_t count;
    size_t journals; /* of hosts that work there, or were killed: what is open is not told */
    int code;
};

static void take(void *context, const char *path, enum folder_entry entry)
{
    struct harvest *harvest = context;

    if (harvest->code != INPUT_GO_ON) {
        return;
    }
    if (entry == FOLDER_UNREADABLE) {
        harvest->code = talk_error(POBF_E_SYSTEM, path, "it cannot be read");
    } else if (folder_is_journal(path)) {
        harvest->journals++;
        talk_say("%s: a host works here, or was killed: the next one that serves from this folder "
                 "states what is open",
                 path);
    } else if (folder_is_named(path, ".receipt") || folder_is_named(path, ".crashed")) {
        harvest->count++;
        harvest->code = entry == FOLDER_FILE ? add_file(harvest->gaps, path) : refuse_entry(path);
    }
}

static int add_folder(struct gaps *gaps, size_t *journals, const char *path)
{
    struct harvest harvest = {gaps, 0, 0, INPUT_GO_ON};

    folder_walk(path, take, &harvest);
    *journals += harvest.journals;
    if (harvest.code == INPUT_GO_ON && harvest.count + harvest.journals == 0) {
        return talk_error(POBF_E_MISSING, path,
                          "it is neither a log (no checkpoint) nor a folder of receipts");
    }
    return harvest.code;
}

static int has_checkpoint(const char *path)
{
    char inner[PATH_ROOM];
    struct stat facts;

    return (size_t)snprintf(inner, sizeof inner, "%s/checkpoint", path) >= sizeof inner ||
           lstat(inner, &facts) == 0;
}

static int add_path(struct gaps *gaps, size_t *journals, const char *path)
{
    if (!file_is_folder(path)) {
        return add_file(gaps, path);
    }
    return has_checkpoint(path) ? add_log(gaps, path) : add_folder(gaps, journals, path);
}

/* Everything that is told, as text or as JSON. */
struct telling {
    int as_json;
    json_t *gaps;
};

static const char *const sentences[] = {
    [GAP_MISSING] = "receipts are missing",
    [GAP_FORK] = "two receipts have the same number",
    [GAP_CHAIN] = "the receipt does not name the one before it",
    [GAP_CRASH] = "no receipt: forgotten by crash, by the host's word alone",
    [GAP_DENIED] = "the host says it was forgotten by crash; receipts show otherwise",
};

static void tell(void *context, const struct gap *gap)
{
    struct telling *telling = context;
    char boot[2 * POBF_BOOT_ID_BYTES + 1];

    if (telling->as_json) {
        json_array_append_new(telling->gaps, gap_json(gap));
        return;
    }
    sodium_bin2hex(boot, sizeof boot, gap->boot_id, sizeof gap->boot_id);
    printf("boot %s: %" PRIu64, boot, gap->from);
    if (gap->to != gap->from) {
        printf(" to %" PRIu64, gap->to);
    }
    printf(": %s\n", sentences[gap->kind]);
}

/* What a journal keeps is not known, so with one there is no "none is missing". */
static int find(struct gaps *gaps, size_t journals, int as_json)
{
    struct telling telling = {as_json, json_array()};
    const struct gaps_sum sum = gaps_find(gaps, tell, &telling);
    const int code = sum.count > 0 ? 1 : sum.receipts > 0 && journals == 0 ? 0 : 3;

    if (as_json) {
        object_print(json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:i}", "receipts",
                               (json_int_t)sum.receipts, "journals", (json_int_t)journals,
                               "crashes", (json_int_t)sum.crashes, "repeated",
                               (json_int_t)sum.repeated, "boots", (json_int_t)sum.boots, "gaps",
                               telling.gaps, "exit_code", code));
        return code;
    }
    json_decref(telling.gaps);
    printf("%" PRIu64 " receipts of %" PRIu64 " boots, %" PRIu64 " alarms\n", sum.receipts,
           sum.boots, sum.count);
    return code;
}

static int run(char **paths, size_t count, int as_json)
{
    struct gaps *gaps;
    size_t journals = 0;
    int code = gaps_open(&gaps) == POBF_OK ? INPUT_GO_ON : talk_error(POBF_E_SYSTEM, "gaps", NULL);

    for (size_t i = 0; i < count && code == INPUT_GO_ON; i++) {
        code = add_path(gaps, &journals, paths[i]);
    }
    if (code == INPUT_GO_ON) {
        code = find(gaps, journals, as_json);
    }
    gaps_close(gaps);
    return code;
}

int gaps_main(int argc, char **argv)
{
    int as_json = 0;
    const struct cli_option table[] = {
        {"json", CLI_FLAG, &as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf log gaps (FOLDER | RECEIPT | STATEMENT)... [--json]",
        "Look for receipts that are missing, forked or out of their chain, boot by boot. A folder\n"
        "is a log, a copy of it, or a host's --receipts; a statement is what a host says of a\n"
        "task that a crash forgot.\n"
        "Signatures are for pobf verify, the log's own for audit.",
        table,
        sizeof table / sizeof table[0],
        1,
        OPERANDS_MAX};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : run(argv + 1, operands, as_json);
}
