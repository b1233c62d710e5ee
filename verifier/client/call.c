#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/talk.h"
#include "verifier/client/commands.h"
#include "verifier/client/keep.h"
#include "verifier/client/session.h"
#include "verifier/client/stream.h"
#include "verifier/client/verdict.h"
#include "verifier/report/claims.h"

/* What is sent before anybody has looked at a bar is no more than this. */
enum { SOON_SENT_BYTES = 1 << 20 };

struct options {
    struct policy policy;
    struct remote_options remote;
    const char *in_path;
    const char *out_path;
    const char *keep_path; /* the prefix of .receipt, .evidence and .exchange */
    int as_json;
    int quiet;
    int is_stream;
    struct stream_options stream;
};

/*
 * What the result will be checked with comes before the result. A call without a result has names
 * of its own, so that an older result keeps the proofs that are its own.
 */
static int keep_all(const struct options *options, const struct session *session)
{
    const int returned = session->appraisal.receipt.exit == POBF_EXIT_RETURNED;
    const uint8_t *output = session->output.bytes; /* NULL where there was no answer */
    struct keep keep = {.count = 0};
    char prefix[KEEP_PATH_ROOM];

    snprintf(prefix, sizeof prefix, "%s%s", options->keep_path, returned ? "" : ".failed");
    keep_add(&keep, prefix, ".evidence", session->evidence.bytes, session->evidence.size, 0);
    keep_add(&keep, prefix, ".receipt", session->parts.receipt, session->parts.receipt_size, 0);
    keep_add(&keep, prefix, ".exchange", session->exchange.bytes, session->exchange.size, 1);
    if (returned) {
        keep_add(&keep, options->out_path, "", output + SESSION_CLEAR_AT, session->output_size, 1);
    } else if (output != NULL) {
        keep_add(&keep, prefix, ".message", output + SESSION_CLEAR_AT, session->output_size, 1);
    }
    return keep_write(&keep);
}

/* Where the function's message is, or else what shows that the call was forgotten. */
static int tell_no_result(const struct options *options, int has_message)
{
    const char *what = has_message ? "message" : "receipt";
    char where[KEEP_PATH_ROOM + 64];

    snprintf(where, sizeof where, "its %s is in %s.failed.%s", what, options->keep_path, what);
    return talk_error(POBF_E_FUNCTION, "no result", where);
}

static int tell_end(const struct options *options, const struct session *session)
{
    const struct pobf_receipt *receipt = &session->appraisal.receipt;
    const int returned = receipt->exit == POBF_EXIT_RETURNED;

    if (options->as_json) {
        verdict_print(&session->appraisal,
                      json_pack("{s:o, s:i}", "receipt", claims_forgetting(receipt), "exit_code",
                                returned ? 0 : 1),
                      1);
    } else {
        talk_say("%s, on %s (%s is trusted): %llu of %llu bytes restored, %llu differ",
                 appraisal_exit_sentence(receipt->exit),
                 appraisal_platform_name(session->appraisal.platform),
                 verdict_trusted(&session->appraisal), (unsigned long long)receipt->restored_bytes,
                 (unsigned long long)receipt->zone_bytes, (unsigned long long)receipt->mismatches);
    }
    return returned ? 0 : tell_no_result(options, session->output.bytes != NULL);
}

/* With a bar for what takes a while to send; it is gone before anything is told. */
static int send_seen(struct session *session, struct input *input)
{
    struct progress progress;
    int code;

    progress_begin_bytes(&progress, input->size);
    remote_show(session->remote, &progress);
    code = session_call(session, input);
    remote_show(session->remote, NULL);
    progress_end(&progress);
    return code;
}

/* Every step or none of the later ones: what was not affirmed is not built upon. */
static int call(const struct options *options, struct session *session, struct input *input)
{
    int code = session_attest(session);

    if (code == INPUT_GO_ON) {
        code = options->quiet || input->size <= SOON_SENT_BYTES ? session_call(session, input)
                                                                : send_seen(session, input);
    }
    if (code == INPUT_GO_ON) {
        code = keep_all(options, session);
    }
    if (code != INPUT_GO_ON && session->appraisal.checks.count > 0 &&
        session->appraisal.verdict != VERDICT_AFFIRMED) {
        verdict_refuse(&session->appraisal, options->as_json);
    }
    return code == INPUT_GO_ON ? tell_end(options, session) : code;
}

/* The limit is the function's; where it is known, nothing is sent that the host would refuse. */
static int check_budget(const struct policy *policy, size_t size)
{
    const uint64_t most = policy->reference.input_max;
    char expected[64];
    char seen[64];

    if (most == 0 || size <= most) {
        return INPUT_GO_ON;
    }
    snprintf(expected, sizeof expected, "at most %" PRIu64 " bytes (limits.input_max)", most);
    snprintf(seen, sizeof seen, "%zu bytes", size);
    return talk_refuse("input", expected, seen,
                       "send less, or a function with more room: nothing was sent");
}

/* What could not be kept would be lost: the function runs once for this key. */
static int try_names(const struct options *options)
{
    struct keep keep = {.count = 0};

    keep_add(&keep, options->keep_path, ".evidence", NULL, 0, 1);
    keep_add(&keep, options->keep_path, ".receipt", NULL, 0, 1);
    keep_add(&keep, options->keep_path, ".exchange", NULL, 0, 1);
    keep_add(&keep, options->out_path, "", NULL, 0, 1);
    return keep_try(&keep);
}

static int run(struct options *options, const char *url)
{
    struct session session = {.policy = &options->policy};
    struct input input = {NULL, 0};
    int code = policy_load(&options->policy);

    if (options->keep_path == NULL) {
        options->keep_path = options->out_path;
    }
    randombytes_buf(session.nonce, sizeof session.nonce);
    if (code == INPUT_GO_ON) {
        code = try_names(options);
    }
    if (code == INPUT_GO_ON) {
        code = remote_open(&session.remote, url, &options->remote);
    }
    if (code == INPUT_GO_ON) {
        code = input_read(&input, options->in_path);
    }
    if (code == INPUT_GO_ON) {
        code = check_budget(&options->policy, input.size);
    }
    if (code == INPUT_GO_ON) {
        code = call(options, &session, &input);
    }
    input_free(&input);
    session_clear(&session);
    policy_close(&options->policy);
    return code;
}

/* NULL, or what is wrong with the options of a stream together. */
static const char *defect_of_stream(const struct options *options)
{
    const struct stream_options *stream = &options->stream;

    if (!options->is_stream) {
        return stream->receipts_path != NULL || stream->part_size != 0 ||
                       stream->exchanges_path != NULL
                   ? "--receipts, --part-size and --exchanges go with --stream"
                   : NULL;
    }
    if (options->keep_path != NULL) {
        return "--stream takes --receipts FOLDER, not --keep";
    }
    return stream->receipts_path == NULL ? "--stream needs --receipts FOLDER, for each part's"
                                         : NULL;
}

/* NULL, or what is wrong with the options together. */
static const char *defect_of(const struct options *options)
{
    if (options->in_path == NULL || options->out_path == NULL) {
        return "needs --in and --out";
    }
    if (strcmp(options->out_path, "-") == 0 && options->as_json) {
        return "stdout cannot take both --json and --out -";
    }
    if (strcmp(options->out_path, "-") == 0 && options->keep_path == NULL && !options->is_stream) {
        return "with --out - needs --keep, for receipt, evidence and exchange";
    }
    if (strcmp(options->out_path, "-") != 0 && strcmp(options->in_path, options->out_path) == 0) {
        return "--out would replace the input";
    }
    return defect_of_stream(options);
}

static int run_stream(struct options *options, const char *url)
{
    struct stream_options *stream = &options->stream;

    stream->policy = &options->policy;
    stream->remote = &options->remote;
    stream->in_path = options->in_path;
    stream->out_path = options->out_path;
    stream->as_json = options->as_json;
    stream->quiet = options->quiet;
    return stream_call(stream, url);
}

int call_main(int argc, char **argv)
{
    struct options options = {.in_path = NULL};
    const struct cli_option table[] = {
        {"in", CLI_VALUE, &options.in_path, "FILE", "the input, - for stdin"},
        {"out", CLI_VALUE, &options.out_path, "FILE", "where the result goes, - for stdout"},
        {"keep", CLI_VALUE, &options.keep_path, "PREFIX",
         "where .receipt, .evidence, .exchange go (default: FILE of --out)"},
        POLICY_OPTIONS(&options.policy),
        REMOTE_OPTIONS(&options.remote),
        {"json", CLI_FLAG, &options.as_json, NULL, "print one JSON object"},
        {"stream", CLI_FLAG, &options.is_stream, NULL,
         "part by part, through a function that takes streams: an input of any size"},
        {"receipts", CLI_VALUE, &options.stream.receipts_path, "FOLDER",
         "of a stream: where each part's receipt and evidence go"},
        {"exchanges", CLI_VALUE, &options.stream.exchanges_path, "FOLDER",
         "of a stream: where each part's .exchange goes: as much as the input (default: nowhere)"},
        {"part-size", CLI_COUNT, &options.stream.part_size, "BYTES",
         "of a stream: so much in a part (default: what the function takes, 32 MiB at most)"},
        {"quiet", CLI_FLAG, &options.quiet, NULL, "no progress bar"},
    };
    const struct cli_usage usage = {
        "pobf call URL --in FILE --out FILE [option]...",
        "Check the enclave, seal an input to it, get the result, and check that it was forgotten.\n"
        "With --stream an input of any size, part by part; each is forgotten before the next one.",
        table,
        sizeof table / sizeof table[0],
        1,
        1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);
    const char *defect = code >= 0 ? NULL : defect_of(&options);

    if (code >= 0) {
        return code;
    }
    if (defect != NULL) {
        return talk_error(POBF_E_USAGE, "call", defect);
    }
    return options.is_stream ? run_stream(&options, argv[1]) : run(&options, argv[1]);
}
