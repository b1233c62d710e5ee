#include "verifier/client/period.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "verifier/client/again.h"
#include "verifier/client/gather.h"
#include "verifier/client/keep.h"
#include "verifier/period/summary.h"

/* What is told, in every form; all owned. */
struct told {
    json_t *summary;
    char *command, *text, *html;
    size_t text_size, html_size;
};

static char *command_of(const struct period_options *options)
{
    char *line = NULL;
    size_t size;
    FILE *out = open_memstream(&line, &size);

    if (out == NULL) {
        return NULL;
    }
    fputs("pobf report", out);
    again_file(out, "period", options->period, "");
    again_file(out, "receipts", options->receipts_path, "");
    again_policy(out, options->policy);
    if (fclose(out) != 0) {
        free(line);
        return NULL;
    }
    return line;
}

static enum pobf_status print_all(struct told *told, const struct period_options *options)
{
    enum pobf_status status;

    told->command = command_of(options);
    if (told->command == NULL) {
        return POBF_E_SYSTEM;
    }
    status = summary_print(&told->text, &told->text_size, PAPER_TEXT, told->summary, told->command);
    if (status == POBF_OK && options->html_path != NULL) {
        status =
            summary_print(&told->html, &told->html_size, PAPER_HTML, told->summary, told->command);
    }
    return status;
}

static int keep_all(const struct told *told, const struct period_options *options)
{
    struct keep keep = {.count = 0};

    if (options->html_path != NULL) {
        keep_add(&keep, options->html_path, "", (const uint8_t *)told->html, told->html_size, 0);
    }
    if (options->text_path != NULL) {
        keep_add(&keep, options->text_path, "", (const uint8_t *)told->text, told->text_size, 0);
    }
    return keep_write(&keep);
}

static int is_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static int tell(struct told *told, const struct period_options *options)
{
    const enum pobf_status status = print_all(told, options);
    int code = status == POBF_OK ? keep_all(told, options) : talk_error(status, "report", NULL);

    if (code != INPUT_GO_ON) {
        return code;
    }
    if (options->as_json) {
        object_print(json_incref(told->summary));
    } else if (!is_stdout(options->html_path) && !is_stdout(options->text_path)) {
        fputs(told->text, stdout);
    }
    return checks_exit_code(summary_verdict(told->summary));
}

static int summarize(struct collection *collection, const struct span *span,
                     const struct period_options *options)
{
    struct told told = {.summary = NULL};
    int code;

    gather(collection, options->receipts_path, options->policy);
    gather_judge(collection, span, options->policy);
    told.summary = summary_make(collection, span);
    code = collection_failed(collection)
               ? talk_error(POBF_E_SYSTEM, "report", "the temporary database failed")
               : tell(&told, options);
    json_decref(told.summary);
    free(told.command);
    free(told.text);
    free(told.html);
    return code;
}

static int check_folder(const char *path)
{
    struct stat facts;

    if (stat(path, &facts) != 0) {
        return talk_error(POBF_E_MISSING, path, NULL);
    }
    return S_ISDIR(facts.st_mode) ? INPUT_GO_ON
                                  : talk_error(POBF_E_USAGE, path, "--receipts takes a folder");
}

int period_report(const struct period_options *options)
{
    struct collection *collection = NULL;
    struct span span;
    int code;

    if (span_parse(&span, options->period) != POBF_OK) {
        return talk_error(
            POBF_E_USAGE, "--period",
            "takes FROM..TO, FROM first: days as 2026-01-31, instants as 2026-01-31T12:00:00Z, "
            "or seconds since 1970");
    }
    code = check_folder(options->receipts_path);
    if (code == INPUT_GO_ON) {
        code = policy_load(options->policy);
    }
    if (code == INPUT_GO_ON) {
        code = collection_open(&collection) == POBF_OK
                   ? summarize(collection, &span, options)
                   : talk_error(POBF_E_SYSTEM, "report", "no temporary database can be made");
    }
    collection_close(collection);
    policy_close(options->policy);
    return code;
}
