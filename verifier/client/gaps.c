#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include <sodium.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/plural.h"
#include "edge/cli/talk.h"
#include "edge/statement/alarm.h"
#include "edge/statement/intent.h"
#include "verifier/client/commands.h"
#include "verifier/client/folder.h"
#include "verifier/client/input.h"
#include "verifier/client/kind.h"
#include "verifier/log/gaps.h"
#include "verifier/log/mirror.h"
#include "verifier/log/ongoing.h"

enum { OPERANDS_MAX = 4096, PATH_ROOM = 4096 };

/* What is looked through, and what was found that is of no boot. */
struct search {
    struct gaps *gaps;
    size_t journals;    /* of hosts that work there, or were killed */
    size_t torn;        /* of these, which may hold more than could be read */
    json_t *log_alarms; /* what hosts state of their logs */
};

static int refuse_entry(const char *where)
{
    return talk_refuse(where, "a receipt", "something else",
                       "a log of pobf holds receipts and nothing else");
}

static enum pobf_status add_alarm(struct search *search, const struct input *input)
{
    json_t *alarm = kind_json(KIND_ALARM, input);

    if (alarm == NULL) {
        return POBF_E_INPUT;
    }
    return json_array_append_new(search->log_alarms, alarm) == 0 ? POBF_OK : POBF_E_SYSTEM;
}

static enum pobf_status add_input(struct search *search, const struct input *input)
{
    if (alarm_is(input->bytes, input->size)) {
        return add_alarm(search, input);
    }
    return intent_is(input->bytes, input->size)
               ? gaps_add_crash(search->gaps, input->bytes, input->size)
               : gaps_add(search->gaps, input->bytes, input->size);
}

static int add_file(struct search *search, const char *path)
{
    struct input input;
    int code = input_read(&input, path);

    if (code == INPUT_GO_ON) {
        const enum pobf_status status = add_input(search, &input);

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
    struct search *search;
    size_t count;
    int code;
};

static int is_looked_at(const char *path)
{
    return folder_is_named(path, ".receipt") || folder_is_named(path, ".crashed") ||
           folder_is_named(path, ".alarm");
}

static enum pobf_status take_receipt(void *context, const uint8_t *bytes, size_t size)
{
    const struct search *search = context;

    return gaps_add(search->gaps, bytes, size);
}

static enum pobf_status take_open(void *context, const struct intent *intent)
{
    const struct search *search = context;

    return gaps_add_intent(search->gaps, intent);
}

static int add_journal(struct search *search, const char *path)
{
    const struct ongoing ongoing = {take_receipt, take_open, search};
    struct input input;
    const int code = input_read(&input, path);

    search->journals++;
    if (code == INPUT_GO_ON && ongoing_read(input.bytes, input.size, &ongoing) != POBF_OK) {
        search->torn++;
        talk_say("%s: %s", path, ongoing_torn);
    }
    input_free(&input);
    return code;
}

static void take(void *context, const char *path, enum folder_entry entry)
{
    struct harvest *harvest = context;

    if (harvest->code != INPUT_GO_ON || folder_is_part(path)) {
        return;
    }
    if (entry == FOLDER_UNREADABLE) {
        harvest->code = talk_error(POBF_E_SYSTEM, path, "it cannot be read");
    } else if (is_looked_at(path)) {
        harvest->count++;
        harvest->code = entry == FOLDER_FILE ? add_file(harvest->search, path) : refuse_entry(path);
    }
}

/* Last, so that no receipt is missed that a host has recorded meanwhile. */
static void take_later(void *context, const char *path, enum folder_entry entry)
{
    struct harvest *harvest = context;

    if (harvest->code == INPUT_GO_ON && entry == FOLDER_FILE && folder_is_journal(path)) {
        harvest->code = add_journal(harvest->search, path);
    }
}

static int add_folder(struct search *search, const char *path)
{
    struct harvest harvest = {search, 0, INPUT_GO_ON};
    const size_t journals = search->journals;

    folder_walk(path, take, &harvest);
    folder_walk(path, take_later, &harvest);
    if (harvest.code == INPUT_GO_ON && harvest.count + search->journals - journals == 0) {
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

static int add_path(struct search *search, const char *path)
{
    if (!file_is_folder(path)) {
        return add_file(search, path);
    }
    return has_checkpoint(path) ? add_log(search->gaps, path) : add_folder(search, path);
}

/* Everything that is told, as text or as JSON. */
struct telling {
    int as_json;
    json_t *gaps, *open;
};

static const char *const sentences[] = {
    [GAP_MISSING] = "receipts are missing",
    [GAP_FORK] = "two receipts have the same number",
    [GAP_CHAIN] = "the receipt does not name the one before it",
    [GAP_CRASH] = "no receipt: forgotten by crash, by the host's word alone",
    [GAP_DENIED] = "the host says it was forgotten by crash; receipts show otherwise",
    [GAP_OPEN] = "open: the call has begun, and its host has not said yet how it ended",
};

static void tell(void *context, const struct gap *gap)
{
    struct telling *telling = context;
    char boot[2 * POBF_BOOT_ID_BYTES + 1];

    if (telling->as_json) {
        json_array_append_new(gap->kind == GAP_OPEN ? telling->open : telling->gaps, gap_json(gap));
        return;
    }
    sodium_bin2hex(boot, sizeof boot, gap->boot_id, sizeof gap->boot_id);
    printf("boot %s: %" PRIu64, boot, gap->from);
    if (gap->to != gap->from) {
        printf(" to %" PRIu64, gap->to);
    }
    printf(": %s\n", gap->kind == GAP_MISSING && gap->to == gap->from ? "the receipt is missing"
                                                                      : sentences[gap->kind]);
}

static void print_alarms(const json_t *alarms)
{
    static const char *const says[ALARM_KINDS] = {
        [ALARM_FORKED] = "it has forked, its own signatures show it",
        [ALARM_SHRUNK] = "it has shrunk, by the host's word",
        [ALARM_UNPROVED] = "it did not show that it has only grown, by the host's word",
    };
    size_t index;
    json_t *alarm;

    json_array_foreach(alarms, index, alarm)
    {
        const char *word = json_string_value(json_object_get(alarm, "kind"));
        int kind = 0;

        while (kind + 1 < ALARM_KINDS && strcmp(alarm_word((enum alarm_kind)kind), word) != 0) {
            kind++;
        }
        printf("log %s: trees of %lld and %lld entries: %s\n",
               json_string_value(json_object_get(alarm, "log")),
               (long long)json_integer_value(json_object_get(alarm, "before")),
               (long long)json_integer_value(json_object_get(alarm, "after")), says[kind]);
    }
}

static int code_of(const struct search *search, const struct gaps_sum *sum, uint64_t alarms)
{
    if (alarms > 0) {
        return 1;
    }
    return sum->receipts > 0 && sum->open == 0 && search->torn == 0 ? 0 : 3;
}

static void print_sum(const struct gaps_sum *sum, uint64_t alarms)
{
    printf("%" PRIu64 " %s of %" PRIu64 " %s, %" PRIu64 " %s", sum->receipts,
           plural(sum->receipts, "receipt", "receipts"), sum->boots,
           plural(sum->boots, "boot", "boots"), alarms, plural(alarms, "alarm", "alarms"));
    if (sum->open > 0) {
        printf(", %" PRIu64 " open", sum->open);
    }
    putchar('\n');
}

static int find(const struct search *search, int as_json)
{
    struct telling telling = {as_json, json_array(), json_array()};
    const struct gaps_sum sum = gaps_find(search->gaps, tell, &telling);
    const uint64_t alarms = sum.count + json_array_size(search->log_alarms);
    const int code = code_of(search, &sum, alarms);

    if (as_json) {
        object_print(json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:O, s:i}", "receipts",
                               (json_int_t)sum.receipts, "journals", (json_int_t)search->journals,
                               "crashes", (json_int_t)sum.crashes, "repeated",
                               (json_int_t)sum.repeated, "boots", (json_int_t)sum.boots, "gaps",
                               telling.gaps, "open", telling.open, "log_alarms", search->log_alarms,
                               "exit_code", code));
        return code;
    }
    json_decref(telling.gaps);
    json_decref(telling.open);
    print_alarms(search->log_alarms);
    print_sum(&sum, alarms);
    return code;
}

static int run(char **paths, size_t count, int as_json)
{
    struct search search = {.log_alarms = json_array()};
    int code =
        gaps_open(&search.gaps) == POBF_OK ? INPUT_GO_ON : talk_error(POBF_E_SYSTEM, "gaps", NULL);

    for (size_t i = 0; i < count && code == INPUT_GO_ON; i++) {
        code = add_path(&search, paths[i]);
    }
    if (code == INPUT_GO_ON) {
        code = find(&search, as_json);
    }
    gaps_close(search.gaps);
    json_decref(search.log_alarms);
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
        "task that a crash forgot, or of a log that forked, shrank or hid how it grew.\n"
        "Signatures are for pobf verify, the log's own for audit.",
        table,
        sizeof table / sizeof table[0],
        1,
        OPERANDS_MAX};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : run(argv + 1, operands, as_json);
}
