#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "verifier/certificate/rebuild.h"
#include "verifier/certificate/reprove.h"
#include "verifier/key/key.h"
#include "verifier/service/service.h"

struct order {
    const char *source, *function, *key, *out;
};

/* All steps, each of which says on stderr what stopped it. */
static enum pobf_status establish(struct statement *statement, const struct order *order)
{
    static struct rebuild rebuild;
    enum pobf_status status;

    talk_say("copying");
    status = rebuild_open(&rebuild, order->source, order->function);
    if (status == POBF_OK) {
        status = rebuild_compare(&rebuild, statement);
    }
    if (status == POBF_OK) {
        status = reprove_run(&rebuild, statement);
    }
    rebuild_close(&rebuild);
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

/* The key is opened first: to learn after minutes that it cannot sign is no use to anyone. */
static int certify(const struct order *order)
{
    struct statement statement = {.tests = json_array(), .configuration = json_array()};
    char why[KEY_TEXT_ROOM];
    struct key *key;
    enum pobf_status status = key_open(&key, order->key);

    if (status == POBF_E_INPUT) {
        key_explain(why, order->key);
        talk_error(status, order->key, why);
    } else if (status != POBF_OK) {
        file_error(status, order->key);
    } else if (!key_is_private(key)) {
        status = POBF_E_KEY;
        talk_error(status, order->key, "a public key cannot sign");
    } else {
        status = establish(&statement, order);
    }
    if (status == POBF_OK) {
        status = issue(&statement, order, key);
    }
    if (status != POBF_OK) {
        talk_say("no certificate was written");
    }
    key_close(key);
    statement_clear(&statement);
    return talk_exit_code(status);
}

int certify_main(int argc, char **argv)
{
    struct order order = {.source = NULL};
    const struct cli_option options[] = {
        {"function", CLI_VALUE, &order.function, "DIR", "the function's project"},
        {"key", CLI_VALUE, &order.key, "PEM", "the certifier's private key"},
        {"out", CLI_VALUE, &order.out, "FILE", "the certificate"},
    };
    const struct cli_usage usage = {
        .synopsis = "pobf-verifier certify SOURCE --function DIR --key PEM --out FILE",
        .sentence =
            "Copy the source tree SOURCE of pobf twice, build monitors and image in both copies,\n"
            "compare them bit for bit, run all proofs, and sign what was found. Where any step\n"
            "fails there is no certificate. SOURCE is trusted to run its Makefile here; what it "
            "is\n"
            "can be seen by anyone, from the certificate's subject \"source\":\n"
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
    order.source = argv[1];
    return certify(&order);
}
