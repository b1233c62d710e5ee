#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/place.h"
#include "edge/cli/talk.h"
#include "enclave/host/backend.h"
#include "enclave/host/commands.h"
#include "enclave/host/compile.h"
#include "enclave/host/exits.h"
#include "enclave/host/imagefile.h"
#include "enclave/host/lockdown.h"
#include "enclave/monitor/link.h"
#include "framework/chain/provider.h"
#include "framework/core/bytes.h"
#include "framework/wire/cose.h"

/*
 * One call, from both sides at once: this program is the host, and the data provider as well. It
 * takes every step that a remote data provider takes, but the appraisal of the platform.
 */
struct run {
    struct link *link;
    struct image image;
    uint8_t *image_bytes;
    struct pobf_evidence evidence;
    struct pobf_offer offer;
    struct pobf_provider provider;
    uint8_t *sealed; /* the input, then the sealed input */
    size_t sealed_size;
    uint8_t input_commitment[POBF_COMMITMENT_BYTES];
    uint8_t *answer; /* the sealed answer, then the output at answer + 32 */
    size_t answer_size;
    size_t output_size;
    uint8_t output_commitment[POBF_COMMITMENT_BYTES];
    struct pobf_receipt receipt;
};

/* What the command line asks for. */
struct order {
    enum pobf_backend backend;
    const char *in, *out;
    int as_json;
    int is_project; /* it is built first */
    int explains;   /* in such a way that it tells what went wrong */
};

static void clear(struct run *run)
{
    link_close(run->link);
    file_free(run->image_bytes, run->image.size);
    file_free(run->sealed, run->sealed_size);
    file_free(run->answer, run->answer_size);
    pobf_provider_clear(&run->provider);
}

/* Read the input to where it is sealed: 32 bytes of room before it, 16 behind. */
static enum pobf_status read_input(struct run *run, const char *path)
{
    const uint64_t most = run->image.manifest.input_max;
    char most_text[48];
    uint8_t *input;
    size_t size;
    const enum pobf_status status = file_read(&input, &size, path, most);

    if (status == POBF_E_SPACE) {
        snprintf(most_text, sizeof most_text, "at most %" PRIu64 " bytes", most);
        talk_refuse("input", most_text, "more", "input_max in pobf.json says how much is taken");
        return status;
    }
    if (status != POBF_OK) {
        return file_unread(status, path);
    }
    run->sealed_size = size + POBF_SEALED_OVERHEAD;
    run->sealed = calloc(1, run->sealed_size);
    if (run->sealed != NULL) {
        memcpy(run->sealed + POBF_X25519_BYTES, input, size);
    }
    file_free(input, size);
    return run->sealed != NULL ? POBF_OK : POBF_E_SYSTEM;
}

static enum pobf_status open_link(struct run *run, enum pobf_backend backend)
{
    char monitor[PLACE_ROOM];
    const struct link_options options = {
        .monitor_path = monitor, .image = run->image_bytes, .image_size = run->image.size};
    enum pobf_status status = backend_place(monitor, backend);

    if (status != POBF_OK) {
        return status;
    }
    status = link_open(&run->link, &options);
    if (status != POBF_OK) {
        talk_error(status, monitor, NULL);
    }
    return status;
}

/* Nonce, evidence: whose key signs, and is it the image that we gave? */
static enum pobf_status take_evidence(struct run *run)
{
    uint8_t nonce[POBF_NONCE_BYTES];
    struct link_answer answer;
    enum pobf_status status;

    randombytes(nonce, sizeof nonce);
    status = link_ask_evidence(run->link, nonce);
    if (status == POBF_OK) {
        status = link_take(run->link, &answer);
    }
    if (status == POBF_OK) {
        status = answer.status;
    }
    if (status == POBF_OK) {
        status = pobf_evidence_parse(&run->evidence, answer.body, answer.body_size);
    }
    if (status == POBF_OK &&
        (!pobf_bytes_equal(run->evidence.nonce, nonce, sizeof nonce) ||
         !pobf_bytes_equal(run->evidence.measurement, run->image.measurement, POBF_DIGEST_BYTES) ||
         !pobf_bytes_equal(run->evidence.policy, run->image.policy, POBF_DIGEST_BYTES))) {
        status = POBF_E_REFUSED;
    }
    return status;
}

static enum pobf_status take_offer(struct run *run)
{
    struct link_answer answer;
    enum pobf_status status = link_ask_start(run->link);

    if (status == POBF_OK) {
        status = link_take(run->link, &answer);
    }
    if (status == POBF_OK) {
        status = answer.status;
    }
    if (status == POBF_OK) {
        status = pobf_cose_verify(answer.body, answer.body_size, run->evidence.receipt_key);
    }
    if (status == POBF_OK) {
        status = pobf_offer_parse(&run->offer, answer.body, answer.body_size);
    }
    return status;
}

static enum pobf_status seal_input(struct run *run)
{
    uint8_t ephemeral[POBF_X25519_BYTES];
    enum pobf_status status;

    randombytes(ephemeral, sizeof ephemeral);
    status = pobf_provider_begin(&run->provider, &run->offer, run->image.measurement,
                                 run->image.policy, ephemeral);
    sodium_memzero(ephemeral, sizeof ephemeral);
    if (status == POBF_OK) {
        status = pobf_provider_seal(&run->provider, run->sealed,
                                    run->sealed_size - POBF_SEALED_OVERHEAD, run->input_commitment);
    }
    return status;
}

/* The receipt must be signed by the key of the evidence, and be of this task and this input. */
static enum pobf_status take_receipt(struct run *run, const struct link_answer *answer)
{
    const struct pobf_receipt *receipt = &run->receipt;
    enum pobf_status status =
        pobf_cose_verify(answer->receipt, answer->receipt_size, run->evidence.receipt_key);

    if (status == POBF_OK) {
        status = pobf_receipt_parse(&run->receipt, answer->receipt, answer->receipt_size);
    }
    if (status != POBF_OK) {
        return status;
    }
    return pobf_bytes_equal(receipt->task_id, run->offer.task_id, POBF_TASK_ID_BYTES) &&
                   pobf_bytes_equal(receipt->input_commitment, run->input_commitment,
                                    POBF_COMMITMENT_BYTES)
               ? POBF_OK
               : POBF_E_REFUSED;
}

static enum pobf_status open_answer(struct run *run, const struct link_answer *answer)
{
    enum pobf_status status;

    run->answer = malloc(answer->body_size);
    if (run->answer == NULL) {
        return POBF_E_SYSTEM;
    }
    run->answer_size = answer->body_size;
    memcpy(run->answer, answer->body, answer->body_size);
    status = pobf_provider_open(&run->provider, run->answer, run->answer_size, &run->output_size,
                                run->output_commitment);
    if (status != POBF_OK) {
        return status;
    }
    return pobf_bytes_equal(run->receipt.output_commitment, run->output_commitment,
                            POBF_COMMITMENT_BYTES)
               ? POBF_OK
               : POBF_E_REFUSED;
}

static enum pobf_status call(struct run *run)
{
    struct link_answer answer;
    enum pobf_status status =
        link_ask_call(run->link, run->offer.task_id, run->sealed, run->sealed_size);

    if (status == POBF_OK) {
        status = link_take(run->link, &answer);
    }
    if (status == POBF_OK && answer.receipt == NULL) {
        return answer.status == POBF_OK ? POBF_E_MISSING : answer.status;
    }
    if (status == POBF_OK) {
        status = take_receipt(run, &answer);
    }
    if (status == POBF_OK && answer.body_size > 0) {
        status = open_answer(run, &answer);
    }
    return status;
}

/* The steps of one call, in their order; the first that fails is named. */
static enum pobf_status take_steps(struct run *run)
{
    static const struct {
        const char *name;
        enum pobf_status (*step)(struct run *run);
    } steps[] = {
        {"evidence", take_evidence}, {"offer", take_offer}, {"seal", seal_input}, {"call", call}};

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const enum pobf_status status = steps[i].step(run);

        if (status != POBF_OK) {
            talk_error(status, steps[i].name, NULL);
            return status;
        }
    }
    return POBF_OK;
}

static void say_receipt(const struct pobf_receipt *receipt)
{
    talk_say("the function %s", exits_sentence(receipt->exit));
    if (receipt->steps > 0) {
        talk_say("%" PRIu64 " steps, rounded up", receipt->steps);
    }
    talk_say("%" PRIu64 " us; zone %" PRIu64 " bytes, %" PRIu64 " restored, %" PRIu64
             " mismatches; registers cleared, key destroyed",
             receipt->time_us, receipt->zone_bytes, receipt->restored_bytes, receipt->mismatches);
}

/* What say_receipt says, and where the output is; null where there is none. */
static void print_receipt(const struct run *run, const char *out, int code)
{
    const struct pobf_receipt *receipt = &run->receipt;

    object_print(json_pack(
        "{s:s, s:I, s:I, s:I, s:I, s:b, s:b, s:o?, s:i}", "exit", exits_word(receipt->exit),
        "time_us", (json_int_t)receipt->time_us, "zone_bytes", (json_int_t)receipt->zone_bytes,
        "restored_bytes", (json_int_t)receipt->restored_bytes, "mismatches",
        (json_int_t)receipt->mismatches, "registers_cleared", receipt->registers_cleared,
        "key_destroyed", receipt->key_destroyed, "output",
        run->answer != NULL ? object_path(out) : NULL, "exit_code", code));
}

/* Where it could say more: a guard knows of no function, and stderr is dropped as a rule. */
static void hint(const struct run *run, const struct order *order)
{
    const enum pobf_exit exit = run->receipt.exit;
    const struct image_manifest *manifest = &run->image.manifest;

    if (order->is_project && !order->explains && manifest->interface == IMAGE_WASI &&
        (exit == POBF_EXIT_MEMORY || (exit == POBF_EXIT_FAILED && !manifest->stderr_sealed))) {
        talk_say("hint: with --explain it tells where, and what went to stderr");
    }
}

/* A failure's message is the function's output too: it goes where the result would go. */
static int hand_over(const struct run *run, const struct order *order)
{
    const int code = run->receipt.exit == POBF_EXIT_RETURNED ? 0 : talk_exit_code(POBF_E_FUNCTION);

    say_receipt(&run->receipt);
    hint(run, order);
    if (run->answer != NULL) {
        const enum pobf_status status =
            file_write(order->out, run->answer + POBF_X25519_BYTES, run->output_size, 0);

        if (status != POBF_OK) {
            return file_error(status, order->out);
        }
    }
    if (order->as_json) {
        print_receipt(run, order->out, code);
    }
    return code;
}

static int run_image(const char *path, const struct order *order)
{
    struct run run = {0};
    int code;
    enum pobf_status status = lockdown_privileges();

    if (status == POBF_OK) {
        status = imagefile_read(&run.image, &run.image_bytes, path);
    }
    if (order->explains) {
        unlink(path);
    }
    if (status == POBF_OK) {
        status = read_input(&run, order->in);
    }
    if (status == POBF_OK) {
        status = open_link(&run, order->backend);
    }
    if (status == POBF_OK) {
        status = take_steps(&run);
    }
    code = status == POBF_OK ? hand_over(&run, order) : talk_exit_code(status);
    clear(&run);
    return code;
}

/* A folder or a module: what is built first. */
static int is_project(const char *path)
{
    return compile_is_module(path) || file_is_folder(path);
}

static int run_project(const char *given, const struct order *order)
{
    char path[PLACE_ROOM];
    const enum pobf_status status = compile_project(path, given, NULL);

    return status == POBF_OK ? run_image(path, order) : talk_exit_code(status);
}

/* An image of its own, which has no name any more once it is read. */
static int run_explained(const char *given, const struct order *order)
{
    const char *parent = getenv("TMPDIR");
    char wanted[PLACE_ROOM];
    char path[PLACE_ROOM];
    enum pobf_status status;
    int file;

    snprintf(wanted, sizeof wanted, "%s/pobf-run-XXXXXX", parent != NULL ? parent : "/tmp");
    file = mkstemp(wanted);
    if (file < 0) {
        return talk_error(POBF_E_SYSTEM, "TMPDIR", "no temporary file can be made");
    }
    close(file);
    status = compile_to_explain(path, given, wanted);
    if (status == POBF_OK) {
        return run_image(path, order);
    }
    unlink(wanted);
    return talk_exit_code(status);
}

int run_main(int argc, char **argv)
{
    struct order order = {.out = "-"};
    const char *name = NULL;
    const struct cli_option options[] = {
        {"in", CLI_VALUE, &order.in, "FILE", "the input (- is stdin)"},
        {"out", CLI_VALUE, &order.out, "FILE",
         "the result, or a failure's message (default: stdout)"},
        {"backend", CLI_VALUE, &name, "process|kvm|auto", "what it runs on (default: process)"},
        {"explain", CLI_FLAG, &order.explains, NULL,
         "of WebAssembly or a script: build it so that it tells where it failed, and its stderr"},
        {"json", CLI_FLAG, &order.as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf-host run IMAGE|FOLDER|FILE.wasm|FILE.js --in FILE [--out FILE] [--backend NAME] "
        "[--explain] [--json]",
        "Call a function once, sealed, through the monitor, without a network. A folder, "
        "a module or a script is built first.\nExit code 1 where the function did not return a "
        "result.",
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
    if (order.in == NULL) {
        return talk_error(POBF_E_USAGE, "--in", "say which file is the input");
    }
    if (order.as_json && strcmp(order.out, "-") == 0) {
        return talk_error(POBF_E_USAGE, "--json",
                          "stdout cannot take both --json and the result: give --out FILE");
    }
    if (backend_choose(&order.backend, name) != POBF_OK) {
        return talk_exit_code(POBF_E_USAGE);
    }
    order.is_project = is_project(argv[1]);
    if (!order.is_project && order.explains) {
        return talk_error(POBF_E_USAGE, argv[1],
                          "--explain builds it in another way: give its folder or its source");
    }
    return !order.is_project ? run_image(argv[1], &order)
           : order.explains  ? run_explained(argv[1], &order)
                             : run_project(argv[1], &order);
}
