#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/cli/talk.h"
#include "verifier/client/commands.h"
#include "verifier/client/keep.h"
#include "verifier/client/policy.h"
#include "verifier/client/verdict.h"
#include "verifier/report/report.h"

struct options {
    struct policy policy;
    const char *receipt_path;
    const char *evidence_path;
    const char *exchange_path;
    const char *previous_path;
    const char *key_path;
    const char *out_path;
    int as_json;
};

struct files {
    struct input receipt, evidence, exchange, previous;
    struct key *key;
};

static int take_files(struct files *files, struct options *options)
{
    int code = policy_load(&options->policy);

    if (code == INPUT_GO_ON) {
        code = input_read(&files->receipt, options->receipt_path);
    }
    if (code == INPUT_GO_ON) {
        code = input_read(&files->evidence, options->evidence_path);
    }
    if (code == INPUT_GO_ON) {
        code = input_read(&files->exchange, options->exchange_path);
    }
    if (code == INPUT_GO_ON) {
        code = input_read(&files->previous, options->previous_path);
    }
    return code == INPUT_GO_ON ? input_key(&files->key, options->key_path) : code;
}

static void free_files(struct files *files)
{
    input_free(&files->receipt);
    input_free(&files->evidence);
    input_free(&files->exchange);
    input_free(&files->previous);
    key_close(files->key);
}

static void appraise(struct appraisal *appraisal, const struct files *files,
                     const struct policy *policy)
{
    const struct appraisal_policy judged_by = policy_of(policy);
    const struct appraisal_input input = {
        .scope = APPRAISAL_INVOCATION,
        .evidence = input_view(&files->evidence),
        .receipt = input_view(&files->receipt),
        .previous = input_view(&files->previous),
        .exchange = input_view(&files->exchange),
        .certificate = input_view(&policy->certificate),
    };

    appraisal_run(appraisal, &input, &judged_by);
}

static int print(const struct appraisal *appraisal, const struct report_options *how, int as_json)
{
    json_t *claims = report_claims(appraisal, how);

    if (claims == NULL) {
        return talk_error(POBF_E_SYSTEM, "report", NULL);
    }
    if (as_json) {
        verdict_print_json(claims);
    } else {
        report_print(claims);
        json_decref(claims);
    }
    return checks_exit_code(appraisal->verdict);
}

static int issue(const struct files *files, const struct options *options)
{
    const struct report_options how = {.key = files->key, .now_s = (uint64_t)time(NULL)};
    struct appraisal appraisal;
    struct keep keep = {.count = 0};
    enum pobf_status status;
    char *jwt;
    int code;

    appraise(&appraisal, files, &options->policy);
    status = report_issue(&jwt, &appraisal, &how);
    if (status != POBF_OK) {
        return talk_error(status, options->key_path,
                          status == POBF_E_KEY ? "is no private key" : NULL);
    }
    keep_add(&keep, options->out_path, "", (const uint8_t *)jwt, strlen(jwt), 0);
    code = keep_write(&keep);
    free(jwt);
    if (code != INPUT_GO_ON) {
        return code;
    }
    if (strcmp(options->out_path, "-") == 0) {
        return checks_exit_code(appraisal.verdict);
    }
    return print(&appraisal, &how, options->as_json);
}

static int run(struct options *options)
{
    struct files files = {.key = NULL};
    int code = take_files(&files, options);

    if (code == INPUT_GO_ON) {
        code = issue(&files, options);
    }
    free_files(&files);
    policy_close(&options->policy);
    return code;
}

/* NULL, or what is wrong with the options together. */
static const char *defect_of(const struct options *options)
{
    const char *const needed[] = {options->receipt_path, options->evidence_path,
                                  options->exchange_path, options->key_path};
    const size_t count = sizeof needed / sizeof needed[0];

    for (size_t i = 0; i < count; i++) {
        if (needed[i] == NULL || options->out_path == NULL) {
            return "needs --receipt, --evidence, --exchange, --key and --out";
        }
        if (strcmp(needed[i], options->out_path) == 0 && strcmp(needed[i], "-") != 0) {
            return "--out would replace what the report is made from";
        }
    }
    return NULL;
}

int issue_main(int argc, char **argv)
{
    struct options options = {.key_path = NULL};
    const struct cli_option table[] = {
        {"receipt", CLI_VALUE, &options.receipt_path, "FILE", "of the call"},
        {"evidence", CLI_VALUE, &options.evidence_path, "FILE", "of the call"},
        {"exchange", CLI_VALUE, &options.exchange_path, "FILE", "of the call"},
        {"previous", CLI_VALUE, &options.previous_path, "FILE", "the receipt before this one"},
        POLICY_OPTIONS(&options.policy),
        {"key", CLI_VALUE, &options.key_path, "PEM", "sign with this: ES256, or EdDSA, as it is"},
        {"out", CLI_VALUE, &options.out_path, "FILE", "where the report goes, - for stdout alone"},
        {"json", CLI_FLAG, &options.as_json, NULL, "print the claims as one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf report --receipt FILE --evidence FILE --exchange FILE --key PEM --out FILE "
        "[option]...",
        "Appraise a call from its files, issue a report on it as a JWT, and print it.",
        table,
        sizeof table / sizeof table[0],
        0,
        0};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);
    const char *defect = code >= 0 ? NULL : defect_of(&options);

    if (code >= 0) {
        return code;
    }
    return defect != NULL ? talk_error(POBF_E_USAGE, "report", defect) : run(&options);
}
