#include <stdio.h>
#include <string.h>

#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "edge/http/http.h"
#include "verifier/log/mirror.h"
#include "verifier/service/service.h"

enum { TIMEOUT_S = 30, CONNECTIONS_MAX = 128, BODY_MAX = 1024, FILE_ROOM = 4096 };
#define PIECE_MAX ((size_t)TILE_WIDTH * (TILE_ENTRY_MAX + 2))

struct service {
    const char *folder, *listen, *tls_certificate, *tls_key;
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

static const struct http_route routes[] = {{"GET", "/", get_file}};

static int serve(struct service *service)
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

    if (service->listen == NULL) {
        return talk_error(POBF_E_USAGE, "--listen", "is missing");
    }
    if (strlen(service->folder) + TILE_PATH_ROOM >= FILE_ROOM) {
        return talk_error(POBF_E_SPACE, service->folder, "the name is too long");
    }
    status = http_open(&http, &options, routes, sizeof routes / sizeof *routes, service);
    if (status != POBF_OK) {
        return talk_error(status, service->listen, http_why(status));
    }
    http_say_where(http, service->listen);
    http_run(http);
    http_close(http);
    return 0;
}

int log_serve_main(int argc, char **argv)
{
    struct service service = {.listen = NULL};
    const struct cli_option options[] = {
        {"listen", CLI_VALUE, &service.listen, "ADDRESS:PORT",
         "where to listen; port 0 takes a free one"},
        {"tls-cert", CLI_VALUE, &service.tls_certificate, "PEM", "certificate chain, for HTTPS"},
        {"tls-key", CLI_VALUE, &service.tls_key, "PEM", "its private key"},
    };
    const struct cli_usage usage = {
        .synopsis = "pobf-verifier log serve FOLDER --listen ADDRESS:PORT [option]...",
        .sentence = "Let others read a log: /checkpoint and /tile/, as files, and nothing else.\n"
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
