#include <stdio.h>
#include <string.h>

#include "edge/cli/cli.h"
#include "edge/cli/talk.h"
#include "edge/http/http.h"
#include "verifier/client/input.h"
#include "verifier/client/policy.h"
#include "verifier/service/api.h"
#include "verifier/service/service.h"

enum { TIMEOUT_S = 30, CONNECTIONS_MAX = 128 };

struct service {
    const char *listen, *key_path, *tls_certificate, *tls_key;
    uint64_t sessions_per_client;
    struct policy policy;
    struct key *key;
    struct hardware_item policy_file;
};

/*
 * A certificate is judged now, too: a service that could only ever refuse does not start. 0, or
 * an exit code; what is wrong was told.
 */
static int judge_certificate(const struct policy *policy)
{
    struct checks checks = {.count = 0};
    struct certificate facts;

    if (policy->certificate.bytes == NULL) {
        return 0;
    }
    certificate_verify(&facts, &checks, policy->certificate.bytes, policy->certificate.size,
                       policy->certificate_key);
    checks_print(&checks, 0);
    return checks_exit_code(checks_verdict(&checks));
}

/* Evidence of hardware is appraised where there is a policy for it. */
static int takes_hardware(const struct service *service)
{
    return service->policy.platform_policy_path != NULL;
}

static int open_files(struct service *service)
{
    int code = input_key(&service->key, service->key_path);

    if (code == INPUT_GO_ON && !key_is_private(service->key)) {
        code = talk_error(POBF_E_MISSING, service->key_path, "a public key cannot sign");
    }
    if (code == INPUT_GO_ON) {
        code = policy_load(&service->policy);
    }
    return code == INPUT_GO_ON ? judge_certificate(&service->policy) : code;
}

static int listen_and_serve(struct service *service)
{
    static struct api api; /* large, and one program serves one */
    const struct http_options options = {
        .listen = service->listen,
        .certificate_path = service->tls_certificate,
        .key_path = service->tls_key,
        .body_max = API_BODY_MAX,
        .timeout_s = TIMEOUT_S,
        .connections_max = CONNECTIONS_MAX,
    };
    const struct input *policy_file = &service->policy.platform_policy_file;
    enum pobf_status status;
    struct http *http;

    service->policy_file = (struct hardware_item){policy_file->bytes, policy_file->size};
    api.policy = policy_of(&service->policy);
    api.certificate = input_view(&service->policy.certificate);
    api.key = service->key;
    api.at = (int64_t)service->policy.at;
    api.sessions_per_client = service->sessions_per_client;
    if (takes_hardware(service)) {
        api.hardware = &service->policy.platform;
        api.hardware_policy = policy_file->bytes == NULL ? NULL : &service->policy_file;
    }
    status = http_open(&http, &options, api_routes, api_route_count, &api);
    if (status != POBF_OK) {
        return talk_error(status, service->listen, http_why(status));
    }
    http_say_where(http, service->listen);
    http_run(http);
    http_close(http);
    challenges_clear(&api.challenges);
    return 0;
}

static int serve(struct service *service)
{
    const struct policy *policy = &service->policy;
    int code;

    if (service->listen == NULL || service->key_path == NULL) {
        return talk_error(POBF_E_USAGE, "serve", "needs --listen and --key");
    }
    if (policy->reference_path == NULL && policy->certificate_path == NULL &&
        !takes_hardware(service)) {
        return talk_error(POBF_E_USAGE, "serve",
                          "needs --reference, --certificate or --platform-policy: without one it "
                          "could not tell");
    }
    code = open_files(service);
    if (code == 0) {
        code = listen_and_serve(service);
    }
    policy_close(&service->policy);
    key_close(service->key);
    return code;
}

int serve_main(int argc, char **argv)
{
    static struct service service; /* large, and one program serves one */
    const struct cli_option options[] = {
        {"listen", CLI_VALUE, &service.listen, "ADDRESS:PORT",
         "where to listen; port 0 takes a free one"},
        {"key", CLI_VALUE, &service.key_path, "PEM", "private key that signs reports"},
        {"tls-cert", CLI_VALUE, &service.tls_certificate, "PEM", "certificate chain, for HTTPS"},
        {"tls-key", CLI_VALUE, &service.tls_key, "PEM", "its private key"},
        {"sessions-per-client", CLI_COUNT, &service.sessions_per_client, "N",
         "how many sessions of one address may wait at once (default: 64)"},
        POLICY_OPTIONS(&service.policy),
    };
    const struct cli_usage usage = {
        .synopsis = "pobf-verifier serve --listen ADDRESS:PORT --key PEM"
                    " (--reference FILE | --certificate FILE --certificate-key PEM |"
                    " --platform-policy FILE) [option]...",
        .sentence = "Appraise evidence for others, by the challenge-response API of Veraison, and\n"
                    "answer with reports (EAR). Plain HTTP is for loopback alone.",
        .options = options,
        .option_count = sizeof options / sizeof *options,
    };
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    return code >= 0 ? code : serve(&service);
}
