#include "verifier/certificate/reprove.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"

enum { FACTS_MAX = 1 << 20, PROGRAM_MAX = 256 << 20, VERSION_ROOM = 128, WHAT_ROOM = 64 };

/* The programs whose word we take, and how they tell their version. */
static const struct {
    const char *name, *option;
    int needed; /* 0: a prover that may be absent; what was not there proved nothing */
} tools[] = {
    {"frama-c", "-version", 1}, {"why3", "--version", 1}, {"cvc4", "--version", 0},
    {"z3", "--version", 0},     {"gcc", "--version", 1},  {"ld", "--version", 1},
};

/* What the proof driver must ask Frama-C for, else its goals are not the ones we mean. */
static const char *const wanted_options[] = {"-machdep gcc_x86_64", "-wp-rte", "-wp-smoke-tests",
                                             "annot:missing-spec=abort"};
static const char driver[] = "proofs/wp.sh";

static int inside(char path[TREE_PATH_ROOM], const char *folder, const char *name)
{
    return snprintf(path, TREE_PATH_ROOM, "%s/%s", folder, name) < TREE_PATH_ROOM;
}

/* Where PATH has a program; 0 where it has none. */
static int find_program(char path[TREE_PATH_ROOM], const char *name)
{
    const char *at = getenv("PATH");

    at = at != NULL ? at : "/usr/bin:/bin";
    while (*at != '\0') {
        const size_t length = strcspn(at, ":");

        if (snprintf(path, TREE_PATH_ROOM, "%.*s/%s", (int)length, at, name) < TREE_PATH_ROOM &&
            access(path, X_OK) == 0) {
            return 1;
        }
        at += length + (at[length] == ':');
    }
    return 0;
}

/* Run and read what it printed; to free by file_free. */
static enum pobf_status read_output(const struct rebuild *rebuild, const char *what,
                                    const char *const *arguments, uint8_t **bytes, size_t *size)
{
    char output[TREE_PATH_ROOM];
    enum pobf_status status = POBF_E_SPACE;

    *bytes = NULL;
    *size = 0;
    if (inside(output, rebuild->folder, "output")) {
        status = rebuild_run(rebuild, what, arguments, rebuild->copy[0].tree, output);
    }
    return status == POBF_OK ? file_read(bytes, size, output, FACTS_MAX) : status;
}

static enum pobf_status digest_file(uint8_t digest[POBF_DIGEST_BYTES], const char *path)
{
    uint8_t *bytes;
    size_t size;
    const enum pobf_status status = file_read(&bytes, &size, path, PROGRAM_MAX);

    if (status == POBF_OK) {
        crypto_hash_sha256(digest, bytes, size);
        file_free(bytes, size);
    }
    return status;
}

/* A tool by what it is (its program's digest) and what it says of itself (its first line). */
static enum pobf_status add_tool(const struct rebuild *rebuild, json_t *configuration,
                                 const char *name, const char *option)
{
    const char *const arguments[] = {name, option, NULL};
    uint8_t digest[POBF_DIGEST_BYTES];
    char path[TREE_PATH_ROOM], version[VERSION_ROOM];
    enum pobf_status status = POBF_E_MISSING;
    uint8_t *bytes;
    size_t size;

    if (find_program(path, name)) {
        status = digest_file(digest, path);
    }
    if (status != POBF_OK) {
        return status;
    }
    status = read_output(rebuild, name, arguments, &bytes, &size);
    if (status == POBF_OK) {
        snprintf(version, sizeof version, "%.*s", (int)strcspn((char *)bytes, "\n"), (char *)bytes);
        file_free(bytes, size);
        json_array_append_new(
            configuration,
            statement_item(name, digest, json_pack("{s:s}", STATEMENT_TAG "version", version)));
    }
    return status;
}

static enum pobf_status add_tools(const struct rebuild *rebuild, json_t *configuration)
{
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        const enum pobf_status status =
            add_tool(rebuild, configuration, tools[i].name, tools[i].option);

        if (status != POBF_OK && (status != POBF_E_MISSING || tools[i].needed)) {
            talk_error(status, tools[i].name, NULL);
            return status;
        }
    }
    return POBF_OK;
}

/* The proof driver by its digest, and those of its options that a reader looks for. */
static enum pobf_status add_options(const struct rebuild *rebuild, json_t *configuration)
{
    json_t *options = json_array();
    uint8_t digest[POBF_DIGEST_BYTES];
    char path[TREE_PATH_ROOM];
    enum pobf_status status = POBF_E_SPACE;
    uint8_t *text = NULL;
    size_t size = 0;

    if (inside(path, rebuild->copy[0].tree, driver)) {
        status = file_read(&text, &size, path, FACTS_MAX);
    }
    for (size_t i = 0; status == POBF_OK && i < sizeof wanted_options / sizeof *wanted_options;
         i++) {
        if (strstr((char *)text, wanted_options[i]) == NULL) {
            talk_refuse(driver, wanted_options[i], "no such option", NULL);
            status = POBF_E_REFUSED;
        }
        json_array_append_new(options, json_string(wanted_options[i]));
    }
    if (status == POBF_OK) {
        crypto_hash_sha256(digest, text, size);
        json_array_append_new(
            configuration,
            statement_item(driver, digest, json_pack("{s:O}", STATEMENT_TAG "options", options)));
    } else if (status != POBF_E_REFUSED) {
        talk_error(status, driver, NULL);
    }
    file_free(text, size);
    json_decref(options);
    return status;
}

static json_t *lines_of(char *text)
{
    json_t *lines = json_array();
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        json_array_append_new(lines, json_string(line));
    }
    return lines;
}

/* What the proofs assume, each with its source, as the tree's own script lists it. */
static enum pobf_status add_assumptions(const struct rebuild *rebuild, json_t *configuration)
{
    const char *const arguments[] = {"sh", "proofs/assumptions.sh", NULL};
    uint8_t digest[POBF_DIGEST_BYTES];
    uint8_t *text;
    size_t size;
    const enum pobf_status status =
        read_output(rebuild, "the list of assumptions", arguments, &text, &size);

    if (status == POBF_OK) {
        crypto_hash_sha256(digest, text, size);
        json_array_append_new(configuration,
                              statement_item("assumptions", digest,
                                             json_pack("{s:o}", STATEMENT_TAG "assumptions",
                                                       lines_of((char *)text))));
        file_free(text, size);
    }
    return status;
}

/* Every module of framework/ has left its stamp. */
static enum pobf_status add_modules(const struct rebuild *rebuild, struct statement *statement)
{
    for (size_t i = 0; i < rebuild->source.count; i++) {
        const char *path = rebuild->source.path[i];
        char stamp[TREE_PATH_ROOM];

        if (fnmatch("framework/*/*.c", path, FNM_PATHNAME) != 0) {
            continue;
        }
        if (snprintf(stamp, sizeof stamp, "%s/build/%.*s.proved", rebuild->copy[0].tree,
                     (int)strlen(path) - 2, path) >= (int)sizeof stamp ||
            access(stamp, F_OK) != 0) {
            talk_refuse(path, "a proof", "none", NULL);
            return POBF_E_REFUSED;
        }
        json_array_append_new(statement->tests, json_string(path));
    }
    return POBF_OK;
}

/* The totals that `make prove` leaves. */
static enum pobf_status read_totals(const struct rebuild *rebuild, struct statement *statement)
{
    json_int_t proved, goals, modules;
    char path[TREE_PATH_ROOM];
    json_t *totals = NULL;
    int parsed;

    if (inside(path, rebuild->copy[0].tree, "build/proofs.json")) {
        totals = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    }
    parsed = json_unpack(totals, "{s:I, s:I, s:I}", "proved", &proved, "goals", &goals, "modules",
                         &modules) == 0 &&
             proved >= 0 && goals >= 0 && modules >= 0;
    json_decref(totals);
    if (!parsed) {
        talk_error(POBF_E_MISSING, "build/proofs.json", "the totals of the proofs are not there");
        return POBF_E_MISSING;
    }
    statement->facts.proved = (uint64_t)proved;
    statement->facts.goals = (uint64_t)goals;
    statement->modules = (uint64_t)modules;
    return POBF_OK;
}

static enum pobf_status judge_totals(const struct statement *statement)
{
    const uint64_t proved = statement->facts.proved, goals = statement->facts.goals;
    const size_t modules = json_array_size(statement->tests);
    char expected[WHAT_ROOM], seen[WHAT_ROOM];

    snprintf(expected, sizeof expected, "all goals of %zu modules", modules);
    snprintf(seen, sizeof seen, "%" PRIu64 " of %" PRIu64 " in %" PRIu64 " modules", proved, goals,
             statement->modules);
    if (goals == 0 || proved != goals || modules == 0 || statement->modules != modules) {
        talk_refuse("proofs", expected, seen, NULL);
        return POBF_E_REFUSED;
    }
    talk_say("proved: %s", seen);
    return POBF_OK;
}

enum pobf_status reprove_run(struct rebuild *rebuild, struct statement *statement)
{
    const char *const arguments[] = {"make", "B=build", "prove", NULL};
    enum pobf_status status;

    talk_say("proving, which takes minutes");
    status = rebuild_run(rebuild, "the proofs", arguments, rebuild->copy[0].tree, NULL);
    if (status == POBF_OK) {
        status = read_totals(rebuild, statement);
    }
    if (status == POBF_OK) {
        status = add_modules(rebuild, statement);
    }
    if (status == POBF_OK) {
        status = judge_totals(statement);
    }
    if (status == POBF_OK) {
        status = add_tools(rebuild, statement->configuration);
    }
    if (status == POBF_OK) {
        status = add_options(rebuild, statement->configuration);
    }
    if (status == POBF_OK) {
        status = add_assumptions(rebuild, statement->configuration);
    }
    statement->passed = status == POBF_OK;
    return status;
}
