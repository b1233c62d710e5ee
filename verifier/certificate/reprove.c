#include "verifier/certificate/reprove.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/run.h"
#include "edge/cli/talk.h"
#include "edge/findings/goals.h"

enum { FACTS_MAX = 1 << 20, PROGRAM_MAX = 256 << 20, WHAT_ROOM = 96 };

/* The programs whose word we take. */
static const char *const tools[] = {"frama-c", "why3", "cvc4", "z3", "coqc", "gcc", "ld", "jq"};
enum { TOOLS = sizeof tools / sizeof *tools };

/* What the proof driver must ask Frama-C for, else its goals are not the ones we mean. */
static const char *const wanted_options[] = {"-machdep gcc_x86_64", "-wp-rte", "-wp-smoke-tests",
                                             "annot:missing-spec=abort"};
static const char driver[] = "proofs/wp.sh";

static int inside(char path[TREE_PATH_ROOM], const char *folder, const char *name)
{
    return snprintf(path, TREE_PATH_ROOM, "%s/%s", folder, name) < TREE_PATH_ROOM;
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

/*
 * A tool by what it is (its program's digest) and what it says of itself, from a line of
 * tools.sh.
 */
static enum pobf_status add_tool(json_t *configuration, char *line)
{
    const char *name = strsep(&line, "\t");
    const char *program = line != NULL ? strsep(&line, "\t") : NULL;
    uint8_t digest[POBF_DIGEST_BYTES];
    enum pobf_status status = POBF_E_INPUT;

    if (line != NULL) {
        status = digest_file(digest, program);
    }
    if (status != POBF_OK) {
        talk_error(POBF_E_MISSING, name, "its program cannot be read");
        return POBF_E_MISSING;
    }
    json_array_append_new(
        configuration,
        statement_item(name, digest, json_pack("{s:s}", STATEMENT_TAG "version", line)));
    return POBF_OK;
}

enum pobf_status reprove_tools(struct rebuild *rebuild, struct statement *statement)
{
    const char *arguments[TOOLS + 3] = {"sh"};
    char script[TREE_PATH_ROOM], output[TREE_PATH_ROOM];
    enum pobf_status status = POBF_E_SPACE;
    uint8_t *text = NULL;
    size_t size = 0;
    char *rest;

    arguments[1] = script;
    memcpy(arguments + 2, tools, sizeof tools);
    if (inside(script, rebuild->share, "proofs/tools.sh") &&
        inside(output, rebuild->folder, "output")) {
        status = run_program(&(struct run){arguments, rebuild->folder, output, rebuild->log});
    }
    if (status != POBF_OK) {
        rebuild_show_log(rebuild);
        talk_error(POBF_E_MISSING, "certify", "not all tools are here in the versions it needs");
        return POBF_E_MISSING;
    }
    status = file_read(&text, &size, output, FACTS_MAX);
    rest = (char *)text;
    for (char *line; status == POBF_OK && (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        status = add_tool(statement->configuration, line);
    }
    file_free(text, size);
    return status;
}

/* The proof driver by its digest, and those of its options that a reader looks for. */
static enum pobf_status add_options(struct rebuild *rebuild, json_t *configuration)
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
            status = rebuild_refuse(rebuild, "options", driver, wanted_options[i], "no such option",
                                    NULL);
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

/* The report of a module, where it has been proved, or tried. */
static int report_of(char report[TREE_PATH_ROOM], const struct rebuild *rebuild, const char *path)
{
    return fnmatch("*.c", path, 0) == 0 &&
           snprintf(report, TREE_PATH_ROOM, "%s/build/%.*s.proved.json", rebuild->copy[0].tree,
                    (int)strlen(path) - 2, path) < TREE_PATH_ROOM &&
           access(report, F_OK) == 0;
}

/* A stamp says that the gate let it pass; the goals are counted here once more. */
static enum pobf_status add_module(struct rebuild *rebuild, struct statement *statement,
                                   json_t *modules, const char *path)
{
    char report[TREE_PATH_ROOM];
    struct goals goals = {0};
    enum pobf_status status = POBF_E_MISSING;

    if (report_of(report, rebuild, path)) {
        status = goals_count(&goals, report);
        report[strlen(report) - strlen(".json")] = '\0';
    }
    if (status != POBF_OK || access(report, F_OK) != 0) {
        return rebuild_refuse(rebuild, "proof", path, "a proof", "none", NULL);
    }
    json_array_append_new(modules,
                          json_pack("{s:s, s:I, s:I}", "file", path, "proved",
                                    (json_int_t)goals.proved, "goals", (json_int_t)goals.total));
    json_array_append_new(statement->tests, json_string(path));
    statement->facts.proved += goals.proved;
    statement->facts.goals += goals.total;
    statement->modules++;
    return POBF_OK;
}

static int is_in(const json_t *files, const char *path)
{
    const json_t *file;
    size_t i;

    json_array_foreach(files, i, file)
    {
        if (json_is_string(file) && strcmp(json_string_value(file), path) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Every module of framework/, and whatever else the summary has counted. */
static enum pobf_status add_modules(struct rebuild *rebuild, struct statement *statement,
                                    json_t *modules, const json_t *files)
{
    enum pobf_status status = POBF_OK;

    for (size_t i = 0; status == POBF_OK && i < rebuild->source.count; i++) {
        const char *path = rebuild->source.path[i];

        if (fnmatch("framework/*/*.c", path, FNM_PATHNAME) == 0 || is_in(files, path)) {
            status = add_module(rebuild, statement, modules, path);
        }
    }
    return status;
}

/* All properties of all modules that were tried; those that are not proved are told. */
static void find_goals(struct rebuild *rebuild)
{
    json_t *found = json_array();

    for (size_t i = 0; i < rebuild->source.count; i++) {
        char report[TREE_PATH_ROOM];

        if (report_of(report, rebuild, rebuild->source.path[i]) &&
            goals_find(found, report, rebuild->copy[0].tree) != POBF_OK) {
            findings_add(found, &(struct finding){.rule = "proof",
                                                  .name = rebuild->source.path[i],
                                                  .file = rebuild->source.path[i],
                                                  .message = "its properties are not listed"});
        }
    }
    findings_say(found);
    json_array_extend(rebuild->findings, found);
    json_decref(found);
}

/* The totals that `make prove` leaves must be the ones that are counted here. */
static enum pobf_status judge_totals(struct rebuild *rebuild, const struct statement *statement,
                                     const json_t *totals)
{
    const struct certificate *facts = &statement->facts;
    json_int_t proved = -1, goals = -1, modules = -1;
    char expected[WHAT_ROOM], seen[WHAT_ROOM];

    (void)json_unpack((json_t *)(uintptr_t)totals, "{s:I, s:I, s:I}", "proved", &proved, "goals",
                      &goals, "modules", &modules);
    snprintf(expected, sizeof expected, "all of %" PRIu64 " goals in %" PRIu64 " modules",
             facts->goals, statement->modules);
    snprintf(seen, sizeof seen,
             "%" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT " in %" JSON_INTEGER_FORMAT,
             proved, goals, modules);
    if (facts->goals == 0 || facts->proved != facts->goals || proved != goals ||
        goals != (json_int_t)facts->goals || modules != (json_int_t)statement->modules) {
        return rebuild_refuse(rebuild, "proof", "proofs", expected, seen, NULL);
    }
    talk_say("proved: %" PRIu64 " of %" PRIu64 " goals in %" PRIu64 " modules", facts->proved,
             facts->goals, statement->modules);
    return POBF_OK;
}

static enum pobf_status count_modules(struct rebuild *rebuild, struct statement *statement,
                                      json_t *modules)
{
    char path[TREE_PATH_ROOM];
    json_t *totals = NULL;
    enum pobf_status status;

    if (inside(path, rebuild->copy[0].tree, "build/proofs.json")) {
        totals = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    }
    status = add_modules(rebuild, statement, modules, json_object_get(totals, "files"));
    if (status == POBF_OK) {
        status = judge_totals(rebuild, statement, totals);
    }
    json_decref(totals);
    return status;
}

/* One of the harness' own judgements: its words are shown where it refuses. */
static enum pobf_status judge_by(struct rebuild *rebuild, const char *what,
                                 const char *const *arguments)
{
    const enum pobf_status status =
        rebuild_run(rebuild, what, arguments, rebuild->copy[0].tree, NULL);

    if (status == POBF_OK) {
        rebuild_pass(rebuild, "proof", what);
    }
    return status;
}

/* -k: what else is not proved is asked for too. */
static enum pobf_status prove(struct rebuild *rebuild)
{
    const char *const arguments[] = {"make", "-k", "-f", "Makefile", "B=build", "prove", NULL};
    const enum pobf_status status = judge_by(rebuild, "the proofs", arguments);

    if (status == POBF_OK || status == POBF_E_REFUSED) {
        find_goals(rebuild);
    }
    return status;
}

static enum pobf_status check_theory(struct rebuild *rebuild, struct levels_parts *parts)
{
    const char *const arguments[] = {"make", "-f", "Makefile", "B=build", "theory", NULL};
    char path[TREE_PATH_ROOM];
    enum pobf_status status;

    talk_say("checking the theory");
    status = judge_by(rebuild, "the theory", arguments);
    if (status == POBF_OK && inside(path, rebuild->copy[0].tree, "build/theory.json")) {
        parts->theory = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    }
    return status != POBF_OK || parts->theory != NULL
               ? status
               : rebuild_refuse(rebuild, "proof", "build/theory.json", "a result", "none", NULL);
}

enum pobf_status reprove_run(struct rebuild *rebuild, struct statement *statement,
                             struct levels_parts *parts)
{
    const char *const assumptions[] = {"sh", "proofs/assumptions.sh", "--check", NULL};
    enum pobf_status status;

    talk_say("proving, which takes minutes");
    parts->modules = json_array();
    status = prove(rebuild);
    if (status == POBF_OK) {
        status = count_modules(rebuild, statement, parts->modules);
    }
    if (status == POBF_OK) {
        status = judge_by(rebuild, "the list of what is assumed", assumptions);
    }
    if (status == POBF_OK) {
        status = add_assumptions(rebuild, statement->configuration);
    }
    if (status == POBF_OK) {
        status = add_options(rebuild, statement->configuration);
    }
    return status == POBF_OK ? check_theory(rebuild, parts) : status;
}
