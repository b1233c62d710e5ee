#include "verifier/log/witness.h"

#include <stdio.h>
#include <time.h>

#include "edge/cli/cli.h"
#include "edge/cli/talk.h"
#include "edge/http/http.h"
#include "verifier/client/input.h"
#include "verifier/service/service.h"

enum { TIMEOUT_S = 30, CONNECTIONS_MAX = 128, HTTP_CONFLICT = 409 };

struct options {
    const char *folder, *listen, *name, *key_path, *tls_certificate, *tls_key;
    struct cli_list logs;
};

static void add_checkpoint(struct http_request *request, void *context)
{
    struct witness_reply reply;
    size_t size;
    const uint8_t *body = http_body(request, &size);

    witness_add_checkpoint(context, &reply, body, size, (uint64_t)time(NULL));
    http_answer(request, reply.code,
                reply.code == HTTP_CONFLICT ? "text/x.tlog.size" : "text/plain; charset=utf-8",
                reply.text, reply.size);
}

static const struct http_route routes[] = {{"POST", "/add-checkpoint", add_checkpoint}};

static int follow(struct witness *witness, const char *path)
{
    struct note_key log;
    struct input input;
    int code = input_read(&input, path);

    if (code == INPUT_GO_ON && (note_key_parse(&log, (const char *)input.bytes) != POBF_OK ||
                                witness_follow(witness, &log) != POBF_OK)) {
        code = talk_unusable(path, "the vkey of a log, as pobf-verifier log key prints it");
    }
    input_free(&input);
    return code;
}

/* For the policies of those who rely on it. */
static void say_key(const struct witness *witness)
{
    char text[NOTE_KEY_ROOM];

    note_key_print(text, witness_key(witness));
    printf("%s\n", text);
}

static int listen_and_serve(struct witness *witness, const struct options *options)
{
    const struct http_options http_options = {
        .listen = options->listen,
        .certificate_path = options->tls_certificate,
        .key_path = options->tls_key,
        .body_max = WITNESS_BODY_MAX,
        .timeout_s = TIMEOUT_S,
        .connections_max = CONNECTIONS_MAX,
    };
    struct http *http;
    const enum pobf_status status =
        http_open(&http, &http_options, routes, sizeof routes / sizeof *routes, witness);

    if (status != POBF_OK) {
        return talk_error(status, options->listen, http_why(status));
    }
    say_key(witness);
    http_say_where(http, options->listen);
    http_run(http);
    http_close(http);
    return 0;
}

static int open_witness(struct witness **witness, const struct options *options,
                        const struct key *key)
{
    const enum pobf_status status = witness_open(witness, options->folder, options->name, key);

    switch ((int)status) {
    case POBF_OK:
        return INPUT_GO_ON;
    case POBF_E_KEY:
        return talk_error(POBF_E_MISSING, options->key_path,
                          "a witness signs with a private Ed25519 key");
    case POBF_E_INPUT:
        return talk_error(POBF_E_USAGE, "--name", "takes a name without spaces and plus signs");
    case POBF_E_REFUSED:
        return talk_error(status, options->folder, "another witness is at work on it");
    default:
        return talk_error(status, options->folder, NULL);
    }
}

static int serve(const struct options *options)
{
    struct witness *witness = NULL;
    struct key *key = NULL;
    int code;

    if (options->listen == NULL || options->name == NULL || options->key_path == NULL ||
        options->logs.count == 0) {
        return talk_error(POBF_E_USAGE, "witness", "needs --listen, --name, --key and --log");
    }
    code = input_key(&key, options->key_path);
    if (code == INPUT_GO_ON) {
        code = open_witness(&witness, options, key);
    }
    for (size_t i = 0; i < options->logs.count && code == INPUT_GO_ON; i++) {
        code = follow(witness, options->logs.value[i]);
    }
    if (code == INPUT_GO_ON) {
        code = listen_and_serve(witness, options);
    }
    witness_close(witness);
    key_close(key);
    return code;
}

int witness_main(int argc, char **argv)
{
    struct options options = {.listen = NULL};
    const struct cli_option table[] = {
        {"listen", CLI_VALUE, &options.listen, "ADDRESS:PORT",
         "where to listen; port 0 takes a free one"},
        {"name", CLI_VALUE, &options.name, "NAME", "the witness's name, as witness.example/1"},
        {"key", CLI_VALUE, &options.key_path, "PEM", "its private Ed25519 key"},
        {"log", CLI_LIST, &options.logs, "FILE", "the vkey of a log to watch; any number"},
        {"tls-cert", CLI_VALUE, &options.tls_certificate, "PEM", "certificate chain, for HTTPS"},
        {"tls-key", CLI_VALUE, &options.tls_key, "PEM", "its private key"},
    };
    const struct cli_usage usage = {
        .synopsis = "pobf-verifier witness FOLDER --listen ADDRESS:PORT --name NAME --key PEM"
                    " --log FILE... [option]...",
        .sentence = "Watch logs grow, and sign each checkpoint that only adds to the one before.\n"
                    "FOLDER is its memory. stdout is its vkey, then where it listens.",
        .options = table,
        .option_count = sizeof table / sizeof *table,
        .operands_min = 1,
        .operands_max = 1,
    };
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    options.folder = argv[1];
    return serve(&options);
}
