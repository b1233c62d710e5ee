#include <stdio.h>
#include <string.h>

#include "edge/cli/cli.h"
#include "edge/cli/talk.h"
#include "enclave/host/commands.h"
#include "enclave/host/manifest.h"
#include "enclave/host/serving.h"

/* NAME=IMAGE, where what is before the first = is a name; else all of it is an image. */
static void take_function(struct serve_options *serve, const char *operand)
{
    char *name = serve->names_given[serve->count];
    const size_t length = strcspn(operand, "=");
    const char *image = operand;

    if (operand[length] == '=' && length < IMAGE_NAME_ROOM) {
        memcpy(name, operand, length);
        image = operand + length + 1;
    }
    if (!manifest_is_name(name)) {
        name[0] = '\0';
        image = operand;
    }
    serve->files[serve->count].image = image;
    serve->count++;
}

static void take_functions(struct serve_options *serve, char **operands, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        take_function(serve, operands[i]);
        if (serve->certificates.count == count) {
            serve->files[i].certificate = serve->certificates.value[i];
        }
    }
}

int serve_main(int argc, char **argv)
{
    static struct serve_options serve;
    const struct cli_option options[] = {
        {"listen", CLI_VALUE, &serve.listen, "ADDRESS:PORT",
         "where to listen; port 0 takes a free one"},
        {"tls-cert", CLI_VALUE, &serve.tls_certificate, "PEM", "certificate chain"},
        {"tls-key", CLI_VALUE, &serve.tls_key, "PEM", "its private key; without: loopback only"},
        {"receipts", CLI_VALUE, &serve.receipts, "FOLDER",
         "record every receipt there, and the evidence of each boot, by which it is judged"},
        {"log", CLI_VALUE, &serve.log.url, "URL",
         "bring every receipt to this log, and keep its proof there, too"},
        {"log-key", CLI_VALUE, &serve.log.key_path, "FILE", "the log's vkey"},
        {"log-ca", CLI_VALUE, &serve.log.ca_path, "PEM",
         "authorities for the log's TLS certificate (default: the system's)"},
        {"log-token-file", CLI_VALUE, &serve.log.token_path, "FILE",
         "the token that the log wants from who brings it receipts"},
        {"certificate", CLI_LIST, &serve.certificates, "FILE",
         "the proof certificate to name; of several functions once for each, in their order"},
        {"backend", CLI_VALUE, &serve.backend_name, "process|kvm|auto",
         "what it runs on (default: process)"},
        {"name", CLI_LIST, &serve.names, "HOST:PORT",
         "answer over TLS to those alone who mean this host; without: to anybody"},
        {"tpm", CLI_VALUE, &serve.tpm, "TCTI",
         "let this TPM vouch for it: device:/dev/tpmrm0, swtpm:path=SOCKET"},
        {"tpm-certificate", CLI_VALUE, &serve.tpm_certificate, "FILE",
         "show this certificate of its AK: for who trusts the authority alone"},
        {"tsm", CLI_FLAG, &serve.tsm, NULL,
         "let the confidential machine vouch for it that this system is the guest of"},
        {"tsm-reports", CLI_VALUE, &serve.tsm_reports, "FOLDER",
         "where configfs-tsm is (default: " TSM_REPORTS ")"},
        {"trustlets", CLI_COUNT, &serve.trustlets, "N",
         "serve each function with N side by side (default: one a processor)"},
        {"warm", CLI_NUMBER, &serve.warm, "N",
         "keep N more ready for each processor, to replace one that ends"},
        {"port-file", CLI_VALUE, &serve.port_file, "FILE", "write the bound port there"},
    };
    const struct cli_usage usage = {
        "pobf-host serve [NAME=]IMAGE... --listen ADDRESS:PORT [option]...",
        "Serve functions over HTTP until SIGTERM or SIGINT; what is in flight is answered first.\n"
        "Of several, each is at http://ADDRESS:PORT/functions/NAME.\n"
        "SIGHUP reads their images again, and replaces what has changed while it serves.",
        options,
        sizeof options / sizeof options[0],
        1,
        SERVICE_FUNCTIONS_MAX,
    };
    size_t operands;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    if (serve.listen == NULL) {
        return talk_error(POBF_E_USAGE, "--listen", "say where, as 127.0.0.1:8080");
    }
    if (serve.tpm_certificate != NULL && serve.tpm == NULL) {
        return talk_error(POBF_E_USAGE, "--tpm-certificate", "needs --tpm");
    }
    if ((serve.log.url != NULL) != (serve.log.key_path != NULL)) {
        return talk_error(POBF_E_USAGE, "--log", "needs --log-key, and that needs --log");
    }
    if (serve.log.url != NULL && serve.receipts == NULL) {
        return talk_error(POBF_E_USAGE, "--log", "needs --receipts, where they stay till then");
    }
    if (serve.log.ca_path != NULL && serve.log.url == NULL) {
        return talk_error(POBF_E_USAGE, "--log-ca", "needs --log");
    }
    if (serve.log.token_path != NULL && serve.log.url == NULL) {
        return talk_error(POBF_E_USAGE, "--log-token-file", "needs --log");
    }
    serve.log.folder = serve.receipts;
    take_functions(&serve, argv + 1, operands);
    if (serve.certificates.count != 0 && serve.certificates.count != serve.count) {
        return talk_error(POBF_E_USAGE, "--certificate", "give one for each function, or none");
    }
    if (serve.tpm != NULL && serve.count > 1) {
        return talk_error(POBF_E_USAGE, "--tpm", "vouches for one function");
    }
    if (serve.tsm && serve.tpm != NULL) {
        return talk_error(POBF_E_USAGE, "--tsm", "is one of --tsm, --tpm");
    }
    if (serve.tsm_reports != NULL && !serve.tsm) {
        return talk_error(POBF_E_USAGE, "--tsm-reports", "needs --tsm");
    }
    if (serve.tsm_reports == NULL) {
        serve.tsm_reports = TSM_REPORTS;
    }
    if (serve.trustlets > SEATS_MAX) {
        return talk_error(POBF_E_USAGE, "--trustlets", "256 at most");
    }
    if (serve.warm > POOL_WARM_MAX) {
        return talk_error(POBF_E_USAGE, "--warm", "16 monitors at most");
    }
    if (backend_choose(&serve.backend, serve.backend_name) != POBF_OK) {
        return talk_exit_code(POBF_E_USAGE);
    }
    if (backend_place(serve.monitor, serve.backend) != POBF_OK) {
        return talk_exit_code(POBF_E_MISSING);
    }
    return serving_run(&serve);
}
