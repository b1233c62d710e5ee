#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "edge/cli/cli.h"
#include "edge/cli/talk.h"
#include "verifier/client/commands.h"
#include "verifier/client/replay.h"
#include "verifier/hardware/result.h"

/* The options as they were given; NULL, and 0, where they were not. */
struct options {
    const char *tee;
    const char *evidence;
    struct cli_list endorsements;
    struct cli_list collateral;
    uint64_t at;
    const char *report_data;
    const char *nonce;
    int any_report_data;
    const char *reference;
    const char *reference_key;
    const char *policy;
    const char *replay;
    int as_json;
};

/* Of what an expectation is made. */
struct expected {
    uint8_t bytes[HARDWARE_DATA_MAX];
    size_t size;
};

static int parse_hex(struct expected *expected, const char *option, const char *hex)
{
    const size_t length = strlen(hex);

    if (length % 2 != 0 ||
        sodium_hex2bin(expected->bytes, sizeof expected->bytes, hex, length, NULL, &expected->size,
                       NULL) != 0 ||
        2 * expected->size != length || expected->size < HARDWARE_NONCE_MIN) {
        return talk_error(POBF_E_USAGE, option, "takes 16 to 128 hex digits");
    }
    return INPUT_GO_ON;
}

static int check_usage(const struct options *options)
{
    const int ways =
        (options->report_data != NULL) + (options->nonce != NULL) + (options->any_report_data != 0);

    if (options->replay != NULL) {
        return ways == 0 && options->at == UINT64_MAX
                   ? INPUT_GO_ON
                   : talk_error(POBF_E_USAGE, "--replay", "takes instant and nonce from RESULT");
    }
    if (options->reference_key != NULL && options->reference == NULL) {
        return talk_error(POBF_E_USAGE, "--reference-key", "needs --reference");
    }
    if (options->evidence == NULL) {
        return talk_error(POBF_E_USAGE, "--evidence", "is missing");
    }
    if (ways > 1) {
        return talk_error(POBF_E_USAGE, "--nonce",
                          "is one of --nonce, --report-data, --insecure-any-report-data");
    }
    if (strcmp(options->tee, "auto") != 0 && hardware_find(options->tee) == NULL) {
        return talk_error(POBF_E_USAGE, "--tee", "names no platform that is known");
    }
    if (options->at != UINT64_MAX && options->at > (uint64_t)FILES_LAST_INSTANT) {
        return talk_error(POBF_E_USAGE, "--at", "takes seconds since 1970, up to the year 9999");
    }
    return INPUT_GO_ON;
}

static int load_files(struct files *files, const struct options *options)
{
    int code = files_add(files, FILES_EVIDENCE, options->evidence);

    if (code == INPUT_GO_ON) {
        code = files_add_list(files, FILES_ENDORSEMENT, &options->endorsements);
    }
    if (code == INPUT_GO_ON) {
        code = files_add_list(files, FILES_COLLATERAL, &options->collateral);
    }
    if (code == INPUT_GO_ON) {
        code = files_add(files, FILES_REFERENCE, options->reference);
    }
    if (code == INPUT_GO_ON) {
        code = files_add(files, FILES_REFERENCE_KEY, options->reference_key);
    }
    return code == INPUT_GO_ON ? files_add(files, FILES_POLICY, options->policy) : code;
}

static int load_expected(struct expected *expected, struct hardware_input *input,
                         const struct options *options)
{
    int code = INPUT_GO_ON;

    input->at = options->at == UINT64_MAX ? (int64_t)time(NULL) : (int64_t)options->at;
    input->any_report_data = options->any_report_data;
    if (options->nonce != NULL) {
        code = parse_hex(expected, "--nonce", options->nonce);
        input->nonce = expected->bytes;
        input->nonce_size = expected->size;
    } else if (options->report_data != NULL) {
        code = parse_hex(expected, "--report-data", options->report_data);
        input->report_data = expected->bytes;
        input->report_data_size = expected->size;
    }
    return code;
}

/* Which check it is that keeps it from being accepted. */
static void print_reason(const struct checks *checks)
{
    const struct check *failed = checks_reason(checks, CHECK_FAIL);
    const struct check *missing = checks_reason(checks, CHECK_NOT_EVALUATED);

    if (failed != NULL) {
        printf("; %s: expected %s, seen %s", failed->id, failed->expected, failed->seen);
    } else if (missing != NULL) {
        printf("; %s was not evaluated", missing->id);
    }
}

static void print_people(const struct hardware_appraisal *appraisal)
{
    const char *status = tcb_word(appraisal->found.tcb_status);

    checks_print(&appraisal->checks, 1);
    printf("%s: evidence of %s, TCB status %s", hardware_verdict_word(appraisal->verdict),
           appraisal->platform[0] == '\0' ? "no platform that is known" : appraisal->platform,
           status[0] == '\0' ? "not known" : status);
    if (!appraisal->accepted) {
        print_reason(&appraisal->checks);
    }
    putchar('\n');
}

static int print_result(const struct hardware_appraisal *appraisal, const json_t *result,
                        int as_json)
{
    char *text = result_text(result);

    if (as_json && text != NULL) {
        printf("%s\n", text);
    } else if (!as_json) {
        print_people(appraisal);
    }
    free(text);
    return text == NULL ? talk_error(POBF_E_SYSTEM, "the result", NULL)
                        : hardware_exit_code(appraisal);
}

/* Judge what was loaded; a replay must also come to the same result. */
static int judge(const struct options *options, const struct files *files,
                 struct hardware_input *input, const struct replay *replay)
{
    struct hardware_policy policy;
    struct hardware_appraisal appraisal;
    const struct hardware_item *policy_file = files_policy(files);
    const char *tee = replay == NULL ? options->tee : replay->tee;
    json_t *result;
    int code = files_open_policy(&policy, files);

    if (code != INPUT_GO_ON) {
        return code;
    }
    files_fill(input, files);
    input->policy = &policy;
    hardware_appraise(&appraisal, input, tee);
    result = result_json(&appraisal, tee, policy_file);
    code = print_result(&appraisal, result, options->as_json);
    if (replay != NULL && !replay_is_same(replay, result)) {
        code = talk_refuse("the result", "the one of --replay, bit for bit", "another one",
                           "the result was changed, or made with another version of pobf");
    }
    json_decref(result);
    hardware_clear(&appraisal);
    policy_clear(&policy);
    return code;
}

static int run(const struct options *options)
{
    static struct files files;
    struct expected expected = {.size = 0};
    struct hardware_input input = {.at = 0};
    struct replay replay = {.result = NULL};
    int code = check_usage(options);

    if (code == INPUT_GO_ON && options->replay == NULL) {
        code = load_expected(&expected, &input, options);
    }
    if (code == INPUT_GO_ON) {
        code = load_files(&files, options);
    }
    if (code == INPUT_GO_ON) {
        code = options->replay == NULL ? files_arrange(&files)
                                       : replay_open(&replay, &input, &files, options->replay);
    }
    if (code == INPUT_GO_ON) {
        code = judge(options, &files, &input, options->replay == NULL ? NULL : &replay);
    }
    replay_close(&replay);
    files_close(&files);
    return code;
}

int appraise_main(int argc, char **argv)
{
    struct options options = {.tee = "auto", .at = UINT64_MAX};
    const struct cli_option table[] = {
        {"tee", CLI_VALUE, &options.tee, "NAME",
         "whose evidence it is (default: auto, by its bytes)"},
        {"evidence", CLI_VALUE, &options.evidence, "FILE", "what the platform signed"},
        {"endorsements", CLI_LIST, &options.endorsements, "FILE",
         "certificates, revocation lists, keys: PEM, DER or JWK"},
        {"collateral", CLI_LIST, &options.collateral, "FILE|FOLDER",
         "what the vendor says of its firmware: JSON, revocation lists"},
        {"at", CLI_NUMBER, &options.at, "EPOCH",
         "judge at this instant, in seconds since 1970 (default: now)"},
        {"report-data", CLI_VALUE, &options.report_data, "HEX", "what was to be signed"},
        {"nonce", CLI_VALUE, &options.nonce, "HEX", "what makes the evidence fresh"},
        {"insecure-any-report-data", CLI_FLAG, &options.any_report_data, NULL,
         "accept evidence of any time, made for anybody"},
        {"reference", CLI_VALUE, &options.reference, "FILE",
         "what it may be: reference values as CoRIM, signed or not; a certificate of pobf"},
        {"reference-key", CLI_VALUE, &options.reference_key, "FILE",
         "whose signature the reference values must have: PEM, or JWK for a CoRIM"},
        {"policy", CLI_VALUE, &options.policy, "FILE",
         "what is acceptable: JSON (default: only affirming)"},
        {"replay", CLI_VALUE, &options.replay, "RESULT",
         "come to the same result again, from the same files"},
        {"json", CLI_FLAG, &options.as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf appraise --evidence FILE (--nonce HEX | --report-data HEX) [option]...",
        "Judge the evidence of hardware, offline.",
        table,
        sizeof table / sizeof table[0],
        0,
        0};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : run(&options);
}
