#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "contracts/sodium.h"
#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/host/backend.h"
#include "enclave/host/capacity.h"
#include "enclave/host/commands.h"
#include "enclave/host/courier.h"
#include "enclave/host/imagefile.h"
#include "enclave/host/ledger.h"
#include "enclave/host/lockdown.h"
#include "enclave/host/service.h"
#include "enclave/tee/tpm.h"
#include "framework/chain/provider.h"

enum { CERTIFICATE_FILE_MAX = 16 << 20, TIMEOUT_S = 30 };

struct serve_options {
    const char *image;
    const char *listen;
    const char *tls_certificate;
    const char *tls_key;
    const char *receipts;
    struct courier_options log; /* url NULL: none */
    const char *certificate;
    const char *port_file;
    const char *backend_name;
    struct cli_list names;
    const char *tpm_certificate;
    const char *tpm; /* the name of a TCTI; NULL: the simulator alone */
    int tsm;         /* 1: the confidential machine that this is the guest of vouches */
    const char *tsm_reports;
    enum pobf_backend backend;
    uint64_t trustlets; /* 0: as many as there are processors */
    uint64_t warm;
    char monitor[PLACE_ROOM]; /* the backend's program */
};

static enum pobf_status digest_file(uint8_t digest[POBF_DIGEST_BYTES], const char *path)
{
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, path, CERTIFICATE_FILE_MAX);

    if (status == POBF_OK && crypto_hash_sha256(digest, bytes, size) != 0) {
        status = POBF_E_SYSTEM;
    }
    file_free(bytes, size);
    if (status != POBF_OK) {
        file_error(status, path);
    }
    return status;
}

/* A host that serves, as it comes up. The image is read once: a monitor that follows has the same. */
struct serving {
    const struct serve_options *options;
    struct image image;
    uint8_t *image_bytes;
    size_t trustlets;
    struct mold mold; /* KVM: what all machines begin with, and who makes them */
    struct zygote zygote;
    struct envelope_source source;
    struct http *http;
    struct courier *courier; /* until it is the service's */
    struct service *service;
};

static const char *why_not_recorded(enum pobf_status status)
{
    switch ((int)status) {
    case POBF_E_MISSING:
        return "there is no such folder; make it, and receipts go there";
    case POBF_E_INPUT:
        return "receipts cannot be recorded there: a journal in it is damaged, or none of ours";
    default:
        return "receipts cannot be recorded there: it is no folder that may be read and written";
    }
}

static enum pobf_status prepare_receipts(struct serving *serving)
{
    const char *folder = serving->options->receipts;
    size_t crashed = 0;
    const enum pobf_status status = folder == NULL ? POBF_OK : ledger_prepare(&crashed, folder);

    if (status != POBF_OK) {
        talk_error(status, folder, why_not_recorded(status));
    }
    if (crashed > 0) {
        talk_say("forgotten by crash, of hosts that have ended: %zu %s; see %s/*.crashed", crashed,
                 crashed == 1 ? "task" : "tasks", folder);
    }
    return status;
}

static enum pobf_status open_courier(struct serving *serving)
{
    return serving->options->log.url == NULL
               ? POBF_OK
               : courier_open(&serving->courier, &serving->options->log);
}

static enum pobf_status read_image(struct serving *serving)
{
    return imagefile_read(&serving->image, &serving->image_bytes, serving->options->image);
}

static enum pobf_status check_capacity(struct serving *serving)
{
    const struct serve_options *options = serving->options;

    capacity_raise_limits();
    return capacity_choose(&serving->trustlets, &serving->image, options->trustlets, options->warm);
}

static enum pobf_status open_http(struct serving *serving)
{
    const size_t body_max = serving->image.manifest.input_max + POBF_SEALED_OVERHEAD;
    const size_t answer_max = serving->image.manifest.output_max + POBF_SEALED_OVERHEAD;
    const struct http_options options = {
        .listen = serving->options->listen,
        .certificate_path = serving->options->tls_certificate,
        .key_path = serving->options->tls_key,
        .body_max = body_max,
        .timeout_s = TIMEOUT_S,
        .connections_max = service_connections_max(body_max, answer_max),
    };
    const enum pobf_status status =
        http_open(&serving->http, &options, service_routes, service_route_count, serving->service);

    if (status != POBF_OK) {
        talk_error(status, serving->options->listen, http_why(status));
    }
    return status;
}

static enum pobf_status lock_privileges(struct serving *serving)
{
    (void)serving;
    return lockdown_privileges();
}

/* Machines are made by copying a process, and not by starting a program each time. */
static enum pobf_status start_zygote(struct serving *serving)
{
    const struct serve_options *options = serving->options;
    enum pobf_status status;

    if (options->backend != POBF_BACKEND_KVM) {
        return POBF_OK;
    }
    status = mold_open(&serving->mold, serving->image_bytes, serving->image.size);
    if (status == POBF_OK) {
        status = zygote_open(&serving->zygote, options->monitor, serving->mold.room);
    }
    if (status != POBF_OK) {
        talk_error(status, options->monitor, NULL);
    }
    return status;
}

/* PEM or DER; it goes into every envelope as DER. */
static enum pobf_status read_ak_certificate(struct serving *serving)
{
    const char *path = serving->options->tpm_certificate;
    BIO *in = path != NULL ? BIO_new_file(path, "rb") : NULL;
    X509 *certificate = in != NULL ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
    uint8_t *at = serving->source.certificate;
    int size = 0;

    if (certificate == NULL && in != NULL && BIO_reset(in) == 0) {
        certificate = d2i_X509_bio(in, NULL);
    }
    if (certificate != NULL) {
        size = i2d_X509(certificate, NULL);
    }
    if (size > 0 && size <= TPM_CERTIFICATE_ROOM) {
        serving->source.certificate_size = (size_t)i2d_X509(certificate, &at);
    }
    X509_free(certificate);
    BIO_free(in);
    if (path != NULL && serving->source.certificate_size == 0) {
        talk_error(POBF_E_MISSING, path, "is no certificate of an AK: PEM or DER");
        return POBF_E_MISSING;
    }
    return POBF_OK;
}

/* What will run is measured into the TPM before any of it runs: the monitor first, then the image. */
static enum pobf_status measure_into_tpm(struct serving *serving)
{
    const struct serve_options *options = serving->options;
    uint8_t digests[2][POBF_DIGEST_BYTES];
    enum pobf_status status;

    if (options->tpm == NULL) {
        return POBF_OK;
    }
    status = backend_measure(digests[0], options->backend);
    if (status != POBF_OK) {
        return status;
    }
    memcpy(digests[1], serving->image.measurement, POBF_DIGEST_BYTES);
    status = tpm_open(&serving->source.tpm, options->tpm);
    if (status == POBF_OK) {
        status = tpm_measure(serving->source.tpm, digests, 2);
    }
    if (status != POBF_OK) {
        talk_error(status, options->tpm,
                   status == POBF_E_MISSING ? "no TPM answers there"
                                            : "register 23 could not be made anew");
    }
    serving->source.vouch = envelope_of_tpm;
    serving->source.patience_s = ENVELOPE_PATIENCE_S;
    return status == POBF_OK ? read_ak_certificate(serving) : status;
}

/* A machine that vouches for nothing would be found out by the first client. */
static enum pobf_status find_machine(struct serving *serving)
{
    const struct serve_options *options = serving->options;
    static const uint8_t nothing[TSM_INBLOB_MAX] = {0};
    struct envelope_source *source = &serving->source;
    struct tsm_report report;
    enum pobf_status status;

    if (!options->tsm) {
        return POBF_OK;
    }
    *source = (struct envelope_source){.vouch = envelope_of_tsm,
                                       .patience_s = ENVELOPE_PATIENCE_S,
                                       .tsm = {.reports = options->tsm_reports, .privlevel = -1}};
    status = tsm_ask(&report, &source->tsm, nothing, sizeof nothing);
    tsm_clear(&report);
    if (status != POBF_OK) {
        talk_error(status, options->tsm_reports,
                   status == POBF_E_MISSING ? "this system is no guest of a confidential machine"
                                            : "the machine gives no report");
    }
    return status;
}

/* The certificate's digest goes into the evidence, so that a data provider can ask for it. */
static enum pobf_status open_service(struct serving *serving)
{
    const struct serve_options *options = serving->options;
    struct service_options service = {
        .link = {.monitor_path = options->monitor,
                 .image = serving->image_bytes,
                 .image_size = serving->image.size},
        .trustlets = serving->trustlets,
        .warm = (size_t)options->warm,
        .receipts = options->receipts,
        .courier = serving->courier,
        .source = &serving->source,
        .names = &options->names,
    };
    enum pobf_status status = POBF_OK;

    if (options->certificate != NULL) {
        status = digest_file(service.link.certificate, options->certificate);
    }
    if (status != POBF_OK) {
        return status;
    }
    if (serving->zygote.process > 0) {
        service.link.mold = &serving->mold;
        service.link.zygote = &serving->zygote;
    }
    http_channel_key(serving->http, service.link.channel_key);
    serving->courier = NULL;
    return service_open(serving->service, serving->http, &service);
}

/*
 * The address as given, with the port that was bound: one line, for people and scripts. The port
 * file comes last: who has waited for it finds all else in place.
 */
static enum pobf_status announce(struct serving *serving)
{
    const struct serve_options *options = serving->options;
    const unsigned bound = http_port(serving->http);
    const int host_length = (int)(strrchr(options->listen, ':') - options->listen);
    char port[16];
    const int size = snprintf(port, sizeof port, "%u\n", bound);
    enum pobf_status status = POBF_OK;

    printf("listening on %s://%.*s:%u\n", options->tls_key != NULL ? "https" : "http", host_length,
           options->listen, bound);
    if (fflush(stdout) != 0) {
        return POBF_E_SYSTEM;
    }
    if (options->port_file != NULL) {
        status = file_write(options->port_file, (const uint8_t *)port, (size_t)size, 0);
    }
    if (status != POBF_OK) {
        file_error(status, options->port_file);
    }
    return status;
}

static enum pobf_status lock_files(struct serving *serving)
{
    const struct serve_options *options = serving->options;

    return lockdown_files(options->monitor, backend_device(options->backend), options->receipts,
                          options->tsm ? options->tsm_reports : NULL, options->log.url != NULL);
}

static enum pobf_status start_courier(struct serving *serving)
{
    return serving->service->courier == NULL ? POBF_OK : courier_start(serving->service->courier);
}

static int serve_until_stopped(const struct serve_options *options)
{
    static enum pobf_status (*const steps[])(struct serving *) = {
        prepare_receipts, open_courier,     read_image,    check_capacity, open_http,
        lock_privileges,  measure_into_tpm, find_machine,  start_zygote,   open_service,
        announce,         lock_files,       start_courier,
    };
    static struct service service;
    struct serving serving = {
        .options = options, .service = &service, .mold = {.file = -1, .guest = -1}};
    enum pobf_status status = POBF_OK;

    for (size_t i = 0; status == POBF_OK && i < sizeof steps / sizeof steps[0]; i++) {
        status = steps[i](&serving);
    }
    if (status == POBF_OK) {
        http_run(serving.http);
    }
    courier_close(serving.courier);
    service_close(&service);
    zygote_close(&serving.zygote);
    mold_close(&serving.mold);
    http_close(serving.http);
    envelope_close(&serving.source);
    file_free(serving.image_bytes, serving.image.size);
    return talk_exit_code(service.failed ? POBF_E_SYSTEM : status);
}

int serve_main(int argc, char **argv)
{
    static struct serve_options serve;
    const struct cli_option options[] = {
        {"listen", CLI_VALUE, &serve.listen, "ADDRESS:PORT",
         "where to listen; port 0 takes a free one"},
        {"tls-cert", CLI_VALUE, &serve.tls_certificate, "PEM", "certificate chain"},
        {"tls-key", CLI_VALUE, &serve.tls_key, "PEM", "its private key; without: loopback only"},
        {"receipts", CLI_VALUE, &serve.receipts, "FOLDER", "record every receipt there"},
        {"log", CLI_VALUE, &serve.log.url, "URL",
         "bring every receipt to this log, and keep its proof there, too"},
        {"log-key", CLI_VALUE, &serve.log.key_path, "FILE", "the log's vkey"},
        {"log-ca", CLI_VALUE, &serve.log.ca_path, "PEM",
         "authorities for the log's TLS certificate (default: the system's)"},
        {"log-token-file", CLI_VALUE, &serve.log.token_path, "FILE",
         "the token that the log wants from who brings it receipts"},
        {"certificate", CLI_VALUE, &serve.certificate, "FILE", "the proof certificate to name"},
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
        {"trustlets", CLI_NUMBER, &serve.trustlets, "N",
         "serve with N side by side (default: one a processor)"},
        {"warm", CLI_NUMBER, &serve.warm, "N",
         "keep N more ready for each processor, to replace one that ends"},
        {"port-file", CLI_VALUE, &serve.port_file, "FILE", "write the bound port there"},
    };
    const struct cli_usage usage = {
        "pobf-host serve IMAGE --listen ADDRESS:PORT [option]...",
        "Serve a function over HTTP until SIGTERM or SIGINT; what is in flight is answered first.",
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
    serve.image = argv[1];
    return serve_until_stopped(&serve);
}
