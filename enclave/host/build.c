#include <stdio.h>

#include "contracts/sodium.h"
#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/host/commands.h"
#include "enclave/host/compile.h"
#include "enclave/host/imagefile.h"

/* As sha256sum prints it, for the measurement is the file's SHA-256. */
static int print_measurement(const char *path)
{
    char hex[2 * POBF_DIGEST_BYTES + 1];
    struct image image;
    uint8_t *bytes;
    const enum pobf_status status = imagefile_read(&image, &bytes, path);

    if (status != POBF_OK) {
        return talk_exit_code(status);
    }
    printf("%s  %s\n", sodium_bin2hex(hex, sizeof hex, image.measurement, POBF_DIGEST_BYTES), path);
    file_free(bytes, image.size);
    return 0;
}

int build_main(int argc, char **argv)
{
    const char *out = NULL;
    const struct cli_option options[] = {
        {"out", CLI_VALUE, &out, "FILE", "the image (default: NAME.image, in the folder)"},
    };
    const struct cli_usage usage = {
        "pobf-host build DIR|FILE.wasm [--out FILE]",
        "Build the image of a function project, or of a WebAssembly module (a command of WASI): "
        "the "
        "same, bit\nfor bit, wherever it is built.",
        options,
        sizeof options / sizeof options[0],
        1,
        1,
    };
    char path[PLACE_ROOM];
    size_t operands;
    enum pobf_status status;
    const int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    status = compile_project(path, argv[1], out);
    return status == POBF_OK ? print_measurement(path) : talk_exit_code(status);
}
