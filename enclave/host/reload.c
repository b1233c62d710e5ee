#include "enclave/host/reload.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/host/imagefile.h"

enum { CERTIFICATE_FILE_MAX = 16 << 20 };

struct reload {
    struct reload_options options;
    struct event *hangup; /* SIGHUP */
    struct event *opened; /* the opener says something */
    int runs;
    int again;                     /* 1: there was another SIGHUP meanwhile */
    size_t number;                 /* of the function whose files are read */
    struct function_source source; /* as far as it is read */
};

static const struct reload_files *files_of(const struct reload *reload)
{
    return &reload->options.files[reload->number];
}

static struct function *function_of(const struct reload *reload)
{
    return &reload->options.service->functions[reload->number];
}

/* The opener is gone, and cannot be had again. */
static void give_up(struct reload *reload)
{
    reload->runs = 0;
    event_del(reload->opened);
    reload->options.never = "the process that opens files is gone: start the host again";
    talk_error(POBF_E_SYSTEM, "SIGHUP", reload->options.never);
}

static void ask(struct reload *reload, size_t which)
{
    if (opener_ask(reload->options.opener, 2 * reload->number + which) != POBF_OK) {
        give_up(reload);
    }
}

/* The files of the next function; after the last one from the first again, where that was asked for. */
static void go_on(struct reload *reload)
{
    function_source_clear(&reload->source);
    reload->number++;
    if (reload->number == reload->options.service->count) {
        reload->number = 0;
        reload->runs = reload->again;
        reload->again = 0;
    }
    if (reload->runs) {
        ask(reload, 0);
    }
}

/* What the server was set up for cannot grow. */
static const char *judge_limits(const struct reload *reload)
{
    const struct image_manifest *manifest = &reload->source.image.manifest;

    return manifest->input_max > reload->options.input_max ||
                   manifest->output_max > reload->options.output_max
               ? "it takes or gives more at once than this host was started for: start it again"
               : NULL;
}

static void replace(struct reload *reload)
{
    const char *why = judge_limits(reload);

    if (why == NULL) {
        why = function_replace(function_of(reload), &reload->source);
    }
    if (why != NULL) {
        talk_say("function %s: %s is not taken: %s", function_of(reload)->name,
                 files_of(reload)->image, why);
    }
    go_on(reload);
}

static void take_image(struct reload *reload, uint8_t *bytes, size_t size)
{
    struct function_source *source = &reload->source;

    source->bytes = bytes;
    if (imagefile_judge(&source->image, &source->bytes, size, files_of(reload)->image) != POBF_OK) {
        go_on(reload);
    } else if (files_of(reload)->certificate != NULL) {
        ask(reload, 1);
    } else {
        replace(reload);
    }
}

static void take_certificate(struct reload *reload, uint8_t *bytes, size_t size)
{
    const int is_digested = crypto_hash_sha256(reload->source.certificate, bytes, size) == 0;

    file_free(bytes, size);
    if (is_digested) {
        replace(reload);
    } else {
        go_on(reload);
    }
}

static enum pobf_status read_opened(struct reload *reload, uint8_t **bytes, size_t *size,
                                    size_t limit)
{
    int file;
    enum pobf_status status = opener_take(reload->options.opener, &file);

    *bytes = NULL;
    *size = 0;
    if (status == POBF_OK) {
        status = file_read_open(bytes, size, file, limit);
        close(file);
    }
    return status;
}

static void on_opened(evutil_socket_t socket, short what, void *context)
{
    struct reload *reload = context;
    const int is_image = reload->source.bytes == NULL;
    uint8_t *bytes;
    size_t size;
    enum pobf_status status;

    (void)socket;
    (void)what;
    status = read_opened(reload, &bytes, &size, is_image ? IMAGE_FILE_MAX : CERTIFICATE_FILE_MAX);
    if (status == POBF_OK && is_image) {
        take_image(reload, bytes, size);
    } else if (status == POBF_OK) {
        take_certificate(reload, bytes, size);
    } else if (status == POBF_E_STATE) {
        give_up(reload);
    } else {
        file_error(status, is_image ? files_of(reload)->image : files_of(reload)->certificate);
        go_on(reload);
    }
}

static void on_hangup(evutil_socket_t number, short what, void *context)
{
    struct reload *reload = context;

    (void)number;
    (void)what;
    if (reload->options.never != NULL) {
        talk_error(POBF_E_STATE, "SIGHUP", reload->options.never);
    } else if (reload->runs) {
        reload->again = 1;
    } else {
        reload->runs = 1;
        ask(reload, 0);
    }
}

enum pobf_status reload_open(struct reload **reload, const struct reload_options *options)
{
    struct event_base *base = http_base(options->service->http);
    struct reload *made = calloc(1, sizeof *made);

    *reload = made;
    if (made == NULL) {
        return POBF_E_SYSTEM;
    }
    made->options = *options;
    made->hangup = evsignal_new(base, SIGHUP, on_hangup, made);
    made->opened = event_new(base, options->opener->socket, EV_READ | EV_PERSIST, on_opened, made);
    return made->hangup != NULL && made->opened != NULL && event_add(made->hangup, NULL) == 0 &&
                   event_add(made->opened, NULL) == 0
               ? POBF_OK
               : POBF_E_SYSTEM;
}

void reload_close(struct reload *reload)
{
    if (reload == NULL) {
        return;
    }
    if (reload->hangup != NULL) {
        event_free(reload->hangup);
    }
    if (reload->opened != NULL) {
        event_free(reload->opened);
    }
    function_source_clear(&reload->source);
    free(reload);
}
