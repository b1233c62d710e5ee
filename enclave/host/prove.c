#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/run.h"
#include "edge/cli/scratch.h"
#include "edge/cli/talk.h"
#include "edge/findings/goals.h"
#include "enclave/host/commands.h"

enum { VALUE_ROOM = 64, LOG_MAX = 64 << 20, PART_ROOM = PLACE_ROOM + 512 };

struct order {
    const char *folder;
    uint64_t timeout_s;
    int as_json;
    struct findings_paths paths;
};

/* One run: where things are, and what came out so far. */
struct proof {
    const struct order *order;
    char share[PLACE_ROOM];
    char scratch[PLACE_ROOM];
    char log[PART_ROOM];
    json_t *findings;
    struct goals goals;
};

static int is_source(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);

    return length > 2 && entry->d_name[0] != '.' && strcmp(entry->d_name + length - 2, ".c") == 0;
}

/* By bytes: the order must not depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* What a script of the share folder said, on our stderr. */
static void show_log(const struct proof *proof)
{
    uint8_t *bytes;
    size_t size;

    if (file_read(&bytes, &size, proof->log, LOG_MAX) == POBF_OK) {
        fwrite(bytes, 1, size, stderr);
        file_free(bytes, size);
    }
}

/* Run a script of the share folder in the project's; its log begins anew. */
static enum pobf_status run_script(const struct proof *proof, const char *name,
                                   const char *const *rest)
{
    char script[PART_ROOM], timeout[VALUE_ROOM], home[PART_ROOM];
    const char *arguments[16] = {"env", home, timeout, "sh", script};
    size_t count = 5;

    snprintf(script, sizeof script, "%s/proofs/%s", proof->share, name);
    snprintf(timeout, sizeof timeout, "POBF_WP_TIMEOUT=%" PRIu64, proof->order->timeout_s);
    snprintf(home, sizeof home, "HOME=%s", proof->scratch);
    while (*rest != NULL) {
        arguments[count++] = *rest++;
    }
    remove(proof->log);
    return run_program(&(struct run){arguments, proof->order->folder, NULL, proof->log});
}

/* 3 is the scripts' word for a tool that is missing, or is another version than the proofs need. */
static enum pobf_status find_tools(const struct proof *proof)
{
    static const char *const names[] = {"frama-c", "why3", "cvc4", "z3", "jq", "gcc", NULL};

    if (run_script(proof, "tools.sh", names) == POBF_OK) {
        return POBF_OK;
    }
    show_log(proof);
    talk_error(POBF_E_MISSING, "prove", "not all tools are here that proofs need");
    return POBF_E_MISSING;
}

/* What the scripts refuse without a property of its own, line by line: the last word is theirs. */
static void add_refusals(struct proof *proof, const char *source, const char *rule)
{
    uint8_t *bytes;
    size_t size;
    char *rest;

    if (file_read(&bytes, &size, proof->log, LOG_MAX) != POBF_OK) {
        bytes = NULL;
    }
    rest = (char *)bytes;
    for (const char *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (*line != '\0') {
            findings_add(
                proof->findings,
                &(struct finding){.rule = rule, .name = source, .file = source, .message = line});
        }
    }
    file_free(bytes, size);
}

/* A name that a tool could take for an option, or for two names, is no name of a module. */
static int is_plain(const char *name)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.";

    return name[0] != '-' && name[strspn(name, plain)] == '\0';
}

static enum pobf_status prove_one(struct proof *proof, const char *source)
{
    char report[PART_ROOM], headers[PART_ROOM];
    const char *const as_compiled[] = {source, NULL};
    const char *const arguments[] = {source, report, headers, NULL};
    const size_t failed = findings_failed(proof->findings);
    struct goals goals = {0};
    enum pobf_status status;

    if (!is_plain(source)) {
        findings_add(proof->findings,
                     &(struct finding){.rule = "name",
                                       .name = "a module",
                                       .file = source,
                                       .message = "its name may hold letters, digits and _-+."});
        return POBF_E_REFUSED;
    }
    snprintf(report, sizeof report, "%s/%.400s.json", proof->scratch, source);
    snprintf(headers, sizeof headers, "%s/enclave/function", proof->share);
    status = run_script(proof, "twin.sh", as_compiled);
    if (status == POBF_E_REFUSED) {
        add_refusals(proof, source, "proved is what is compiled");
        return status;
    }
    if (status == POBF_OK) {
        status = run_script(proof, "wp.sh", arguments);
    }
    if (status != POBF_OK && status != POBF_E_REFUSED) {
        talk_error(status, "prove", run_interrupted() ? "interrupted" : "it cannot be started");
        return status;
    }
    if (goals_find(proof->findings, report, proof->order->folder) != POBF_OK ||
        goals_count(&goals, report) != POBF_OK) {
        status = POBF_E_REFUSED;
    }
    proof->goals.proved += goals.proved;
    proof->goals.total += goals.total;
    if (status == POBF_E_REFUSED && findings_failed(proof->findings) == failed) {
        add_refusals(proof, source, "gate");
    }
    return status;
}

/* All of them, also where one is refused: what is wrong with the next one is asked for too. */
static enum pobf_status prove_all(struct proof *proof)
{
    struct dirent **entries;
    const int count = scandir(proof->order->folder, &entries, is_source, by_name);
    enum pobf_status worst = POBF_OK;

    if (count <= 0) {
        talk_error(POBF_E_MISSING, proof->order->folder,
                   count < 0 ? strerror(errno) : "there is no *.c in it");
        worst = POBF_E_MISSING;
    }
    for (int i = 0; i < count; i++) {
        if (worst == POBF_OK || worst == POBF_E_REFUSED) {
            const enum pobf_status status = prove_one(proof, entries[i]->d_name);

            worst = status != POBF_OK ? status : worst;
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
    return worst;
}

static void print_result(const struct proof *proof, enum pobf_status status)
{
    const int told = status == POBF_OK || status == POBF_E_REFUSED;
    json_t *result;

    if (!proof->order->as_json) {
        if (told) {
            printf("%s: %" PRIu64 " of %" PRIu64 " goals\n",
                   status == POBF_OK ? "proved" : "NOT PROVED", proof->goals.proved,
                   proof->goals.total);
        }
        return;
    }
    result = json_pack("{s:s, s:I, s:I, s:O}", "verdict",
                       !told               ? "cannot tell"
                       : status == POBF_OK ? "yes"
                                           : "no",
                       "proved", (json_int_t)proof->goals.proved, "goals",
                       (json_int_t)proof->goals.total, "findings", proof->findings);
    json_dumpf(result, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(result);
}

static enum pobf_status prove(struct proof *proof)
{
    enum pobf_status status = place_share(proof->share);

    if (status != POBF_OK) {
        talk_error(status, "proofs/wp.sh", "it is not found; POBF_SHARE can say where it is");
        return status;
    }
    status = scratch_open(proof->scratch, "pobf-prove");
    snprintf(proof->log, sizeof proof->log, "%s/log", proof->scratch);
    if (status == POBF_OK) {
        status = find_tools(proof);
    }
    return status == POBF_OK ? prove_all(proof) : status;
}

static int run(const struct order *order)
{
    struct proof proof = {.order = order, .findings = json_array()};
    enum pobf_status status;

    run_guard();
    status = prove(&proof);
    findings_say(proof.findings);
    print_result(&proof, status);
    status = findings_write(&order->paths, "pobf-host prove", proof.findings, status);
    scratch_close(proof.scratch);
    json_decref(proof.findings);
    return talk_exit_code(status);
}

int prove_main(int argc, char **argv)
{
    struct order order = {.timeout_s = 60};
    const struct cli_option options[] = {
        {"timeout-s", CLI_NUMBER, &order.timeout_s, "N",
         "give up on a goal after N s (default: 60)"},
        {"json", CLI_FLAG, &order.as_json, NULL, "print one JSON object"},
        FINDINGS_OPTIONS(&order.paths),
    };
    const struct cli_usage usage = {
        "pobf-host prove FOLDER [option]...",
        "Prove the contracts of a function's *.c with Frama-C, and that it has no run-time error.\n"
        "What is not proved is listed by file and line, with its function and the clause's label.",
        options,
        sizeof options / sizeof options[0],
        1,
        1,
    };
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    if (order.timeout_s == 0 || order.timeout_s > 3600) {
        return talk_error(POBF_E_USAGE, "--timeout-s", "it is from 1 to 3600");
    }
    order.folder = argv[1];
    return run(&order);
}
