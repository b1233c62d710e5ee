#include <stdio.h>

#include "edge/cli/cli.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "verifier/client/commands.h"
#include "verifier/client/inspect_enclave.h"
#include "verifier/client/inspect_image.h"
#include "verifier/client/kind.h"

static int print(enum kind kind, json_t *facts, int as_json)
{
    if (as_json) {
        object_print(
            json_pack("{s:s, s:b, s:o}", "kind", kind_name(kind), "judged", 0, "says", facts));
        return 0;
    }
    printf("%s. This is what it says; nothing of it was judged (pobf verify does).\n",
           kind_name(kind));
    json_dumpf(facts, stdout, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(facts);
    return 0;
}

static int run(const char *path, int as_json)
{
    struct input input;
    const int code = input_read(&input, path);
    const enum kind kind = code == INPUT_GO_ON ? kind_find(&input) : KIND_UNKNOWN;
    json_t *facts = kind_json(kind, &input);

    input_free(&input);
    if (code != INPUT_GO_ON) {
        return code;
    }
    if (facts == NULL) {
        return talk_refuse(
            path,
            "a whole receipt, evidence, exchange, offer, report, certificate, inclusion, "
            "checkpoint, "
            "crash or log alarm",
            kind == KIND_UNKNOWN ? "none of them" : "a damaged one",
            "give the file as it was written, unchanged; a program takes --image, an enclave of "
            "SGX --enclave");
    }
    return print(kind, facts, as_json);
}

int inspect_main(int argc, char **argv)
{
    int as_json = 0;
    const char *image = NULL;
    const char *symbols = NULL;
    const char *enclave = NULL;
    const char *sigstruct = NULL;
    const struct cli_option table[] = {
        {"image", CLI_VALUE, &image, "FILE", "judge a program: a function's image, or a monitor"},
        {"symbols", CLI_VALUE, &symbols, "FILE", "the same program with its names, if it has none"},
        {"enclave", CLI_VALUE, &enclave, "FILE", "measure an SGX enclave, an .sgxs stream"},
        {"sigstruct", CLI_VALUE, &sigstruct, "FILE", "and judge who signed it"},
        {"json", CLI_FLAG, &as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf inspect FILE | --image FILE [--symbols FILE] | --enclave FILE [--sigstruct FILE] "
        "[--json]",
        "Print what a file says, without any judgement. An image and an enclave are judged.",
        table,
        sizeof table / sizeof table[0],
        0,
        1};
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    if ((operands == 1) + (image != NULL) + (enclave != NULL) != 1 ||
        (symbols != NULL && image == NULL) || (sigstruct != NULL && enclave == NULL)) {
        return talk_error(
            POBF_E_USAGE, "inspect",
            "one file, image or enclave; names are an image's, SIGSTRUCT an enclave's");
    }
    if (enclave != NULL) {
        return inspect_enclave(enclave, sigstruct, as_json);
    }
    return image != NULL ? inspect_program(image, symbols, as_json) : run(argv[1], as_json);
}
