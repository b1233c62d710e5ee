#include "enclave/host/serving.h"

#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/host/capacity.h"
#include "enclave/host/imagefile.h"
#include "enclave/host/ledger.h"
#include "enclave/host/lockdown.h"
#include "enclave/host/manifest.h"
#include "enclave/tee/tpm.h"
#include "framework/chain/provider.h"

enum { CERTIFICATE_FILE_MAX = 16 << 20, TIMEOUT_S = 30 };

static enum pobf_status digest_file(uint8_t digest[POBF_DIGEST_BYTES], const char *path)
{
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, path, CERTIFICATE_FILE_MAX);

    if (status == POBF_OK && crypto_hash_sha256(digest, bytes, size) != 0) {
        status = POBF_E_SYSTEM;
    }
    file_free(bytes, size);
    return status == POBF_OK ? POBF_OK : file_unread(status, path);
}

/* A host that serves, as it comes up. An image is read once: a monitor that follows has the same. */
struct serving {
    const struct serve_options *options;
    struct opener opener;
    struct service_function functions[SERVICE_FUNCTIONS_MAX];
    size_t input_max, output_max; /* of all functions, in clear */
    size_t trustlets;
    uint32_t connections_max;
    struct zygote zygote; /* KVM: who makes machines */
    struct envelope_source source;
    struct http *http;
    struct courier *courier; /* until it is the service's */
    struct service *service;
    struct reload *reload;
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

static enum pobf_status start_opener(struct serving *serving)
{
    const char *paths[2 * SERVICE_FUNCTIONS_MAX];
    const struct serve_options *options = serving->options;

    for (size_t i = 0; i < options->count; i++) {
        paths[2 * i] = options->files[i].image;
        paths[2 * i + 1] = options->files[i].certificate;
    }
    return opener_begin(&serving->opener, paths, 2 * options->count);
}

/* The name that it was given, or else its own, which no other one has. */
static enum pobf_status choose_name(struct serving *serving, size_t number)
{
    struct service_function *function = &serving->functions[number];
    const char *given = serving->options->names_given[number];
    const char *path = serving->options->files[number].image;

    function->name = given[0] != '\0' ? given : function->source.image.manifest.name;
    if (!manifest_is_name(function->name)) {
        talk_error(POBF_E_USAGE, path, "its name is none that a path can have: give NAME=IMAGE");
        return POBF_E_USAGE;
    }
    for (size_t i = 0; i < number; i++) {
        if (strcmp(serving->functions[i].name, function->name) == 0) {
            talk_error(POBF_E_USAGE, path, "another one has its name: give NAME=IMAGE");
            return POBF_E_USAGE;
        }
    }
    return POBF_OK;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static enum pobf_status read_function(struct serving *serving, size_t number)
{
    const struct reload_files *files = &serving->options->files[number];
    struct function_source *source = &serving->functions[number].source;
    enum pobf_status status = imagefile_read(&source->image, &source->bytes, files->image);

    if (status == POBF_OK && files->certificate != NULL) {
        status = digest_file(source->certificate, files->certificate);
    }
    if (status != POBF_OK) {
        return status;
    }
    serving->input_max = larger(serving->input_max, source->image.manifest.input_max);
    serving->output_max = larger(serving->output_max, source->image.manifest.output_max);
    return choose_name(serving, number);
}

static enum pobf_status read_functions(struct serving *serving)
{
    enum pobf_status status = POBF_OK;

    for (size_t i = 0; status == POBF_OK && i < serving->options->count; i++) {
        status = read_function(serving, i);
    }
    return status;
}

static enum pobf_status check_capacity(struct serving *serving)
{
    const struct serve_options *options = serving->options;
    uint64_t each = 0;

    for (size_t i = 0; i < options->count; i++) {
        each += capacity_each(&serving->functions[i].source.image);
    }
    capacity_raise_limits();
    return capacity_choose(&serving->trustlets, each, options->trustlets, options->warm);
}

static enum pobf_status open_http(struct serving *serving)
{
    const size_t body_max = serving->input_max + POBF_SEALED_OVERHEAD;
    const size_t answer_max = serving->output_max + POBF_SEALED_OVERHEAD;
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

    serving->connections_max = options.connections_max;
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
    status = zygote_open(&serving->zygote, options->monitor, 0);
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

/* What will run is measured into the TPM before any of it runs: the monitor first, then the image, the only one. */
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
    memcpy(digests[1], serving->functions[0].source.image.measurement, POBF_DIGEST_BYTES);
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
    enum pobf_status status;

    if (!options->tsm) {
        return POBF_OK;
    }
    status = envelope_open_tsm(&serving->source, options->tsm_reports);
    if (status != POBF_OK) {
        talk_error(status, options->tsm_reports,
                   status == POBF_E_MISSING   ? "this system is no guest of a confidential machine"
                   : status == POBF_E_REFUSED ? "the kernel names a machine other than sev_guest, "
                                                "tdx_guest and arm_cca_guest"
                                              : "the machine gives no report");
    }
    return status;
}

static enum pobf_status open_service(struct serving *serving)
{
    const struct serve_options *options = serving->options;
    const struct service_options service = {
        .functions = serving->functions,
        .count = options->count,
        .monitor_path = options->monitor,
        .zygote = serving->zygote.process > 0 ? &serving->zygote : NULL,
        .trustlets = serving->trustlets,
        .warm = (size_t)options->warm,
        .connections_max = serving->connections_max,
        .receipts = options->receipts,
        .courier = serving->courier,
        .source = &serving->source,
        .names = &options->names,
    };

    serving->courier = NULL;
    return service_open(serving->service, serving->http, &service);
}

/* What a TPM has measured is all that it vouches for until the host is started again. */
static enum pobf_status await_hangups(struct serving *serving)
{
    const struct reload_options options = {
        .service = serving->service,
        .opener = &serving->opener,
        .files = serving->options->files,
        .input_max = serving->input_max,
        .output_max = serving->output_max,
        .never =
            serving->options->tpm == NULL
                ? NULL
                : "a TPM vouches for the image that was measured into it: start the host again",
    };

    return reload_open(&serving->reload, &options);
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

static void close_all(struct serving *serving)
{
    reload_close(serving->reload);
    courier_close(serving->courier);
    service_close(serving->service);
    zygote_close(&serving->zygote);
    http_close(serving->http);
    envelope_close(&serving->source);
    for (size_t i = 0; i < serving->options->count; i++) {
        function_source_clear(&serving->functions[i].source);
    }
    opener_end(&serving->opener);
}

int serving_run(const struct serve_options *options)
{
    static enum pobf_status (*const steps[])(struct serving *) = {
        start_opener, prepare_receipts, open_courier,     read_functions, check_capacity,
        open_http,    lock_privileges,  measure_into_tpm, find_machine,   start_zygote,
        open_service, await_hangups,    announce,         lock_files,     start_courier,
    };
    static struct service service;
    static struct serving serving;
    enum pobf_status status = POBF_OK;

    serving = (struct serving){.options = options, .service = &service};
    for (size_t i = 0; status == POBF_OK && i < sizeof steps / sizeof steps[0]; i++) {
        status = steps[i](&serving);
    }
    if (status == POBF_OK) {
        http_run(serving.http);
    }
    close_all(&serving);
    return talk_exit_code(service.failed ? POBF_E_SYSTEM : status);
}
