#include <stdio.h>
#include <string.h>

#include "contracts/sodium.h"
#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/host/backend.h"
#include "enclave/host/commands.h"
#include "enclave/host/imagefile.h"
#include "enclave/host/ledger.h"
#include "enclave/host/lockdown.h"
#include "enclave/host/service.h"
#include "framework/chain/provider.h"

enum { CERTIFICATE_FILE_MAX = 16 << 20, TIMEOUT_S = 30, CONNECTIONS_MAX = 256 };

struct serve_options {
    const char *image;
    const char *listen;
    const char *tls_certificate;
    const char *tls_key;
    const char *receipts;
    const char *certificate;
    const char *port_file;
    const char *backend_name;
    enum pobf_backend backend;
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
        talk_error(status, path, NULL);
    }
    return status;
}

/* What the image allows; the monitor checks it again. */
static enum pobf_status read_body_max(size_t *body_max, const char *path)
{
    struct image image;
    uint8_t *bytes;
    const enum pobf_status status = imagefile_read(&image, &bytes, path);

    *body_max = (size_t)image.manifest.input_max + POBF_SEALED_OVERHEAD;
    file_free(bytes, image.size);
    return status;
}

static enum pobf_status open_http(struct http **http, struct service *service,
                                  const struct serve_options *serve)
{
    struct http_options options = {
        .listen = serve->listen,
        .certificate_path = serve->tls_certificate,
        .key_path = serve->tls_key,
        .timeout_s = TIMEOUT_S,
        .connections_max = CONNECTIONS_MAX,
    };
    enum pobf_status status = read_body_max(&options.body_max, serve->image);

    *http = NULL;
    if (status != POBF_OK) {
        return status;
    }
    status = http_open(http, &options, service_routes, service_route_count, service);
    if (status != POBF_OK) {
        talk_error(status, serve->listen, http_why(status));
    }
    return status;
}

/* The certificate's digest goes into the evidence, so that a data provider can ask for it. */
static enum pobf_status open_service(struct service *service, struct http *http,
                                     const struct serve_options *serve)
{
    struct link_options link = {.monitor_path = serve->monitor, .image_path = serve->image};
    enum pobf_status status = POBF_OK;

    if (serve->certificate != NULL) {
        status = digest_file(link.certificate, serve->certificate);
    }
    if (status != POBF_OK) {
        return status;
    }
    http_channel_key(http, link.channel_key);
    return service_open(service, http, &link, (size_t)serve->warm, serve->receipts);
}

/*
 * The address as given, with the port that was bound: one line, for people and scripts. The port
 * file comes last: who has waited for it finds all else in place.
 */
static enum pobf_status announce(const struct http *http, const struct serve_options *serve)
{
    const int host_length = (int)(strrchr(serve->listen, ':') - serve->listen);
    char port[16];
    const int size = snprintf(port, sizeof port, "%u\n", http_port(http));
    enum pobf_status status = POBF_OK;

    printf("listening on %s://%.*s:%u\n", serve->tls_key != NULL ? "https" : "http", host_length,
           serve->listen, http_port(http));
    if (fflush(stdout) != 0) {
        return POBF_E_SYSTEM;
    }
    if (serve->port_file != NULL) {
        status = file_write(serve->port_file, (const uint8_t *)port, (size_t)size, 0);
    }
    if (status != POBF_OK) {
        talk_error(status, serve->port_file, NULL);
    }
    return status;
}

static enum pobf_status prepare_receipts(const char *folder)
{
    const enum pobf_status status = folder == NULL ? POBF_OK : ledger_prepare(folder);

    if (status != POBF_OK) {
        talk_error(status, folder, "receipts cannot be recorded there");
    }
    return status;
}

static int serve_until_stopped(const struct serve_options *serve)
{
    static struct service service;
    struct http *http = NULL;
    enum pobf_status status = prepare_receipts(serve->receipts);

    if (status == POBF_OK) {
        status = open_http(&http, &service, serve);
    }
    if (status == POBF_OK) {
        status = lockdown_privileges();
    }
    if (status == POBF_OK) {
        status = open_service(&service, http, serve);
    }
    if (status == POBF_OK) {
        status = announce(http, serve);
    }
    if (status == POBF_OK) {
        const struct lockdown_paths paths = {
            .image = serve->image,
            .monitor = serve->monitor,
            .device = backend_device(serve->backend),
            .receipts = serve->receipts,
        };

        status = lockdown_files(&paths);
    }
    if (status == POBF_OK) {
        http_run(http);
    }
    service_close(&service);
    http_close(http);
    return talk_exit_code(service.failed ? POBF_E_SYSTEM : status);
}

int serve_main(int argc, char **argv)
{
    static struct serve_options serve;
    const struct cli_option options[] = {
        {"listen", CLI_VALUE, &serve.listen, "ADDRESS:PORT", "127.0.0.1:8080, [::1]:0 (any port)"},
        {"tls-cert", CLI_VALUE, &serve.tls_certificate, "PEM", "certificate chain"},
        {"tls-key", CLI_VALUE, &serve.tls_key, "PEM", "its private key; without: loopback only"},
        {"receipts", CLI_VALUE, &serve.receipts, "DIR", "record every receipt there"},
        {"certificate", CLI_VALUE, &serve.certificate, "FILE", "the proof certificate to name"},
        {"backend", CLI_VALUE, &serve.backend_name, "NAME",
         "process (default), kvm or auto: what it runs on"},
        {"warm", CLI_NUMBER, &serve.warm, "N", "keep N monitors ready, to replace one that ends"},
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
    if (serve.warm > POOL_MAX) {
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
