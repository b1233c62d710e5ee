#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "edge/http/bearer.h"
#include "edge/http/http.h"
#include "verifier/client/input.h"
#include "verifier/log/tree.h"
#include "verifier/service/intake.h"
#include "verifier/service/log.h"
#include "verifier/service/service.h"

enum {
    TIMEOUT_S = 30,
    CONNECTIONS_MAX = 1024,
    BODY_MAX = 1024,
    FILE_ROOM = 4096,
    METRICS_ROOM = 64 * 1024
};
#define PIECE_MAX ((size_t)TILE_WIDTH * (TILE_ENTRY_MAX + 2))

struct service {
    const char *folder, *listen, *tls_certificate, *tls_key;
    const char *key_path;    /* NULL: no receipts are taken */
    const char *policy_path; /* NULL: no witness is asked */
    const char *token_path;  /* NULL: receipts are taken from anybody */
    struct bearer token;
    struct intake *intake;
    struct mirror *mirror;
};

/* `checkpoint`, or a name that tile_path could have made. Whatever else is there is not shown. */
static int is_public(const char *name)
{
    static const char tiles[] = "tile/", entries[] = "entries/";

    if (strcmp(name, "checkpoint") == 0) {
        return 1;
    }
    if (strncmp(name, tiles, sizeof tiles - 1) != 0) {
        return 0;
    }
    name += sizeof tiles - 1;
    if (strncmp(name, entries, sizeof entries - 1) == 0) {
        name += sizeof entries - 1;
    }
    return strlen(name) < TILE_PATH_ROOM && name[strspn(name, "0123456789xp./")] == '\0' &&
           strstr(name, "..") == NULL;
}

static void get_file(struct http_request *request, void *context)
{
    const struct service *service = context;
    const char *name = http_tail(request);
    char path[FILE_ROOM];
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum pobf_status status = is_public(name) ? POBF_OK : POBF_E_MISSING;

    if (status == POBF_OK) {
        snprintf(path, sizeof path, "%s/%s", service->folder, name);
        status = file_read(&bytes, &size, path, PIECE_MAX);
    }
    if (status == POBF_OK) {
        http_answer(request, 200,
                    strcmp(name, "checkpoint") == 0 ? "text/plain; charset=utf-8"
                                                    : "application/octet-stream",
                    bytes, size);
    } else {
        http_problem(request, 404, "the log has no such file", "path",
                     "checkpoint, or a tile below its size", NULL);
    }
    file_free(bytes, size);
}

/* In a time that does not tell how much of a token is right. */
static int knows_token(const struct http_request *request, const struct bearer *token)
{
    struct bearer shown;
    const int has_token = bearer_parse(&shown, http_header(request, "Authorization")) == POBF_OK;
    const int knows = has_token && sodium_memcmp(&shown, token, sizeof shown) == 0;

    sodium_memzero(&shown, sizeof shown);
    return knows;
}

static void post_receipt(struct http_request *request, void *context)
{
    struct service *service = context;

    if (service->intake == NULL) {
        http_problem(request, 404, "this log takes no receipts here", "path", NULL, NULL);
        return;
    }
    if (service->token_path != NULL && !knows_token(request, &service->token)) {
        http_set_header(request, "WWW-Authenticate", "Bearer");
        http_problem(request, 401, "this log takes receipts from those alone who know its token",
                     "Authorization", "Bearer, and the token", NULL);
        return;
    }
    intake_add(request, service->intake);
}

/* Of a query's number; 0, which no proof begins at, where there is none. */
static uint64_t number_of(const struct http_request *request, const char *name)
{
    const char *text = http_query(request, name), *end = NULL;
    const uint64_t number = text == NULL ? 0 : checkpoint_number(text, &end);

    return end != NULL && *end == '\0' ? number : 0;
}

/* The hashes that lead from one size to another. Whoever asks compares them with the roots that it knows. */
static void get_consistency(struct http_request *request, void *context)
{
    const struct service *service = context;
    const uint64_t old = number_of(request, "old"), new = number_of(request, "new");
    char text[PROOF_TEXT_ROOM];
    struct proof proof = {.count = 0};

    if (old == 0 || old > new || tree_consistency(service->mirror, &proof, old, new) != POBF_OK) {
        http_problem(request, 404, "the log has no such sizes", "old, new",
                     "two sizes of checkpoints, the smaller one first", NULL);
        return;
    }
    http_answer(request, 200, "text/plain; charset=utf-8", text, proof_print(text, &proof));
}

static void get_metrics(struct http_request *request, void *context)
{
    static char text[METRICS_ROOM];
    const struct service *service = context;
    struct exposition page = {text, sizeof text, 0};

    if (service->intake == NULL) {
        http_problem(request, 404, "nothing is counted where no receipts are taken", "path", NULL,
                     NULL);
        return;
    }
    intake_expose(service->intake, &page);
    http_answer(request, 200, EXPOSITION_MEDIA_TYPE, text, page.size);
}

static const struct http_route routes[] = {
    {"POST", "/add", post_receipt},
    {"GET", "/consistency", get_consistency},
    {"GET", "/metrics", get_metrics},
    {"GET", "/", get_file},
};

static int listen_and_serve(struct service *service)
{
    const struct http_options options = {
        .listen = service->listen,
        .certificate_path = service->tls_certificate,
        .key_path = service->tls_key,
        .body_max = BODY_MAX,
        .timeout_s = TIMEOUT_S,
        .connections_max = CONNECTIONS_MAX,
    };
    enum pobf_status status;
    struct http *http;

    status = http_open(&http, &options, routes, sizeof routes / sizeof *routes, service);
    if (status != POBF_OK) {
        return talk_error(status, service->listen, http_why(status));
    }
    if (service->intake != NULL) {
        status = intake_attach(service->intake, http);
    }
    if (status != POBF_OK) {
        intake_detach(service->intake);
        http_close(http);
        return status == POBF_E_USAGE ? talk_exit_code(status)
                                      : talk_error(status, service->listen, NULL);
    }
    http_say_where(http, service->listen);
    http_run(http);
    intake_detach(service->intake);
    http_close(http);
    return 0;
}

static int open_intake(struct service *service, struct sequencer *log, const struct key *key,
                       const struct quorum *quorum)
{
    const struct intake_options options = {.folder = service->folder, .key = key, .quorum = quorum};
    const enum pobf_status status = intake_open(&service->intake, log, &options);

    return status == POBF_OK
               ? INPUT_GO_ON
               : talk_error(status, service->folder,
                            "state/places, the index of its receipts, cannot be used; it is made "
                            "again where it is missing");
}

/* The one writer of the log, which serves it as well. */
static int write_and_serve(struct service *service)
{
    const int has_policy = service->policy_path != NULL;
    struct quorum quorum;
    struct sequencer *log;
    struct key *key;
    enum pobf_status status = POBF_OK;
    int code;

    if (service->token_path != NULL) {
        status = bearer_read(&service->token, service->token_path);
    }
    if (status != POBF_OK) {
        return talk_exit_code(status);
    }
    code = log_open(&log, &key, service->folder, service->key_path);
    if (code == INPUT_GO_ON) {
        code = log_open_policy(&quorum, service->policy_path, log);
    }
    if (code == INPUT_GO_ON) {
        code = open_intake(service, log, key, has_policy ? &quorum : NULL);
    } else {
        sequencer_close(log);
    }
    if (code == INPUT_GO_ON) {
        code = listen_and_serve(service);
    }
    intake_close(service->intake);
    key_close(key);
    sodium_memzero(&service->token, sizeof service->token);
    return code;
}

static int serve(struct service *service)
{
    int code;

    if (service->listen == NULL) {
        return talk_error(POBF_E_USAGE, "--listen", "is missing");
    }
    if (service->policy_path != NULL && service->key_path == NULL) {
        return talk_error(POBF_E_USAGE, "--policy", "needs --key");
    }
    if (service->token_path != NULL && service->key_path == NULL) {
        return talk_error(POBF_E_USAGE, "--token-file", "needs --key");
    }
    if (strlen(service->folder) + TILE_PATH_ROOM >= FILE_ROOM) {
        return talk_error(POBF_E_SPACE, service->folder, "the name is too long");
    }
    if (mirror_open(&service->mirror, service->folder) != POBF_OK) {
        return talk_error(POBF_E_SYSTEM, service->folder, NULL);
    }
    code = service->key_path == NULL ? listen_and_serve(service) : write_and_serve(service);
    mirror_close(service->mirror);
    return code;
}

int log_serve_main(int argc, char **argv)
{
    struct service service = {.listen = NULL};
    const struct cli_option options[] = {
        {"listen", CLI_VALUE, &service.listen, "ADDRESS:PORT",
         "where to listen; port 0 takes a free one"},
        {"tls-cert", CLI_VALUE, &service.tls_certificate, "PEM", "certificate chain, for HTTPS"},
        {"tls-key", CLI_VALUE, &service.tls_key, "PEM", "its private key"},
        {"key", CLI_VALUE, &service.key_path, "PEM",
         "take receipts as well, at /add; this is the log's private key"},
        {"policy", CLI_VALUE, &service.policy_path, "FILE",
         "ask the witnesses that it names before a receipt's proof is given"},
        {"token-file", CLI_VALUE, &service.token_path, "FILE",
         "take receipts from those alone who send the token in it; without: from anybody"},
    };
    const struct cli_usage usage = {
        .synopsis = "pobf-verifier log serve FOLDER --listen ADDRESS:PORT [option]...",
        .sentence =
            "Let others read a log: /checkpoint and /tile/, as files, /consistency?old=N&new=N,\n"
            "and nothing else. With --key it also takes receipts, answers each with its proof,\n"
            "and has /metrics.\n"
            "Plain HTTP is for loopback alone.",
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
    service.folder = argv[1];
    return serve(&service);
}
