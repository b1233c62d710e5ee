#include <inttypes.h>
#include <stdio.h>

#include "contracts/sodium.h"
#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "edge/image/packed.h"
#include "enclave/host/backend.h"
#include "enclave/host/commands.h"
#include "enclave/host/imagefile.h"
#include "enclave/host/reference.h"

static void print_digest(const char *name, const uint8_t digest[POBF_DIGEST_BYTES])
{
    char hex[2 * POBF_DIGEST_BYTES + 1];

    printf("%-12s %s\n", name, sodium_bin2hex(hex, sizeof hex, digest, POBF_DIGEST_BYTES));
}

/* One a line; a byte that is not a printable letter is shown as a question mark. */
static void print_texts(const char *name, const char texts[IMAGE_TEXTS_ROOM])
{
    for (size_t i = 0; i < IMAGE_TEXTS_ROOM && texts[i] != '\0'; i++) {
        printf("%-12s ", name);
        for (; texts[i] != '\0'; i++) {
            putchar(texts[i] >= ' ' && texts[i] <= '~' ? texts[i] : '?');
        }
        putchar('\n');
    }
}

/* An image that is not what its directory says has none that can be shown. */
static enum pobf_status list_files(json_t **files, const struct image *image, const char *path)
{
    const struct packed_constants constants = {
        .bytes = image->bytes + image->constants.file_at,
        .size = image->constants.file_size,
        .address = image->constants.address,
    };
    const enum pobf_status status = packed_list(files, &constants, image->manifest.files);

    if (status != POBF_OK) {
        talk_error(status, path, "files: what is packed in it is not what its directory says");
    }
    return status;
}

static void print_files(const json_t *files)
{
    size_t i;
    json_t *file;

    json_array_foreach(files, i, file)
    {
        printf("%-12s /%s, %" JSON_INTEGER_FORMAT " bytes, %s\n", "file",
               json_string_value(json_object_get(file, "path")),
               json_integer_value(json_object_get(file, "size")),
               json_string_value(json_object_get(file, "sha256")));
    }
}

static void print_text(const struct image *image, enum pobf_backend backend,
                       const uint8_t monitor[POBF_DIGEST_BYTES])
{
    const struct image_manifest *manifest = &image->manifest;
    const int is_wasi = manifest->interface == IMAGE_WASI;

    printf("%-12s %s\n", "name", manifest->name);
    print_digest("measurement", image->measurement);
    print_digest("policy", image->policy);
    printf("%-12s %s\n", "backend", backend_name(backend));
    print_digest("monitor", monitor);
    printf("%-12s input %" PRIu64 ", output %" PRIu64 ", %s %" PRIu64 ", stack %" PRIu64
           " bytes; %" PRIu32 " ms\n",
           "limits", manifest->input_max, manifest->output_max, is_wasi ? "memory" : "arena",
           manifest->arena, manifest->stack, manifest->deadline_ms);
    if (is_wasi) {
        printf("%-12s %" PRIu64 " steps\n", "fuel", manifest->fuel);
        printf("%-12s %s\n", "stderr",
               manifest->stderr_sealed ? "follows a failure's message, sealed" : "is dropped");
        print_texts("arguments", manifest->arguments);
        print_texts("environment", manifest->environment);
    }
}

static int print_json(const struct image *image, enum pobf_backend backend,
                      const uint8_t monitor[POBF_DIGEST_BYTES], json_t *files)
{
    json_t *reference = reference_json(image, backend, monitor);

    if (json_array_size(files) > 0) {
        json_object_set(reference, "files", files);
    }
    if (reference == NULL || json_dumpf(reference, stdout, JSON_INDENT(2)) != 0) {
        json_decref(reference);
        return talk_error(POBF_E_SYSTEM, "stdout", NULL);
    }
    putchar('\n');
    json_decref(reference);
    return 0;
}

static int measure(const char *path, enum pobf_backend backend, int as_json)
{
    uint8_t monitor[POBF_DIGEST_BYTES];
    struct image image;
    json_t *files = NULL;
    uint8_t *bytes;
    int code = 0;
    enum pobf_status status = imagefile_read(&image, &bytes, path);

    if (status == POBF_OK) {
        status = list_files(&files, &image, path);
    }
    if (status == POBF_OK) {
        status = backend_measure(monitor, backend);
    }
    if (status != POBF_OK) {
        code = talk_exit_code(status);
    } else if (as_json) {
        code = print_json(&image, backend, monitor, files);
    } else {
        print_text(&image, backend, monitor);
        print_files(files);
    }
    json_decref(files);
    file_free(bytes, image.size);
    return code;
}

int measure_main(int argc, char **argv)
{
    int as_json = 0;
    const char *name = NULL;
    enum pobf_backend backend;
    const struct cli_option options[] = {
        {"backend", CLI_VALUE, &name, "process|kvm|auto", "whose monitor (default: process)"},
        {"json", CLI_FLAG, &as_json, NULL, "one object: the reference values of data providers"},
    };
    const struct cli_usage usage = {
        "pobf-host measure IMAGE [--backend NAME] [--json]",
        "Say what an image measures, under which limits it runs, and which monitor runs it.",
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
    if (backend_choose(&backend, name) != POBF_OK) {
        return talk_exit_code(POBF_E_USAGE);
    }
    return measure(argv[1], backend, as_json);
}
