#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "verifier/client/again.h"
#include "verifier/client/commands.h"
#include "verifier/client/keep.h"
#include "verifier/client/logged.h"
#include "verifier/client/neighbours.h"
#include "verifier/client/period.h"
#include "verifier/client/policy.h"
#include "verifier/report/html.h"
#include "verifier/report/record.h"
#include "verifier/report/report.h"

struct options {
    struct policy policy;
    const char *receipt_path;
    const char *evidence_path;
    const char *exchange_path;
    const char *previous_path;
    const char *key_path;
    const char *out_path;
    const char *period, *receipts_path;
    const char *html_path, *text_path, *inclusion_path, *log_policy_path; /* NULL: none */
    int as_json;
};

struct call_files {
    struct input receipt, evidence, exchange, previous, inclusion, log_policy;
    struct quorum quorum;
    struct neighbours neighbours;
    struct key *key;
};

/* What came of it, each in its form; all owned. */
struct issued {
    json_t *claims;
    char *jwt, *text, *html, *command;
    size_t text_size, html_size;
};

static int take_files(struct call_files *files, struct options *options)
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
    if (code == INPUT_GO_ON) {
        code = input_read(&files->inclusion, options->inclusion_path);
    }
    if (code == INPUT_GO_ON) {
        code = input_read(&files->log_policy, options->log_policy_path);
    }
    if (code == INPUT_GO_ON && options->log_policy_path != NULL) {
        code = input_quorum(&files->quorum, options->log_policy_path);
    }
    return code == INPUT_GO_ON ? input_key(&files->key, options->key_path) : code;
}

static void free_files(struct call_files *files)
{
    input_free(&files->receipt);
    input_free(&files->evidence);
    input_free(&files->exchange);
    input_free(&files->previous);
    input_free(&files->inclusion);
    input_free(&files->log_policy);
    neighbours_free(&files->neighbours);
    key_close(files->key);
}

static void appraise(struct appraisal *appraisal, const struct call_files *files,
                     const struct options *options)
{
    const struct policy *policy = &options->policy;
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
    if (options->log_policy_path != NULL) {
        logged_judge(&appraisal->checks, &files->quorum, &files->receipt, &files->inclusion);
        appraisal->verdict = checks_verdict(&appraisal->checks);
    }
}

static void print(const struct issued *issued, int as_json)
{
    if (as_json) {
        object_print(json_incref(issued->claims));
    } else {
        fputs(issued->text, stdout);
    }
}

/* The report is about one call. What is missing beside it is no defect of it, and yet a "no". */
static int exit_code(const struct appraisal *appraisal, const struct neighbours *neighbours)
{
    const int code = checks_exit_code(appraisal->verdict);
    char seen[32];

    if (code != 0 || neighbours->alarms == 0) {
        return code;
    }
    snprintf(seen, sizeof seen, "%" PRIu64 " %s", neighbours->alarms,
             neighbours->alarms == 1 ? "alarm" : "alarms");
    return talk_refuse("receipts", "none is missing beside this one", seen,
                       "the report was written, and lists them: ask the host for those receipts");
}

/* Free it with free(); NULL where memory ran out. */
static char *command_of(const struct options *options)
{
    char *line = NULL;
    size_t size;
    FILE *out = open_memstream(&line, &size);

    if (out == NULL) {
        return NULL;
    }
    fputs("pobf verify", out);
    again_file(out, NULL, options->out_path, "");
    again_file(out, NULL, options->receipt_path, "");
    again_file(out, NULL, options->evidence_path, "");
    again_file(out, NULL, options->exchange_path, "");
    again_file(out, NULL, options->inclusion_path, "");
    again_file(out, "log-policy", options->log_policy_path, "");
    again_file(out, "previous", options->previous_path, "");
    again_policy(out, &options->policy);
    again_file(out, "report-key", options->key_path, ".pub");
    if (fclose(out) != 0) {
        free(line);
        return NULL;
    }
    return line;
}

static enum pobf_status make_page(struct issued *issued, const struct call_files *files,
                                  const struct options *options)
{
    const struct html_page page = {
        .report = issued->jwt,
        .report_key = files->key,
        .receipt = input_view(&files->receipt),
        .evidence = input_view(&files->evidence),
        .certificate = input_view(&options->policy.certificate),
        .certificate_key = options->policy.certificate_key,
        .ak = input_view(&options->policy.endorsement[0]),
        .inclusion = input_view(&files->inclusion),
        .log_policy = (const char *)files->log_policy.bytes,
        .others = files->neighbours.others,
        .command = issued->command,
    };

    return options->html_path == NULL ? POBF_OK
                                      : html_print(&issued->html, &issued->html_size, &page);
}

/* All that is told of one appraisal, in every form. */
static enum pobf_status make(struct issued *issued, const struct appraisal *appraisal,
                             const struct call_files *files, const struct options *options)
{
    const struct report_options how = {.key = files->key, .now_s = (uint64_t)time(NULL)};
    struct record record;
    enum pobf_status status = report_issue(&issued->jwt, appraisal, &how);

    issued->claims = status == POBF_OK ? report_claims(appraisal, &how) : NULL;
    issued->command = command_of(options);
    if (status == POBF_OK && (issued->claims == NULL || issued->command == NULL)) {
        status = POBF_E_SYSTEM;
    }
    record = (struct record){
        .claims = issued->claims, .gaps = files->neighbours.gaps, .command = issued->command};
    if (status == POBF_OK) {
        status = record_print(&issued->text, &issued->text_size, &record);
    }
    return status == POBF_OK ? make_page(issued, files, options) : status;
}

static void free_issued(struct issued *issued)
{
    json_decref(issued->claims);
    free(issued->jwt);
    free(issued->text);
    free(issued->html);
    free(issued->command);
}

/* The report, and its page and text where they are asked for: all or none. */
static int keep_all(const struct issued *issued, const struct options *options)
{
    struct keep keep = {.count = 0};

    keep_add(&keep, options->out_path, "", (const uint8_t *)issued->jwt, strlen(issued->jwt), 0);
    if (options->html_path != NULL) {
        keep_add(&keep, options->html_path, "", (const uint8_t *)issued->html, issued->html_size,
                 0);
    }
    if (options->text_path != NULL) {
        keep_add(&keep, options->text_path, "", (const uint8_t *)issued->text, issued->text_size,
                 0);
    }
    return keep_write(&keep);
}

static int is_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static int issue(struct call_files *files, const struct options *options)
{
    struct issued issued = {.jwt = NULL};
    struct appraisal appraisal;
    enum pobf_status status;
    int code;

    appraise(&appraisal, files, options);
    code = options->receipts_path == NULL
               ? INPUT_GO_ON
               : neighbours_find(&files->neighbours, options->receipts_path, &appraisal,
                                 &files->receipt);
    if (code != INPUT_GO_ON) {
        return code;
    }
    status = make(&issued, &appraisal, files, options);
    code = status == POBF_OK      ? keep_all(&issued, options)
           : status == POBF_E_KEY ? talk_unusable(options->key_path, "a private key")
                                  : talk_error(status, options->key_path, NULL);
    if (code == INPUT_GO_ON) {
        if (!is_stdout(options->out_path) && !is_stdout(options->text_path) &&
            !is_stdout(options->html_path)) {
            print(&issued, options->as_json);
        }
        code = exit_code(&appraisal, &files->neighbours);
    }
    free_issued(&issued);
    return code;
}

static int run(struct options *options)
{
    struct call_files files = {.key = NULL};
    int code = take_files(&files, options);

    if (code == INPUT_GO_ON) {
        code = issue(&files, options);
    }
    free_files(&files);
    policy_close(&options->policy);
    return code;
}

static int is_same(const char *one, const char *other)
{
    return one != NULL && other != NULL && strcmp(one, other) == 0;
}

static int replaces(const struct options *options, const char *path)
{
    return strcmp(path, "-") != 0 &&
           (is_same(options->out_path, path) || is_same(options->html_path, path) ||
            is_same(options->text_path, path));
}

/* NULL, or what is wrong with the options of a period together. */
static const char *defect_of_period(const struct options *options)
{
    const char *const of_call[] = {options->receipt_path,   options->evidence_path,
                                   options->exchange_path,  options->previous_path,
                                   options->inclusion_path, options->log_policy_path,
                                   options->key_path,       options->out_path};

    for (size_t i = 0; i < sizeof of_call / sizeof of_call[0]; i++) {
        if (of_call[i] != NULL) {
            return "--period goes with --receipts, --html, --text, --json and what is trusted";
        }
    }
    if (options->receipts_path == NULL) {
        return "--period needs --receipts";
    }
    return is_same(options->html_path, options->text_path) ? "--html and --text are one file"
                                                           : NULL;
}

/* NULL, or what is wrong with the options of a call together. */
static const char *defect_of_call(const struct options *options)
{
    const char *const needed[] = {options->receipt_path, options->evidence_path,
                                  options->exchange_path, options->key_path};
    const size_t count = sizeof needed / sizeof needed[0];

    if (options->inclusion_path != NULL && options->log_policy_path == NULL) {
        return "a proof of inclusion needs --log-policy: which log, and whose words count";
    }
    for (size_t i = 0; i < count; i++) {
        if (needed[i] == NULL || options->out_path == NULL) {
            return "needs --receipt, --evidence, --exchange, --key and --out";
        }
        if (replaces(options, needed[i])) {
            return "--out, --html or --text would replace what the report is made from";
        }
    }
    return is_same(options->out_path, options->html_path) ||
                   is_same(options->out_path, options->text_path) ||
                   is_same(options->html_path, options->text_path)
               ? "--out, --html and --text are files of their own"
               : NULL;
}

static int report_period(struct options *options)
{
    const struct period_options period = {&options->policy,       options->period,
                                          options->receipts_path, options->html_path,
                                          options->text_path,     options->as_json};

    return period_report(&period);
}

int issue_main(int argc, char **argv)
{
    struct options options = {.key_path = NULL};
    const struct cli_option table[] = {
        {"receipt", CLI_VALUE, &options.receipt_path, "FILE", "what pobf call left as OUT.receipt"},
        {"evidence", CLI_VALUE, &options.evidence_path, "FILE", "OUT.evidence"},
        {"exchange", CLI_VALUE, &options.exchange_path, "FILE", "OUT.exchange"},
        {"previous", CLI_VALUE, &options.previous_path, "FILE", "the receipt before this one"},
        POLICY_OPTIONS(&options.policy),
        {"key", CLI_VALUE, &options.key_path, "PEM", "sign with this: ES256, or EdDSA, as it is"},
        {"out", CLI_VALUE, &options.out_path, "FILE", "where the report goes, - for stdout alone"},
        {"period", CLI_VALUE, &options.period, "FROM..TO",
         "report on all calls of these days, or seconds since 1970 (UTC)"},
        {"receipts", CLI_VALUE, &options.receipts_path, "FOLDER",
         "receipts and evidence of the period; of a call: one missing beside it: exit 1"},
        {"html", CLI_VALUE, &options.html_path, "FILE",
         "a page as well; of a call it checks itself in whatever browser opens it"},
        {"text", CLI_VALUE, &options.text_path, "FILE", "the same as plain text, for records"},
        {"inclusion", CLI_VALUE, &options.inclusion_path, "FILE", "the receipt's .tlog-proof"},
        {"log-policy", CLI_VALUE, &options.log_policy_path, "FILE",
         "the receipt must be in this log, under the words of these witnesses"},
        {"json", CLI_FLAG, &options.as_json, NULL, "print the claims as one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf report --receipt FILE --evidence FILE --exchange FILE --key PEM --out FILE "
        "[option]..., or --period FROM..TO --receipts FOLDER [option]...",
        "Appraise a call from its files, issue a report on it as a JWT, and print it.\n"
        "Or judge the receipts of a period: calls, failures, gaps, what ran, and the fields of a\n"
        "certificate of sanitization (NIST SP 800-88).",
        table,
        sizeof table / sizeof table[0],
        0,
        0};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);
    const int is_period = options.period != NULL;
    const char *defect;

    if (code >= 0) {
        return code;
    }
    defect = is_period ? defect_of_period(&options) : defect_of_call(&options);
    if (defect != NULL) {
        return talk_error(POBF_E_USAGE, "report", defect);
    }
    return is_period ? report_period(&options) : run(&options);
}
