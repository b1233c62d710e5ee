#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "edge/http/http.h"
#include "verifier/certificate/dsse.h"
#include "verifier/service/api.h"
#include "verifier/service/service.h"
#include "verifier/trust/trust.h"

enum { REFERENCE_MAX = 1 << 20, TIMEOUT_S = 30, CONNECTIONS_MAX = 128 };

/* The command line, and what was read from the files that it names. */
struct service {
    const char *listen, *key_path, *tls_certificate, *tls_key;
    const char *reference_path, *certificate_path, *certificate_key_path;
    int accept_sim;
    struct reference reference;
    uint8_t *certificate;
    size_t certificate_size;
    struct key *key, *certificate_key;
};

/* 0, or an exit code; what is wrong was told. */
static int open_key(struct key **key, const char *path)
{
    const enum pobf_status status = key_open(key, path);
    char why[KEY_TEXT_ROOM];

    if (status == POBF_OK) {
        return 0;
    }
    key_explain(why, path);
    return talk_error(status, path, status == POBF_E_INPUT ? why : NULL);
}

static int open_reference(struct service *service)
{
    const char *defect = NULL;
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, service->reference_path, REFERENCE_MAX);

    if (status == POBF_OK) {
        status = reference_parse(&service->reference, bytes, size, &defect);
    }
    file_free(bytes, size);
    return status == POBF_OK ? 0 : talk_error(status, service->reference_path, defect);
}

/* A certificate is judged now, too: a service that could only ever refuse does not start. */
static int open_certificate(struct service *service)
{
    struct checks checks = {.count = 0};
    struct certificate facts;
    enum pobf_status status;
    int code;

    if (service->certificate_key_path == NULL) {
        return talk_error(POBF_E_USAGE, "--certificate", "needs --certificate-key");
    }
    code = open_key(&service->certificate_key, service->certificate_key_path);
    if (code != 0) {
        return code;
    }
    status = file_read(&service->certificate, &service->certificate_size, service->certificate_path,
                       DSSE_ENVELOPE_MAX);
    if (status != POBF_OK) {
        return talk_error(status, service->certificate_path, NULL);
    }
    certificate_verify(&facts, &checks, service->certificate, service->certificate_size,
                       service->certificate_key);
    checks_print(&checks, 0);
    return checks_exit_code(checks_verdict(&checks));
}

static int open_files(struct service *service)
{
    int code = open_key(&service->key, service->key_path);

    if (code == 0 && !key_is_private(service->key)) {
        code = talk_error(POBF_E_KEY, service->key_path, "a public key cannot sign");
    }
    if (code == 0 && service->reference_path != NULL) {
        code = open_reference(service);
    }
    if (code == 0 && service->certificate_path != NULL) {
        code = open_certificate(service);
    }
    return code;
}

static void close_files(struct service *service)
{
    key_close(service->key);
    key_close(service->certificate_key);
    file_free(service->certificate, service->certificate_size);
}

static int listen_and_serve(const struct service *service)
{
    static struct api api;
    const struct http_options options = {
        .listen = service->listen,
        .certificate_path = service->tls_certificate,
        .key_path = service->tls_key,
        .body_max = API_BODY_MAX,
        .timeout_s = TIMEOUT_S,
        .connections_max = CONNECTIONS_MAX,
    };
    enum pobf_status status;
    struct http *http;

    api.policy = (struct appraisal_policy){
        .reference = service->reference_path != NULL ? &service->reference : NULL,
        .certificate_key = service->certificate_key,
        .sim_root = trust_sim_root,
        .accept_sim = service->accept_sim,
    };
    api.certificate = (struct appraisal_file){service->certificate, service->certificate_size};
    api.key = service->key;
    status = http_open(&http, &options, api_routes, api_route_count, &api);
    if (status != POBF_OK) {
        return talk_error(status, service->listen, http_why(status));
    }
    printf("listening on http%s://%.*s:%" PRIu16 "\n", service->tls_key != NULL ? "s" : "",
           (int)(strrchr(service->listen, ':') - service->listen), service->listen,
           http_port(http));
    fflush(stdout);
    http_run(http);
    http_close(http);
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        session_close(&api.sessions.item[i]);
    }
    return 0;
}

static int serve(struct service *service)
{
    int code;

    if (service->listen == NULL || service->key_path == NULL) {
        return talk_error(POBF_E_USAGE, "serve", "needs --listen and --key");
    }
    if (service->reference_path == NULL && service->certificate_path == NULL) {
        return talk_error(POBF_E_USAGE, "serve",
                          "needs --reference or --certificate: without either it could not tell");
    }
    code = open_files(service);
    if (code == 0) {
        code = listen_and_serve(service);
    }
    close_files(service);
    return code;
}

int serve_main(int argc, char **argv)
{
    struct service service = {.listen = NULL};
    const struct cli_option options[] = {
        {"listen", CLI_VALUE, &service.listen, "ADDR:PORT", "127.0.0.1:0 takes a free port"},
        {"key", CLI_VALUE, &service.key_path, "PEM", "private key that signs reports"},
        {"tls-cert", CLI_VALUE, &service.tls_certificate, "PEM", "certificate chain, for HTTPS"},
        {"tls-key", CLI_VALUE, &service.tls_key, "PEM", "its private key"},
        {"reference", CLI_VALUE, &service.reference_path, "FILE",
         "reference values, of pobf-host measure --json"},
        {"certificate", CLI_VALUE, &service.certificate_path, "FILE", "proof certificate"},
        {"certificate-key", CLI_VALUE, &service.certificate_key_path, "PEM",
         "the certifier's public key"},
        {"insecure-accept-sim", CLI_FLAG, &service.accept_sim, NULL,
         "take evidence of the simulator: the host is trusted"},
    };
    const struct cli_usage usage = {
        .synopsis = "pobf-verifier serve --listen ADDR:PORT --key PEM"
                    " (--reference FILE | --certificate FILE --certificate-key PEM) [option]...",
        .sentence = "Appraise evidence for others, by the challenge-response API of Veraison, and\n"
                    "answer with reports (EAR). Plain HTTP is for loopback alone.",
        .options = options,
        .option_count = sizeof options / sizeof *options,
    };
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : serve(&service);
}
