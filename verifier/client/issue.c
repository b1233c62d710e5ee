#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/cli/talk.h"
#include "verifier/client/commands.h"
#include "verifier/client/keep.h"
#include "verifier/client/policy.h"
#include "verifier/client/verdict.h"
#include "verifier/report/html.h"
#include "verifier/report/report.h"

struct options {
    struct policy policy;
    const char *receipt_path;
    const char *evidence_path;
    const char *exchange_path;
    const char *previous_path;
    const char *key_path;
    const char *out_path;
    const char *html_path, *inclusion_path, *log_policy_path; /* NULL: none */
    int as_json;
};

struct files {
    struct input receipt, evidence, exchange, previous, inclusion, log_policy;
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
    if (code == INPUT_GO_ON) {
        code = input_read(&files->inclusion, options->inclusion_path);
    }
    if (code == INPUT_GO_ON) {
        code = input_read(&files->log_policy, options->log_policy_path);
    }
    return code == INPUT_GO_ON ? input_key(&files->key, options->key_path) : code;
}

static void free_files(struct files *files)
{
    input_free(&files->receipt);
    input_free(&files->evidence);
    input_free(&files->exchange);
    input_free(&files->previous);
    input_free(&files->inclusion);
    input_free(&files->log_policy);
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

/* What does the same without the page; the reader's own keys and reference values go in. */
static const char again[] =
    "pobf verify REPORT.jwt RECEIPT EVIDENCE EXCHANGE --reference REFERENCE.json "
    "--report-key REPORT-KEY.pub";

/* An empty string where there is no page; NULL, and told, where it cannot be made. */
static char *make_page(size_t *size, const struct files *files, const struct options *options,
                       const char *jwt)
{
    const struct html_page page = {
        .report = jwt,
        .report_key = files->key,
        .receipt = input_view(&files->receipt),
        .evidence = input_view(&files->evidence),
        .certificate = input_view(&options->policy.certificate),
        .certificate_key = options->policy.certificate_key,
        .inclusion = input_view(&files->inclusion),
        .log_policy = (const char *)files->log_policy.bytes,
        .command = again,
    };
    char *html;

    *size = 0;
    if (options->html_path == NULL) {
        return calloc(1, 1);
    }
    if (html_print(&html, size, &page) != POBF_OK) {
        talk_error(POBF_E_SYSTEM, options->html_path, NULL);
    }
    return html;
}

/* The report, and its page where one is asked for: both or none. */
static int keep_report(const struct files *files, const struct options *options, const char *jwt)
{
    struct keep keep = {.count = 0};
    size_t size;
    char *html = make_page(&size, files, options, jwt);
    int code;

    if (html == NULL) {
        return talk_exit_code(POBF_E_SYSTEM);
    }
    keep_add(&keep, options->out_path, "", (const uint8_t *)jwt, strlen(jwt), 0);
    if (options->html_path != NULL) {
        keep_add(&keep, options->html_path, "", (const uint8_t *)html, size, 0);
    }
    code = keep_write(&keep);
    free(html);
    return code;
}

static int issue(const struct files *files, const struct options *options)
{
    const struct report_options how = {.key = files->key, .now_s = (uint64_t)time(NULL)};
    struct appraisal appraisal;
    enum pobf_status status;
    char *jwt;
    int code;

    appraise(&appraisal, files, &options->policy);
    status = report_issue(&jwt, &appraisal, &how);
    if (status != POBF_OK) {
        return talk_error(status, options->key_path,
                          status == POBF_E_KEY ? "is no private key" : NULL);
    }
    code = keep_report(files, options, jwt);
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
        {"html", CLI_VALUE, &options.html_path, "FILE",
         "a page as well, which checks itself in whatever browser opens it"},
        {"inclusion", CLI_VALUE, &options.inclusion_path, "FILE", "for the page: the .tlog-proof"},
        {"log-policy", CLI_VALUE, &options.log_policy_path, "FILE",
         "for the page: the log, and whose words count"},
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
