#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "verifier/certificate/harness.h"
#include "verifier/certificate/observe.h"
#include "verifier/certificate/rebuild.h"
#include "verifier/certificate/reprove.h"
#include "verifier/key/key.h"
#include "verifier/service/service.h"

struct order {
    const char *source, *function, *key, *out;
    uint64_t sample;
    struct findings_paths paths;
    int as_json;
};

/* One digest over two: contracts/ and the theory, each as `tree_digest` says. */
static enum pobf_status specify(uint8_t digest[POBF_DIGEST_BYTES], struct rebuild *rebuild)
{
    uint8_t both[2][POBF_DIGEST_BYTES];
    const char *tree = rebuild->copy[0].tree;
    enum pobf_status status = tree_digest(&rebuild->source, both[0], tree, "contracts/");

    if (status == POBF_OK) {
        status = tree_digest(&rebuild->source, both[1], tree, "proofs/coq/");
    }
    crypto_hash_sha256(digest, both[0], sizeof both);
    return status;
}

/* What runs nothing of the source but its compiler and its proofs comes first. */
static enum pobf_status judge_source(struct rebuild *rebuild, struct statement *statement,
                                     struct levels_parts *parts)
{
    const char *const floors[] = {"make", "-f", "Makefile", "B=build", "floors", NULL};
    const char *const twin[] = {"sh", "-c", "exec proofs/twin.sh $(proofs/modules.sh)", NULL};
    enum pobf_status status = harness_check(rebuild);

    if (status == POBF_OK) {
        status = rebuild_run(rebuild, "what is proved is what is compiled", twin,
                             rebuild->copy[0].tree, NULL);
    }
    if (status == POBF_OK) {
        status = rebuild_compare(rebuild, statement);
    }
    if (status == POBF_OK) {
        status = rebuild_run(rebuild, "who includes and calls whom", floors, rebuild->copy[0].tree,
                             NULL);
    }
    return status == POBF_OK ? reprove_run(rebuild, statement, parts) : status;
}

static enum pobf_status judge_programs(struct rebuild *rebuild, struct statement *statement,
                                       struct levels_parts *parts, const struct order *order)
{
    enum pobf_status status = rebuild_measure(rebuild, &statement->facts);

    if (status == POBF_OK) {
        status = observe_binary(rebuild, parts, &statement->facts);
    }
    return status == POBF_OK ? observe_mutants(rebuild, parts, order->sample) : status;
}

static enum pobf_status state_levels(struct statement *statement, const struct levels_parts *parts)
{
    const char *defect = "out of memory";
    enum pobf_status status;

    statement->levels = levels_make(parts);
    status = levels_read(&statement->facts.levels, &defect, statement->levels);
    if (status != POBF_OK) {
        talk_error(POBF_E_MISSING, "what the tools left", defect);
        return POBF_E_MISSING;
    }
    statement->passed = 1;
    return POBF_OK;
}

/* All steps, each of which says on stderr what stopped it. */
static enum pobf_status establish(struct statement *statement, json_t *findings,
                                  const struct order *order)
{
    static struct rebuild rebuild;
    uint8_t specification[POBF_DIGEST_BYTES] = {0};
    struct levels_parts parts = {.specification = specification};
    enum pobf_status status;

    talk_say("copying");
    status = rebuild_open(&rebuild, findings, order->source, order->function);
    if (status == POBF_OK) {
        status = reprove_tools(&rebuild, statement);
    }
    if (status == POBF_OK) {
        status = specify(specification, &rebuild);
    }
    if (status == POBF_OK) {
        status = judge_source(&rebuild, statement, &parts);
    }
    if (status == POBF_OK) {
        status = judge_programs(&rebuild, statement, &parts, order);
    }
    if (status == POBF_OK) {
        status = state_levels(statement, &parts);
    }
    rebuild_close(&rebuild);
    json_decref(parts.modules);
    json_decref(parts.theory);
    json_decref(parts.mutants);
    json_decref(parts.binary);
    return status;
}

static enum pobf_status issue(struct statement *statement, const struct order *order,
                              const struct key *key)
{
    enum pobf_status status;
    char *envelope;

    statement->facts.issued_at_s = (uint64_t)time(NULL);
    status = certificate_sign(&envelope, statement, key);
    if (status == POBF_OK) {
        status = file_write(order->out, (const uint8_t *)envelope, strlen(envelope), 0);
        free(envelope);
    }
    if (status != POBF_OK) {
        file_error(status, order->out);
        return status;
    }
    talk_say("certified: %" PRIu64 " of %" PRIu64 " goals, image and monitors reproduced, in %s",
             statement->facts.proved, statement->facts.goals, order->out);
    return POBF_OK;
}

/* Refused or not: what was found, and the certificate where there is one. */
static void print_result(const struct order *order, const struct statement *statement,
                         json_t *findings, enum pobf_status status)
{
    const char *const words[] = {"yes", "no"};
    const int code = talk_exit_code(status);

    object_print(json_pack(
        "{s:s, s:o?, s:I, s:I, s:O, s:i}", "verdict", code < 2 ? words[code] : "cannot tell",
        "certificate", code == 0 ? object_path(order->out) : NULL, "proved",
        (json_int_t)statement->facts.proved, "goals", (json_int_t)statement->facts.goals,
        "findings", findings, "exit_code", code));
}

/* The key is opened first: to learn after minutes that it cannot sign is no use to anyone. */
static int certify(const struct order *order)
{
    struct statement statement = {.tests = json_array(), .configuration = json_array()};
    json_t *findings = json_array();
    char why[KEY_TEXT_ROOM];
    struct key *key;
    enum pobf_status status = key_open(&key, order->key);

    if (status == POBF_E_INPUT) {
        key_explain(why, order->key);
        status = POBF_E_MISSING;
        talk_error(status, order->key, why);
    } else if (status != POBF_OK) {
        status = file_unread(status, order->key);
    } else if (!key_is_private(key)) {
        status = POBF_E_MISSING;
        talk_error(status, order->key, "a public key cannot sign");
    } else {
        status = establish(&statement, findings, order);
    }
    if (status == POBF_OK) {
        status = issue(&statement, order, key);
    }
    if (status != POBF_OK) {
        talk_say("no certificate was written");
    }
    status = findings_write(&order->paths, "pobf-verifier certify", findings, status);
    if (order->as_json) {
        print_result(order, &statement, findings, status);
    }
    json_decref(findings);
    key_close(key);
    statement_clear(&statement);
    return talk_exit_code(status);
}

int certify_main(int argc, char **argv)
{
    struct order order = {.sample = 1};
    const struct cli_option options[] = {
        {"function", CLI_VALUE, &order.function, "FOLDER", "the function's project"},
        {"key", CLI_VALUE, &order.key, "PEM", "the certifier's private key"},
        {"out", CLI_VALUE, &order.out, "FILE", "the certificate"},
        {"sample", CLI_NUMBER, &order.sample, "N",
         "try one in N mutants (default: 1); it is certified so"},
        {"json", CLI_FLAG, &order.as_json, NULL, "print one JSON object"},
        FINDINGS_OPTIONS(&order.paths),
    };
    const struct cli_usage usage = {
        .synopsis = "pobf-verifier certify SOURCE --function FOLDER --key PEM --out FILE",
        .sentence = "Copy the source tree SOURCE of pobf twice, build monitors and image in both "
                    "copies and\n"
                    "compare them bit for bit, run all proofs, look for residue in the programs, "
                    "try mutants,\n"
                    "and sign what was found, in four levels: PROVED, OBSERVED, "
                    "VERIFIED_AT_RUN_TIME, ATTESTED.\n"
                    "Where any step falls short there is no certificate.\n"
                    "The Makefile, setup/, proofs/, contracts/, tests/, enclave/function/ and the "
                    "headers of\n"
                    "framework/ and enclave/ must be those that are installed beside this program "
                    "(POBF_SHARE "
                    "can say where):\n"
                    "no source brings its own judge. Its programs are run here, after its proofs.\n"
                    "What it is can be seen by anyone, from the certificate's subject \"source\":\n"
                    "  git ls-files -z | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum",
        .options = options,
        .option_count = sizeof options / sizeof *options,
        .operands_min = 1,
        .operands_max = 1,
    };
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    if (order.function == NULL || order.key == NULL || order.out == NULL) {
        return talk_error(POBF_E_USAGE, "certify", "needs --function, --key and --out");
    }
    if (order.as_json && strcmp(order.out, "-") == 0) {
        return talk_error(POBF_E_USAGE, "certify", "stdout cannot take both --json and --out -");
    }
    if (order.sample == 0 || order.sample > 100) {
        return talk_error(POBF_E_USAGE, "--sample", "it is from 1 to 100");
    }
    order.source = argv[1];
    return certify(&order);
}
